"""Tests of what counts for which announced line, over one night and several."""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from schemas.books.stock import StockBalance
from schemas.settings.policy import Policy
from schemas.table import conform
from tests.transforms.posting.inbound.announced import (
    ANNOUNCED,
    RECEIVED,
    Row,
    after,
    asn,
    day,
    details,
    held,
    lines,
    receipt,
)
from tests.transforms.posting.nights import (
    ACME,
    found,
    moves,
    night,
    nights_later,
    release,
    rows_of,
    stock,
)
from transforms.posting.inbound.credits import EARLY_DAYS

pytestmark = pytest.mark.usefixtures("lived_together")


@pytest.mark.parametrize(
    "nights", [[ANNOUNCED, RECEIVED], [RECEIVED, ANNOUNCED], [ANNOUNCED | RECEIVED]], ids=str
)
def test_what_is_beyond_the_announced_is_held_whichever_came_first(
    nights: list[dict[str, list[Row]]],
) -> None:
    posting = after(*nights)
    assert lines(posting) == {"s1/1": (20, 0, "received")}
    assert stock(posting.books) == {("A", "", "DOCK", "FREE"): 11, ("A", "", "DOCK", "over_receipt"): 9}
    assert ("over_receipt", "A") in found(posting)


@pytest.mark.parametrize("name", ["s1/1", "s1", None])
@pytest.mark.parametrize("nights_between", [0, 1, 5])
def test_an_announcement_after_its_goods_promises_nothing(name: str | None, nights_between: int) -> None:
    nights = [{"receipts": [receipt(10, name)]}, *[{}] * nights_between, ANNOUNCED]
    assert lines(after(*nights)) == {"s1/1": (10, 0, "received")}


def test_goods_without_a_name_are_not_those_of_a_far_later_date_announced_after_them() -> None:
    came: dict[str, list[Row]] = {"receipts": [receipt(10)]}
    near, far = {"asns": [asn(on=EARLY_DAYS)]}, {"asns": [asn(on=EARLY_DAYS + 1)]}
    assert lines(after(came, near)) == {"s1/1": (10, 0, "received")}
    assert lines(after(came, far)) == {"s1/1": (0, 10, "expected")}
    assert lines(after(far, came)) == {"s1/1": (10, 0, "received")}, "it was announced, and nothing else was"


def test_a_name_that_comes_later_takes_the_place_of_goods_without_one() -> None:
    announced = {"asns": [asn(), asn("s2/1", on=3)]}
    blind = after(announced, {"receipts": [receipt(10)]})
    assert lines(blind) == {"s1/1": (10, 0, "received"), "s2/1": (0, 10, "expected")}
    named = after(
        announced, {"receipts": [receipt(10)]}, {"receipts": [receipt(10, "s1/1", receipt_id="r2")]}
    )
    assert lines(named) == {"s1/1": (10, 0, "received"), "s2/1": (10, 0, "received")}
    assert held(named) == 0


@pytest.mark.parametrize(
    ("said", "free", "over"),
    [
        ({"qty": 20}, 20, 0),
        ({"qty": 15}, 16, 4),
        ({"qty": 5}, 5, 15),
        ({"qty": 0}, 20, 0),
        ({"qty": None, "action": "cancel"}, 11, 9),
        ({"qty": 10}, 11, 9),
    ],
)
def test_what_is_announced_after_the_goods_says_how_many_are_held(said: Row, free: int, over: int) -> None:
    posting = after(ANNOUNCED, RECEIVED, {"asns": [asn() | said]})
    assert (stock(posting.books).get(("A", "", "DOCK", "FREE"), 0), held(posting)) == (free, over)
    in_one_night = after(ANNOUNCED | {"asns": [asn(), asn() | said]} | RECEIVED)
    assert stock(in_one_night.books) == stock(posting.books)
    assert lines(in_one_night) == lines(posting)


@pytest.mark.parametrize(("on", "came"), [((1, 4), 9), ((4, 1), 9), ((1, 1), 6), ((1, 7), 9)])
def test_the_rest_is_awaited_from_the_last_receipt_up_to_the_day_of_goods_without_a_name(
    on: tuple[int, int], came: int
) -> None:
    """Three working days after what came last: from Friday until Wednesday, from Tuesday until Friday."""
    named = [receipt(3, "s1/1", on=day_no, receipt_id=f"r{day_no}{n}") for n, day_no in enumerate(on)]
    without_name = receipt(3, None, on=7, receipt_id="r9")
    posting = after({"asns": [asn(on=0)]}, *([{}] * 7), {"receipts": [*named, without_name]})
    assert lines(posting)["s1/1"][0] == came


def test_what_was_given_out_meanwhile_is_not_held_and_the_finding_says_so() -> None:
    books = after({"receipts": [receipt(20, "s1/1")], "orders": [{"qty": 15}]}).books
    released = release(books, {"allocated_qty": 15})
    late = night(released, rows_of(asns=[asn()]), as_of=nights_later(1))
    assert stock(late.books) == {("A", "", "DOCK", "RELEASED"): 15, ("A", "", "DOCK", "over_receipt"): 5}
    assert details(late, "over_receipt") == [
        "9 units of s1 beyond what was announced, 4 of them no longer free to be held"
    ]
    again = night(late.books, rows_of(receipts=[receipt(4, None, receipt_id="r2")]), as_of=nights_later(2))
    assert held(again) == 5, "other goods are not held for it"
    raised = night(again.books, rows_of(asns=[asn(qty=20)]), as_of=nights_later(3))
    assert held(raised) == 0


def test_a_hold_that_a_person_took_off_stays_off_and_no_other_one_is_taken_for_it() -> None:
    books = after(
        {"asns": [asn(), asn("s2/1")], "receipts": [receipt(20, "s1/1"), receipt(20, "s2/1", line_no=2)]}
    ).books
    assert stock(books)[("A", "", "DOCK", "over_receipt")] == 18
    taken_off = pl.when(pl.col("hold_reason") == "over_receipt").then(9).otherwise("qty")
    unheld = replace(
        books, stock_balances=conform(books.stock_balances.with_columns(qty=taken_off), StockBalance)
    )
    again = night(unheld, rows_of(asns=[asn()]), as_of=nights_later(1))
    assert held(again) == 9
    raised = night(again.books, rows_of(asns=[asn(qty=20)]), as_of=nights_later(2))
    assert held(raised) == 9, "what is still on hold may be that of s2"


def test_units_of_another_lot_are_not_held_in_place_of_those_that_are_gone() -> None:
    first = after({"receipts": [receipt(20, "s1/1", lot_id="L1"), receipt(5, line_no=2, lot_id="L2")]}).books
    ordered = night(first, rows_of(orders=[{"qty": 20}])).books
    released = release(ordered, {"allocated_qty": 20, "lot_id": "L1"})
    late = night(released, rows_of(asns=[asn()]), as_of=nights_later(1))
    assert stock(late.books)[("A", "L2", "DOCK", "FREE")] == 5
    assert held(late) == 0


def test_damaged_goods_and_goods_on_hold_are_not_held_twice() -> None:
    damaged = after(ANNOUNCED | {"receipts": [receipt(20, "s1/1", damaged_qty=15)]})
    assert stock(damaged.books) == {("A", "", "DOCK", "damaged"): 15, ("A", "", "DOCK", "over_receipt"): 5}
    on_hold = after(ANNOUNCED | {"receipts": [receipt(20, "s1/1", status="qc")]})
    assert stock(on_hold.books) == {("A", "", "DOCK", "qc"): 20}
    assert details(on_hold, "over_receipt") == ["9 units of s1 beyond what was announced"]


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("s9/1", "name s9 line 1, which nobody announced; they count for s1 line 1"),
        ("s9", "name s9, which nobody announced; they count for s1 line 1"),
        ("s1/7", "name s1 line 7, which announces none of it; they count for s1 line 1"),
        ("s2/1", "name s2 line 1, which announces B; they count for s1 line 1"),
        ("s2", "name s2, which announces none of it; they count for s1 line 1"),
        ("s3/1", "name s3 line 1, which expects nothing"),
    ],
)
def test_a_wrong_name_counts_for_the_oldest_open_line_and_somebody_hears_of_it(name: str, why: str) -> None:
    announced = [
        asn(on=2),
        asn("s4/1", on=3),
        asn("s2/1", sku="B"),
        asn("s3/1"),
        asn("s3/1", action="cancel"),
    ]
    posting = after({"asns": announced}, {"receipts": [receipt(10, name)]})
    assert ("asn_mismatch", "A") in found(posting)
    assert details(posting, "asn_mismatch") == [f"receipt r: 10 units {why}"]
    assert lines(posting)["s1/1"][:2] == ((0, 10) if name == "s3/1" else (10, 0))
    assert lines(posting)["s4/1"] == (0, 10, "expected")
    assert found(after({"asns": announced}, {"receipts": [receipt(10, name)]}, {})) == []


def test_a_wrong_line_of_an_announcement_counts_for_the_right_one_of_it() -> None:
    posting = after({"asns": [asn("s0/1", on=0), asn("s1/1", on=3)]}, {"receipts": [receipt(10, "s1/2")]})
    assert lines(posting) == {"s0/1": (0, 10, "overdue"), "s1/1": (10, 0, "received")}


def test_a_name_that_is_announced_the_same_night_or_later_was_not_wrong() -> None:
    came: dict[str, list[Row]] = {"receipts": [receipt(10, "s9/1")]}
    assert found(after({"asns": [asn("s9/1")]} | came)) == []
    announced = {"asns": [asn("s1/1", on=4)]}
    later = after(announced, came, {"asns": [asn("s9/1")]})
    assert lines(later) == {"s1/1": (0, 10, "expected"), "s9/1": (10, 0, "received")}


def test_nothing_comes_of_a_cancelled_line_but_what_came_is_said() -> None:
    cancelled = {"asns": [asn(action="cancel")]}
    assert lines(after(ANNOUNCED, cancelled, {"receipts": [receipt(4, "s1/1")]})) == {
        "s1/1": (4, 0, "cancelled")
    }
    assert lines(after(ANNOUNCED, {"receipts": [receipt(4, "s1")]}, cancelled)) == {
        "s1/1": (4, 0, "cancelled")
    }
    assert lines(after(ANNOUNCED, cancelled, {"receipts": [receipt(4)]})) == {"s1/1": (0, 0, "cancelled")}
    opened = after(ANNOUNCED, {"receipts": [receipt(4, "s1/1")]}, cancelled, ANNOUNCED)
    assert lines(opened) == {"s1/1": (4, 6, "part_received")}


def test_a_return_counts_for_nothing_and_a_transfer_only_for_what_it_names() -> None:
    for name, received in ((None, 0), ("s9/1", 0), ("s1/1", 10)):
        posting = after(ANNOUNCED, {"receipts": [receipt(10, name, receipt_type="transfer")]})
        assert (lines(posting)["s1/1"][0], found(posting)) == (received, [])
    posting = after(ANNOUNCED, {"receipts": [receipt(10, "s1/1", receipt_type="return")]})
    assert (lines(posting), found(posting)) == ({"s1/1": (0, 10, "expected")}, [])


def test_lines_of_an_announcement_with_one_sku_are_filled_in_turn_then_their_allowances() -> None:
    announced = {"asns": [asn(), asn("s1/2")]}
    exact = after(announced, {"receipts": [receipt(22, "s1")]})
    assert lines(exact) == {"s1/1": (11, 0, "received"), "s1/2": (11, 0, "received")}
    assert held(exact) == 0
    over = after(announced, {"receipts": [receipt(10, "s1/2"), receipt(20, "s1", line_no=2)]})
    assert lines(over) == {"s1/1": (19, 0, "received"), "s1/2": (11, 0, "received")}
    assert held(over) == 8


def test_the_rest_is_given_up_after_its_days_and_expected_again_when_more_comes() -> None:
    nights: list[dict[str, list[Row]]] = [ANNOUNCED, {"receipts": [receipt(4, "s1/1", on=1)]}, {}, {}, {}]
    assert lines(after(*nights)) == {"s1/1": (4, 6, "part_received")}
    assert lines(after(*nights, {})) == {"s1/1": (4, 0, "closed")}
    more = receipt(1, "s1/1", on=6, receipt_id="r2")
    assert lines(after(*nights, {}, {"receipts": [more]})) == {"s1/1": (5, 5, "part_received")}
    unnamed = receipt(1, on=6, receipt_id="r2")
    assert lines(after(*nights, {}, {"receipts": [unnamed]})) == {"s1/1": (4, 0, "closed")}
    moved = after(*nights, {}, {"asns": [asn(on=9)]})
    assert lines(moved) == {"s1/1": (4, 6, "part_received")}


@pytest.mark.parametrize(("on", "received"), [(4, 5), (5, 4)])
def test_goods_without_a_name_count_for_a_rest_that_is_expected_on_their_day(on: int, received: int) -> None:
    part = {"receipts": [receipt(4, "s1/1", on=1)]}
    late = {"receipts": [receipt(1, on=on, receipt_id="r2")]}
    assert lines(after(ANNOUNCED, part, {}, {}, {}, {}, late))["s1/1"][0] == received


@pytest.mark.parametrize(("on", "received"), [(1, 7), (2, 5)])
def test_goods_without_a_name_count_up_to_the_day_of_the_last_delivery(on: int, received: int) -> None:
    final = {"receipts": [receipt(5, "s1/1", on=1, is_final=True)]}
    unnamed = {"receipts": [receipt(2, on=on, receipt_id="r2")]}
    assert lines(after(ANNOUNCED, final, unnamed)) == {"s1/1": (received, 0, "closed")}


def test_the_rest_is_expected_until_the_day_for_which_it_was_announced() -> None:
    early: list[dict[str, list[Row]]] = [{"asns": [asn(on=6)]}, {"receipts": [receipt(4, "s1/1", on=1)]}]
    assert lines(after(*early, *[{}] * 5)) == {"s1/1": (4, 6, "part_received")}


@pytest.mark.parametrize("rest_first", [True, False])
def test_the_last_delivery_closes_a_line_and_what_comes_after_all_counts(*, rest_first: bool) -> None:
    final = receipt(5, "s1", is_final=True)
    rest = receipt(3, "s1/1", receipt_id="r2")
    assert lines(after(ANNOUNCED, {"receipts": [final]})) == {"s1/1": (5, 0, "closed")}
    both = [{"receipts": [row]} for row in ((rest, final) if rest_first else (final, rest))]
    assert lines(after(ANNOUNCED, *both)) == {"s1/1": (8, 0, "closed")}
    assert lines(after(*both, ANNOUNCED)) == {"s1/1": (8, 0, "closed")}
    assert lines(after(ANNOUNCED, *both, ANNOUNCED)) == {"s1/1": (8, 0, "closed")}, "the same is said again"
    more = receipt(9, None, on=4, receipt_id="r3")
    assert lines(after(ANNOUNCED, *both, {}, {"receipts": [more]})) == {"s1/1": (8, 0, "closed")}
    assert lines(after(ANNOUNCED, *both, {"asns": [asn(qty=12)]})) == {"s1/1": (8, 4, "part_received")}


def test_a_message_that_nothing_comes_closes_a_line_without_a_unit() -> None:
    assert lines(after(ANNOUNCED, {"receipts": [receipt(0, "s1/1", is_final=True)]})) == {
        "s1/1": (0, 0, "closed")
    }


@pytest.mark.parametrize(
    ("correction", "first", "second"),
    [
        (receipt(-4, "s1/1"), 6, 10),
        (receipt(-4), 6, 10),
        (receipt(-4, "s1/1", receipt_id="x"), 6, 10),
        (receipt(-4, "s2", receipt_id="x"), 10, 6),
        (receipt(-4, line_no=2), 10, 6),
        (receipt(-4, None, receipt_id="x"), 10, 10),
        (receipt(-4, "s9", receipt_id="x"), 10, 10),
    ],
    ids=str,
)
def test_a_correction_takes_back_what_it_corrects(correction: Row, first: int, second: int) -> None:
    announced = {"asns": [asn(), asn("s2/1", on=2)]}
    came = {"receipts": [receipt(10, "s1/1"), receipt(10, "s2/1", line_no=2)]}
    posting = after(announced, came, {"receipts": [correction]})
    assert [received for received, *_ in lines(posting).values()] == [first, second]


def test_a_correction_takes_back_what_came_last() -> None:
    came = {"receipts": [receipt(6, "s1/1", on=0, receipt_id="a"), receipt(4, "s1/1", on=1, receipt_id="b")]}
    posting = after(ANNOUNCED, came, {"receipts": [receipt(-4, "s1/1", on=0, receipt_id="x")]})
    assert lines(posting) == {"s1/1": (6, 4, "part_received")}
    assert posting.books.inbound_lines["last_received_on"].to_list() == [day(0)]


def test_a_correction_moves_goods_to_the_line_that_is_meant() -> None:
    announced = {"asns": [asn(), asn("s2/1", on=2)]}
    wrong = {"receipts": [receipt(10, "s1/1", is_final=True)]}
    mended = {"receipts": [receipt(-10, "s1/1"), receipt(10, "s2/1")]}
    assert lines(after(announced, wrong, mended)) == {
        "s1/1": (0, 10, "overdue"),
        "s2/1": (10, 0, "received"),
    }


def test_a_correction_takes_what_is_too_many_off_its_hold() -> None:
    posting = after(ANNOUNCED, RECEIVED, {"receipts": [receipt(-9, "s1/1")]})
    assert stock(posting.books) == {("A", "", "DOCK", "FREE"): 11}
    assert moves(posting)[-1] == ("HOLD", "FREE", "over_receipt", 9)


def test_a_line_that_becomes_one_of_another_sku_gives_its_goods_to_the_line_that_has_theirs() -> None:
    announced = {"asns": [asn(), asn("s2/1", on=4)]}
    renamed = after(announced, {"receipts": [receipt(10, "s1/1")]}, {"asns": [asn(sku="B")]})
    assert lines(renamed) == {"s1/1": (0, 10, "overdue"), "s2/1": (10, 0, "received")}


def test_a_client_that_allows_none_beyond_holds_the_first_unit() -> None:
    client = ACME.model_copy(update={"policy": Policy(over_receipt_pct=0)})
    assert held(after(ANNOUNCED, {"receipts": [receipt(11, "s1/1")]}, client=client)) == 1
