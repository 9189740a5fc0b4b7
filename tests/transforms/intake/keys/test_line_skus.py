"""Tests of rows without a SKU: a change or cancellation of a known line means what the line is of."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from schemas.books.inbound import InboundLine
from schemas.books.orders import OrderLine, PendingRow
from schemas.intake.feeds import AsnRow
from schemas.intake.verdicts import RowKey
from schemas.night import AsOf, Books, FeedRows
from schemas.table import empty
from schemas.vocabulary.words import Feed
from tests.frames import MORNING, NIGHT, frame_of
from tests.transforms.intake.door import CATALOGUE, ORDER, client_of, read, reasons
from tests.transforms.intake.nights import Nights, row, told
from transforms.intake.file_form import Catalogue
from transforms.intake.identity.new_facts import Remembered, identify_rows

if TYPE_CHECKING:
    from tests.transforms.intake.door import Row
    from transforms.intake.identity.new_facts import Identified

CHANGE: Row = {"order_id": "O1", "line_no": "1", "action": "change"}
KNOWN = Books.of({"order_lines": frame_of(OrderLine, {"order_id": "O1", "line_no": 1, "sku": "B"})})
ANNOUNCED = Books.of(
    {"inbound_lines": frame_of(InboundLine, {"asn_id": "N1", "sku": "B", "status": "expected"})}
)


def test_a_file_of_new_quantities_needs_no_sku() -> None:
    blank = Catalogue.blank()
    form = read({**CHANGE, "qty": "7"}, {**CHANGE, "line_no": "2", "action": "cancel"}, catalogue=blank)
    assert form.rows.orders.select("sku", "sent_sku", "qty").rows() == [(None, None, 7), (None, None, None)]
    asn: Row = {"asn_id": "N1", "line_no": "1", "action": "change", "qty": "7"}
    assert read(asn, feed=Feed.ASNS, catalogue=blank).rows.asns.select("sku", "qty").rows() == [(None, 7)]


def test_a_quantity_of_an_unknown_line_is_asked_for_its_sku_where_it_could_be_kilos() -> None:
    assert reasons(read({**CHANGE, "qty": "7"})) == [(1, "sku", "missing")]


def test_a_new_line_needs_its_sku() -> None:
    assert reasons(read({**ORDER, "sku": "", "line_no": "1"}, CHANGE)) == [(1, "sku", "missing")]


@pytest.mark.parametrize(("sku", "uom", "qty"), [("A", "CA", 48), ("KG", "BAG", 10_000), ("KG", "", 2000)])
def test_the_unit_of_a_quantity_is_that_of_the_known_lines_item(sku: str, uom: str, qty: int) -> None:
    line = {"line_no": 1, "sku": sku}
    catalogue = replace(
        CATALOGUE,
        order_lines=frame_of(OrderLine, {"order_id": "O1", **line}, {"client_id": "zeta", "order_id": "O1"}),
        inbound_lines=frame_of(InboundLine, {"asn_id": "O1", "sku": sku, "status": "expected"}),
    )
    change = {**CHANGE, "qty": "2", "uom": uom}
    orders = read(change, catalogue=catalogue).rows.orders
    assert orders.select("sku", "sent_sku", "qty").rows() == [(sku, None, qty)]
    announced = {"asn_id": "O1", **{name: value for name, value in change.items() if name != "order_id"}}
    asns = read(announced, feed=Feed.ASNS, catalogue=catalogue).rows.asns
    assert asns.select("sku", "qty").rows() == [(sku, qty)]


def test_a_change_of_a_known_line_gets_the_lines_sku() -> None:
    tonight = Nights(books=KNOWN).identify(
        row("f", 1, line_no=1, sku=None, action="change"), row("g", 1, line_no=1, sku=None, action="cancel")
    )
    assert told(tonight) == {("f", 1): "change 1", ("g", 1): "cancel 1"}
    assert tonight.rows.orders["sku"].to_list() == ["B", "B"]


def test_a_change_of_a_line_made_tonight_gets_the_sku_that_made_it() -> None:
    later = MORNING + timedelta(hours=1)
    tonight = Nights().identify(
        row("f", 1, line_no=1, sku=None, action="change", qty=6, effective_at=later),
        row("g", 1, line_no=1, sku="C"),
        row("h", 1, line_no=1, sku="D", effective_at=later + timedelta(hours=1)),
    )
    assert tonight.rows.orders.sort("file_hash")["sku"].to_list() == ["C", "C", "D"]


def test_a_change_says_the_same_with_and_without_the_sku_of_its_line() -> None:
    change = row("f", 1, line_no=1, sku="B", action="change", changed_at=MORNING)
    nights = Nights(books=KNOWN)
    first = nights.identify(change)
    again = nights.after(first).identify({**change, "file_hash": "g", "sku": None})
    assert told(again) == {("g", 1): "duplicate"}


def test_a_row_whose_line_nothing_identifies_is_rejected_and_an_end_set_aside() -> None:
    tonight = Nights(books=KNOWN).identify(
        row("f", 1, line_no=2, sku=None, action="change"),
        row("f", 2, order_id="O9", line_no=1, sku=None, action="cancel"),
        row("f", 3, sku=None, action="change"),
    )
    assert told(tonight) == {
        ("f", 1): "unknown_order", ("f", 2): "set_aside", ("f", 3): "line_no_needed",
    }  # fmt: skip
    assert tonight.rejected.sort("row_no")["column"].to_list() == ["order_id", "line_no"]


def announce(*rows: dict[str, object], books: Books) -> Identified:
    """What tonight's announcements are."""
    return identify_rows(
        FeedRows.of({"asns": frame_of(AsnRow, *({"asn_id": "N1", "sku": None, **each} for each in rows))}),
        Remembered(
            row_keys=empty(RowKey),
            books=books,
            pending_rows=empty(PendingRow),
            clients={"acme": client_of()},
            as_of=AsOf(NIGHT),
        ),
    )


def test_an_announced_line_gives_its_sku_to_its_changes() -> None:
    tonight = announce({"line_no": 1, "qty": 9, "action": "change"}, books=ANNOUNCED)
    assert tonight.rows.asns.select("sku", "qty").rows() == [("B", 9)]


def test_an_announced_line_that_nobody_knows_needs_a_sku_to_be_made() -> None:
    rows = [{"row_no": 1, "line_no": 8, "action": "change"}, {"row_no": 2, "line_no": 9, "action": "cancel"}]
    tonight = announce(*rows, books=ANNOUNCED)
    assert tonight.rejected.sort("row_no").select("column", "reason_code").rows() == [
        ("sku", "missing"),
        ("asn_id", "unknown_order"),
    ]
