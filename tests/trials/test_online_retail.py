"""Tests of the trial's own parts: its settings, its nights, what it drops, and how its files are read."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from flows.configuration import read_configuration
from flows.inbound.formats.delimited import DelimitedReader
from flows.simulating.policy_files import read_policies
from schemas.settings.policy import Policy
from schemas.vocabulary.words import Feed
from tests.trials import online_retail as trial
from transforms.intake.rows.form import Catalogue, FileForm, SourceFile, read_form
from transforms.intake.rows.raw_rows import RawRows

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.settings.client import Client

DIRTY_DAY = """\
InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country
536365,85123a,WHITE HEART,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom
536366,85123A,WHITE HEART,6,2010-12-01 08:30:00,2.55,,United Kingdom
536367,22841,GREEN TIN,1,2010-12-01 08:31:00,0.0,12647.0,United Kingdom
C536368,85123A,WHITE HEART,-2,2010-12-01 09:00:00,2.55,17850.0,United Kingdom
C536369,85123A,WHITE HEART,-1,2010-12-01 09:10:00,2.55,,United Kingdom
536370,22617,"mouldy, thrown away.",-2600,2010-12-01 09:20:00,0.0,,United Kingdom
536371,22139,,56,2010-12-01 09:30:00,0.0,,United Kingdom
536372,POST,POSTAGE,1,2010-12-01 09:40:00,18.0,12583.0,France
C536373,M,Manual,-1,2010-12-01 09:50:00,5.0,12583.0,France
536374,gift_0001_20,Voucher,1,2010-12-01 09:55:00,16.67,,United Kingdom
"""
"""A row of every kind that the data's description names."""

ships_with_the_data = pytest.mark.skipif(not trial.SOURCE.is_dir(), reason="the trial's data is not here")


@pytest.fixture
def client(tmp_path: Path) -> Client:
    """The trial's client, read as a workspace reads it."""
    configuration = read_configuration(trial.set_up(tmp_path))
    assert configuration.refused == {}
    return configuration.clients[trial.CLIENT]


def test_the_policies_that_are_tried_on_january_can_be_followed() -> None:
    tried = sorted((trial.SETTINGS / "tried").glob("*.toml"))
    policies = read_policies(tried)
    assert list(policies) == ["fair_share", "fewer_parcels", "whole_lines", "whole_orders"]
    assert Policy() not in policies.values()


def form_of(content: bytes, feed: Feed, client: Client, name: str = "orders.csv") -> FileForm:
    """A file of the client, read."""
    raw = DelimitedReader().read(content, client.feeds.of(feed))
    assert isinstance(raw, RawRows)
    source = SourceFile(trial.CLIENT, feed, "f0", name, trial.LAST)
    return read_form(raw.frame, source=source, client=client, catalogue=Catalogue.blank())


def test_every_kind_of_row_goes_where_the_datas_description_says(client: Client) -> None:
    form = form_of(DIRTY_DAY.encode("cp1252"), Feed.ORDERS, client)
    assert form.refusal is None
    assert form.rejected.is_empty()
    assert form.rows.orders["order_id"].to_list() == ["536365", "536366", "536367"]
    assert form.rows.cancellations["row_no"].to_list() == [4]
    assert form.rows.adjustments["row_no"].to_list() == [6, 7]
    assert form.outcomes["row_no"].to_list() == [5, 8, 9, 10]


def test_skus_are_one_in_any_letter_case_and_customers_are_whole_numbers(client: Client) -> None:
    orders = form_of(DIRTY_DAY.encode("cp1252"), Feed.ORDERS, client).rows.orders
    assert orders["sku"].to_list() == ["85123A", "85123A", "22841"]
    assert orders["consignee_id"].to_list() == ["17850", None, "12647"]


def test_a_cancellation_has_its_quantity_and_finds_lines_by_consignee_and_sku(client: Client) -> None:
    (row,) = form_of(DIRTY_DAY.encode("cp1252"), Feed.ORDERS, client).rows.cancellations.rows(named=True)
    assert (row["qty"], row["consignee_id"], row["sku"]) == (2, "17850", "85123A")
    assert set(row["match_on"].split("|")) == {"consignee_id", "sku"}


def test_adjustments_keep_their_sign_and_a_reason(client: Client) -> None:
    adjustments = form_of(DIRTY_DAY.encode("cp1252"), Feed.ORDERS, client).rows.adjustments
    assert adjustments.select("qty", "reason").rows() == [(-2600, "mouldy, thrown away."), (56, "found")]


def test_the_trial_has_every_calendar_night() -> None:
    nights = list(trial.nights_of(trial.FIRST, trial.LAST))
    assert (len(nights), nights[0], nights[-1]) == (63, date(2010, 11, 30), date(2011, 1, 31))


def test_the_days_files_are_dropped_unchanged(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for name in ("orders/2010-12-06.csv", "asns/asns_20101206.csv", "orders/2010-12-07.csv"):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(name.encode())
    place = trial.set_up(tmp_path / "workspace")
    assert trial.drop_files(source, place, date(2010, 12, 6)) == 2
    dropped = sorted(path for path in place.inbound.rglob("*") if path.is_file())
    assert [path.name for path in dropped] == ["asns_20101206.csv", "2010-12-06.csv"]
    assert dropped[1].read_bytes() == b"orders/2010-12-06.csv"


@ships_with_the_data
@pytest.mark.parametrize(
    ("feed", "name"),
    [
        (Feed.ORDERS, "2010-12-01.csv"),
        (Feed.STOCK, "stock_20101130.csv"),
        (Feed.ASNS, "asns_20101206.csv"),
        (Feed.RECEIPTS, "receipts_20101210.csv"),
    ],
)
def test_a_real_file_of_each_feed_is_read_whole(client: Client, feed: Feed, name: str) -> None:
    form = form_of((trial.SOURCE / feed / name).read_bytes(), feed, client, name)
    assert form.refusal is None
    assert form.rejected.is_empty()
    rows = sum(table.height for table in form.rows.tables().values())
    assert rows + form.outcomes.height == form.rows_read > 0


def test_a_night_is_shown_in_one_line_below_its_headings() -> None:
    names = (
        "read accepted duplicate set_aside rejected ordered released shipped cancelled backordered "
        "waiting_lines first_lines first_filled_lines first_units first_filled_units first_orders "
        "first_filled_orders oldest_days messages findings laws_checked"
    )
    shown = trial.show_night(date(2010, 12, 1), dict.fromkeys(names.split(), 2), 1.0)
    assert [place for place, sign in enumerate(shown) if sign == "|"] == [
        place for place, sign in enumerate(trial.HEADINGS) if sign == "|"
    ]
    assert shown.count("100.0") == 3
