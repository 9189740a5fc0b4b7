"""Tests of what a policy has no place for: rows that are rejected, and lines that give way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from schemas.night import Books
from schemas.settings.policy import Policy
from tests.transforms.posting.nights import (
    ACME,
    at,
    books_of,
    line,
    night,
    ordered,
    reasons,
    rows_of,
    verdicts,
)
from transforms.posting.orders.policy_refusals import ship_in_parts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.settings.client import Client
    from transforms.posting.core.posting import Posting

pytestmark = pytest.mark.usefixtures("lived_together")

WHOLE = ACME.model_copy(update={"policy": Policy(loose_rest=False)})
SHARING = ACME.model_copy(update={"policy": Policy(fair_share="water_filling")})
TWELVES = ({"sku": "A", "sell_multiple": 12},)


def ordering(
    *rows: dict[str, Any],
    client: Client = WHOLE,
    items: Sequence[dict[str, Any]] = TWELVES,
    books: Books | None = None,
) -> Posting:
    """A night of order rows."""
    return night(books or Books.blank(), rows_of(orders=list(rows), items=list(items)), client=client)


def change(**cells: Any) -> dict[str, Any]:  # noqa: ANN401 -- cells of a row, of any type
    """A change of the one line of order o1."""
    return {"action": "change", "changed_at": at(15), "effective_at": at(15)} | cells


def columns(posting: Posting) -> list[str]:
    """The columns at fault."""
    return posting.rejected_rows["column"].to_list()


@pytest.mark.parametrize(
    ("qty", "verdict"), [(12, "accepted"), (36, "accepted"), (14, "rejected"), (8, "rejected")]
)
def test_a_row_that_fills_no_multiple_is_rejected_where_nothing_ships_loose(qty: int, verdict: str) -> None:
    posting = ordering({"qty": qty})
    assert verdicts(posting)[-1] == verdict
    assert (reasons(posting), columns(posting)) == (
        ([], []) if verdict == "accepted" else (["not_a_multiple"], ["qty"])
    )


def test_a_row_that_fills_no_multiple_is_taken_where_its_rest_ships_loose() -> None:
    assert reasons(ordering({"qty": 14}, client=ACME)) == []


def test_an_item_without_a_multiple_is_sold_in_any_quantity() -> None:
    assert reasons(ordering({"qty": 7}, items=[{"sku": "A", "sell_multiple": 1}])) == []
    assert reasons(ordering({"qty": 7}, items=[])) == []


@pytest.mark.parametrize(
    ("qty", "refused"), [(24_000, []), (12_500, ["not_a_multiple"]), (12, ["not_a_multiple"])]
)
def test_weighed_goods_are_sold_in_whole_multiples_of_their_unit(qty: int, refused: list[str]) -> None:
    """Twelve kilograms in grams: quantities are scaled by the decimals of their item."""
    items = [{"sku": "A", "sell_multiple": 12, "decimals": 3}]
    assert reasons(ordering({"qty": qty}, items=items)) == refused


def test_a_multiple_of_one_means_any_fraction_of_weighed_goods() -> None:
    items = [{"sku": "A", "sell_multiple": 1, "decimals": 3}]
    assert reasons(ordering({"qty": 1_250}, items=items)) == []


def test_a_change_to_a_quantity_that_fills_no_multiple_is_rejected_and_changes_nothing() -> None:
    books = ordering({"qty": 24}).books
    posting = ordering(change(qty=30, priority=1), items=[], books=books)
    assert (reasons(posting), columns(posting)) == (["not_a_multiple"], ["qty"])
    assert line(posting.books)["open"] == 24
    assert posting.books.order_lines["priority"].to_list() == [5]


def test_a_change_that_says_no_quantity_is_none_of_the_multiples() -> None:
    loose = ordered({"qty": 14})
    assert reasons(ordering(change(priority=1), books=loose)) == []


@pytest.mark.parametrize("rule", ["line_complete", "order_complete"])
def test_an_order_that_would_wait_to_ship_complete_is_rejected_where_stock_is_shared(rule: str) -> None:
    posting = ordering({"qty": 2, "ship_rule": rule}, client=SHARING)
    assert (reasons(posting), columns(posting)) == (["rule_not_allowed"], ["ship_rule"])


def test_a_row_that_says_no_rule_or_parts_is_taken_where_stock_is_shared() -> None:
    rows: list[dict[str, Any]] = [
        {"qty": 2, "ship_rule": None},
        {"qty": 2, "line_no": 2, "ship_rule": "partial"},
    ]
    posting = ordering(*rows, client=SHARING)
    assert reasons(posting) == []
    assert posting.books.order_lines["ship_rule"].to_list() == ["partial", "partial"]


def test_a_change_to_ship_complete_is_rejected_where_stock_is_shared() -> None:
    posting = ordering(change(ship_rule="order_complete"), client=SHARING, books=ordered({"qty": 2}))
    assert (reasons(posting), columns(posting)) == (["rule_not_allowed"], ["ship_rule"])
    assert posting.books.order_lines["ship_rule"].to_list() == ["partial"]


def test_both_faults_of_a_new_row_are_told_and_the_first_of_a_change() -> None:
    strict = ACME.model_copy(update={"policy": Policy(fair_share="proportional", loose_rest=False)})
    wrong = {"qty": 13, "ship_rule": "line_complete"}
    assert reasons(ordering(wrong, client=strict)) == ["not_a_multiple", "rule_not_allowed"]
    changed = ordering(change(**wrong), client=strict, books=ordered({"qty": 12}))
    assert reasons(changed) == ["not_a_multiple"]


def test_lines_of_a_client_that_shares_take_parts_and_those_of_others_wait_as_they_did() -> None:
    rules = ("line_complete", "order_complete", "partial")
    lines = [
        {"client_id": client_id, "line_no": number, "ship_rule": rule}
        for client_id in ("acme", "bolt")
        for number, rule in enumerate(rules, 1)
    ]
    books = books_of(order_lines=lines)
    shared = ship_in_parts(books, clients={"acme": SHARING, "bolt": ACME})
    assert shared.order_lines["ship_rule"].to_list() == ["partial"] * 3 + list(rules)
    assert ship_in_parts(books, clients={"acme": ACME, "bolt": ACME}) == books
