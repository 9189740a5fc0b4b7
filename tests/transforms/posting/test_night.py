"""Tests of a whole night of posting."""

from __future__ import annotations

from schemas.night import Books
from tests.frames import NIGHT
from tests.transforms.posting.nights import line, moves, night, release, rows_of, stock, verdicts


def test_a_line_lives_from_order_to_shipment() -> None:
    first = night(
        Books.blank(),
        rows_of(
            orders=[{"qty": 5}], receipts=[{"receipt_id": "g1", "received_qty": 8, "received_on": NIGHT}]
        ),
    )
    assert verdicts(first) == ["accepted", "accepted"]
    assert moves(first) == [("SUPPLIER", "FREE", "received", 8), ("ORDERED", "OPEN", "ordered", 5)]
    released = release(first.books, {"allocated_qty": 5})
    assert line(released) == {"ordered": 5, "released": 5}
    assert stock(released) == {("A", "", "DOCK", "FREE"): 3, ("A", "", "DOCK", "RELEASED"): 5}
    second = night(released, rows_of(shipments=[{"release_id": "r1", "shipped_qty": 5}]))
    assert line(second.books) == {"ordered": 5, "shipped": 5}
    assert stock(second.books) == {("A", "", "DOCK", "FREE"): 3}
