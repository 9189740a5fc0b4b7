"""Held units that somebody judged to be good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from schemas.books.stock import Unhold
from schemas.night import Books
from tests.frames import NIGHT, frame_of
from tests.transforms.posting.nights import (
    TERMS,
    TUESDAY,
    at,
    moves,
    night,
    nights_later,
    rows_of,
    shelf,
    stock,
)
from transforms.posting.shelf.unholds import post_unholds

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from transforms.posting.core.posting import Posting

pytestmark = pytest.mark.usefixtures("lived_together")

RETURNED = (("", "B1", "FREE", 2), ("", "B1", "return", 6), ("", "B2", "return", 3))


def said(*unholds: dict[str, Any]) -> DataFrame[Unhold]:
    """Unholds of returned units in B1, said at noon on Monday."""
    usual = {"sku": "A", "lot_id": "", "bin_id": "B1", "hold_reason": "return", "said_at": at(12)}
    return frame_of(
        Unhold, *({**usual, "unhold_id": f"unhold-{n}"} | row for n, row in enumerate(unholds, 1))
    )


def after(books: Books, *unholds: dict[str, Any]) -> Posting:
    return post_unholds(books, said(*unholds), TERMS)


def test_units_come_off_hold_once_and_the_journal_says_by_which_word_and_when() -> None:
    posting = after(shelf(*RETURNED), {"qty": 4})
    assert stock(posting.books) == {
        ("A", "", "B1", "FREE"): 6,
        ("A", "", "B1", "return"): 2,
        ("A", "", "B2", "return"): 3,
    }
    assert moves(posting) == [("HOLD", "FREE", "unheld", 4)]
    assert posting.movements.select("effect_id", "effective_at", "hold_reason").rows() == [
        ("unhold-1", at(12), "return")
    ]
    assert posting.books.unholds.select("qty", "released_qty", "business_date").rows() == [(4, 4, NIGHT)]
    assert moves(after(posting.books, {"qty": 4})) == []


def test_what_is_no_longer_on_hold_cannot_come_free_and_a_finding_says_so() -> None:
    posting = after(shelf(*RETURNED), {"qty": 5}, {"qty": 4}, {"qty": 1, "hold_reason": "qc"})
    assert moves(posting) == [("HOLD", "FREE", "unheld", 5), ("HOLD", "FREE", "unheld", 1)]
    assert posting.books.unholds["released_qty"].to_list() == [5, 1, 0]
    lacking = [
        "0 of 1 units came off hold (qc) in B1 at W1: no more were on hold",
        "1 of 4 units came off hold (return) in B1 at W1: no more were on hold",
    ]
    assert posting.findings.select("code", "subject", "detail").rows() == [
        ("unhold_short", "A", "; ".join(lacking))
    ]


LATER = {
    "a receipt": {
        "receipts": [{"receipt_id": "g", "received_qty": 5, "bin_id": "B1", "received_on": TUESDAY}]
    },
    "a loss": {"adjustments": [{"qty": -1, "reason": "x", "bin_id": "B2", "adjusted_at": at(9, TUESDAY)}]},
    "a find of before": {"adjustments": [{"qty": 2, "reason": "x", "bin_id": "B1", "adjusted_at": at(9)}]},
    "a count": {"stock": [{"qty": 8, "bin_id": "B1", "counted_at": at(9, TUESDAY)}]},
    "a count of before": {"stock": [{"qty": 8, "bin_id": "B1", "counted_at": at(9)}]},
    "another return": {
        "receipts": [
            {
                "receipt_id": "g",
                "received_qty": 5,
                "bin_id": "B3",
                "received_on": NIGHT,
                "receipt_type": "return",
            }
        ]
    },
}


@pytest.mark.parametrize("facts", LATER.values(), ids=LATER)
def test_no_reckoning_of_the_shelf_on_a_later_night_puts_them_back_on_hold(facts: dict[str, Any]) -> None:
    """The same later night with and without the unhold: as many units, and as many fewer on hold."""
    held = night(Books.blank(), rows_of(receipts=[_returned("B1", 6), _returned("B2", 3)])).books
    judged = after(held, {"qty": 4}).books
    for nights in (1, 2):
        held = night(held, rows_of(**(facts if nights == 1 else {})), as_of=nights_later(nights)).books
        judged = night(judged, rows_of(**(facts if nights == 1 else {})), as_of=nights_later(nights)).books
        assert judged.stock_balances["qty"].sum() == held.stock_balances["qty"].sum()
        assert _on_hold(judged) == _on_hold(held) - 4
        assert judged.shelf_facts.equals(held.shelf_facts)


def _returned(bin_id: str, qty: int) -> dict[str, Any]:
    return {
        "receipt_id": f"r{bin_id}",
        "received_qty": qty,
        "bin_id": bin_id,
        "received_on": NIGHT,
        "receipt_type": "return",
    }


def _on_hold(books: Books) -> int:
    return sum(qty for (*_, account), qty in stock(books).items() if account not in {"FREE", "RELEASED"})


def test_a_count_of_before_the_word_does_not_take_it_back_and_one_of_after_it_may() -> None:
    judged = after(shelf(("", "B1", "damaged", 3)), {"qty": 3, "hold_reason": "damaged"}).books
    before = rows_of(stock=[{"qty": 3, "bin_id": "B1", "status": "damaged", "counted_at": at(8)}])
    assert stock(night(judged, before).books) == {("A", "", "B1", "FREE"): 3}
    later = rows_of(stock=[{"qty": 3, "bin_id": "B1", "status": "damaged", "counted_at": at(13)}])
    assert stock(night(judged, later).books) == {("A", "", "B1", "damaged"): 3}


def test_a_receipt_that_is_said_again_keeps_what_was_judged_of_it() -> None:
    """Ten in quality control, four judged good, two nights later the receipt says eight, then three."""
    receipt = {"receipt_id": "g", "line_no": 1, "received_qty": 10, "status": "qc", "received_on": NIGHT}
    back = receipt | {"received_at": at(8), "effective_at": at(8), "bin_id": "B1"}
    books = after(night(Books.blank(), rows_of(receipts=[back])).books, {"qty": 4, "hold_reason": "qc"}).books
    eight = night(books, rows_of(receipts=[back | {"received_qty": 8}]), as_of=nights_later(1))
    assert stock(eight.books) == {("A", "", "B1", "FREE"): 4, ("A", "", "B1", "qc"): 4}
    three = night(eight.books, rows_of(receipts=[back | {"received_qty": 3}]), as_of=nights_later(2))
    assert stock(three.books) == {("A", "", "B1", "FREE"): 3}
    other = back | {"receipt_id": "h", "received_qty": 5}
    assert stock(night(three.books, rows_of(receipts=[other]), as_of=nights_later(3)).books) == {
        ("A", "", "B1", "FREE"): 3,
        ("A", "", "B1", "qc"): 5,
    }


def test_units_beyond_an_announcement_stay_free_when_it_is_mended_later() -> None:
    receipt = {"receipt_id": "g", "received_qty": 20, "received_on": NIGHT, "asn_id": "n1", "asn_line_no": 1}
    over = night(Books.blank(), rows_of(asns=[{"qty": 10}], receipts=[receipt])).books
    assert stock(over)["A", "", "DOCK", "over_receipt"] == 9, "a tenth more than announced is taken"
    judged = after(over, {"qty": 6, "hold_reason": "over_receipt", "bin_id": "DOCK"}).books
    raised = rows_of(asns=[{"qty": 20, "action": "change"}])
    assert stock(night(judged, raised, as_of=nights_later(1)).books) == {("A", "", "DOCK", "FREE"): 20}
    lowered = rows_of(asns=[{"qty": 9, "action": "change"}])
    assert stock(night(judged, lowered, as_of=nights_later(1)).books) == {
        ("A", "", "DOCK", "FREE"): 15,
        ("A", "", "DOCK", "over_receipt"): 5,
    }
