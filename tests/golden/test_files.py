"""What each night wrote, compared with the committed files; `--update-golden` writes those anew.

Before an update is committed, every difference is read as the file's reader would read it.
"""

from __future__ import annotations

import csv
import io
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.golden.published import MONDAY, TUESDAY, WEDNESDAY

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.golden.published import PublishedNights

    AssertGolden = Callable[[str, Path], None]

GOLDEN = Path(__file__).parent / "nights"
EACH_NIGHT = pytest.mark.parametrize("night", [MONDAY, TUESDAY, WEDNESDAY])

LINE = "client_id, order_id, line_no"
TABLES = {
    "order_lines": f"{LINE}, sku, status, ordered_qty, open_qty, backordered_qty, reserved_qty, "
    "released_qty, shipped_qty, cancelled_qty, due_on, rank, queue_place, eta_on, eta_reason, told_eta_on, "
    "first_short_on, days_waiting, short_reason, hold_reason, open_value",
    "allocations": f"business_date, run_no, {LINE}, sku, warehouse_id, lot_id, bin_id, allocated_qty, kind, "
    "from_reserved_qty",
    "pegs": f"{LINE}, asn_id, asn_line_no, pegged_qty, eta_on",
    "decisions": f"{LINE}, reason_code, qty",
    "stock": "client_id, warehouse_id, sku, lot_id, bin_id, expiry_on, on_hand_qty, hold_qty, released_qty, "
    "available_qty",
}
"""Analyst tables and those of their columns that others rely on."""

FILES = {
    "picks": "picks/*/*.csv",
    "status": "status/*/*.csv",
    "quarantine": "quarantine/**/*.csv",
    "summary": "summary/summary.md",
}
"""Published files that are committed one by one, under their own names."""


@EACH_NIGHT
@pytest.mark.parametrize("pattern", FILES.values(), ids=FILES)
def test_a_file_is_what_it_was(
    nights: PublishedNights, assert_golden: AssertGolden, night: str, pattern: str
) -> None:
    written = nights.texts(night, pattern)
    for path, text in written.items():
        assert_golden(text, GOLDEN / night / path)
    committed = {str(file.relative_to(GOLDEN / night)) for file in (GOLDEN / night).glob(pattern)}
    assert committed == set(written)


@EACH_NIGHT
def test_a_warehouse_that_imports_order_by_order_finds_each_order_once(
    nights: PublishedNights, night: str
) -> None:
    """BRISTOL's tool begins an order where its number changes, and takes its address from the first row."""
    (text,) = nights.texts(night, "picks/BRISTOL/picks_*.csv").values()
    rows = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    orders = [order for order, _ in groupby((row["client_id"], row["order_id"]) for row in rows)]
    assert orders
    assert len(orders) == len(set(orders))
    said = {tuple(row[name] for name in row if name.startswith(("order_id", "ship_to_"))) for row in rows}
    assert len(said) == len(orders)
    assert all(row["ships_on"] > night and int(row["qty"]) > 0 for row in rows)


@EACH_NIGHT
@pytest.mark.parametrize("table", TABLES)
def test_an_analyst_table_has_the_rows_it_had(
    nights: PublishedNights, assert_golden: AssertGolden, night: str, table: str
) -> None:
    tonights = f"WHERE business_date = DATE '{night}'" if table == "allocations" else ""
    rows = nights.csv(night, f"SELECT {TABLES[table]} FROM {table} {tonights} ORDER BY ALL")  # noqa: S608 -- the test's own words
    assert_golden(rows, GOLDEN / night / "tables" / f"{table}.csv")


@EACH_NIGHT
def test_every_acknowledgement_says_what_it_said(
    nights: PublishedNights, assert_golden: AssertGolden, night: str
) -> None:
    told = nights.texts(night, "acks/**/*.txt")
    text = "\n".join(f"== {path}\n{answer}" for path, answer in told.items())
    assert_golden(text, GOLDEN / night / "acknowledgements.txt")


@EACH_NIGHT
def test_every_message_says_what_it_said(
    nights: PublishedNights, assert_golden: AssertGolden, night: str
) -> None:
    names = ("kind", "message_id", "previous_id", "state", "to", "subject")
    told = [
        "\n".join([*(f"{name}: {message[name]}" for name in names), "", message["text"]])
        for message in nights.messages(night)
    ]
    assert_golden("\n----\n".join(told), GOLDEN / night / "messages.txt")


def test_a_page_looks_as_it_looked(nights: PublishedNights, assert_golden: AssertGolden) -> None:
    page = nights.message(TUESDAY, "TB-2002")["html"]
    assert_golden(page, GOLDEN / TUESDAY / "message_TB-2002.html")


@EACH_NIGHT
def test_the_files_of_a_message_hold_what_its_entry_says(nights: PublishedNights, night: str) -> None:
    for message in nights.messages(night):
        place = f"notices/{message['client_id']}/preview/{message['message_id']}"
        assert nights.texts(night, f"{place}.*").keys() == {
            f"{place}.{end}" for end in ("eml", "html", "txt")
        }
        assert nights.texts(night, f"{place}.txt") == {f"{place}.txt": message["text"]}
        assert nights.texts(night, f"{place}.html") == {f"{place}.html": message["html"]}
