"""What segments say of rows of orders: by line, and by the first line of an order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.books.orders import OrderLine
from schemas.night import Books
from schemas.settings.policy import Policy
from tests.frames import frame_of
from tests.transforms.notices.nights import client, in_days, kinds, line, night
from tests.transforms.posting.nights import ACME, rows_of
from tests.transforms.posting.nights import night as posted
from transforms.segments import fitting_segments, rule_of_orders
from transforms.simulation.policies import restate_rules

if TYPE_CHECKING:
    from schemas.settings.client import Client

CHAIN = {"name": "chain", "order_type": ("b2b",)}
SHOP = {"name": "shop", "channel": ("shop",)}
WHOLE = CHAIN | {"ship_rule": "order_complete"}


def with_segments(merchant: Client, *segments: dict[str, Any], **rules: Any) -> Client:  # noqa: ANN401 -- of a policy
    """A client under a policy with these segments."""
    return merchant.model_copy(
        update={"policy": Policy.model_validate(rules | {"segments": segments}, strict=False)}
    )


def ordered(*rows: dict[str, Any]) -> pl.DataFrame:
    """Order lines, each a line of its own."""
    return frame_of(OrderLine, *({"line_no": number} | row for number, row in enumerate(rows, 1)))


def test_a_client_without_segments_has_no_rows() -> None:
    assert fitting_segments(ordered({"order_type": "b2b"}), {"acme": ACME}).is_empty()


def test_lines_fit_segments_and_orders_those_of_their_first_line() -> None:
    merchant = with_segments(ACME, WHOLE, SHOP | {"horizon_days": 2})
    lines = ordered(
        {"line_no": 2, "order_type": "b2b", "channel": "shop"},
        {"line_no": 1, "order_type": "dtc", "channel": "shop"},
        {"line_no": 3, "order_type": "dtc", "channel": None},
        {"line_no": 1, "client_id": "bolt", "channel": "shop"},
    )
    fits = fitting_segments(lines, {"acme": merchant, "bolt": ACME})
    assert fits.select("line_no", "fits", "order_fits").rows() == [
        (2, "0|1", "1"),
        (1, "1", "1"),
        (3, "", "1"),
    ]


def test_only_orders_of_which_segments_say_something_are_told() -> None:
    merchant = with_segments(ACME, CHAIN | {"tell_after_days": 9}, SHOP | {"horizon_days": 2})
    lines = ordered({"order_id": "1", "order_type": "b2b"}, {"order_id": "2", "channel": "shop"})
    said = rule_of_orders(lines, {"acme": merchant}, "tell_after_days", pl.Int64())
    assert said.rows() == [("acme", "1", 9)]


def ship_rules(posting: Any) -> list[str]:  # noqa: ANN401 -- a posting
    """How the lines ship, by their numbers."""
    rules: list[str] = posting.books.order_lines.sort("order_id", "line_no")["ship_rule"].to_list()
    return rules


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"order_type": "b2b"}, "order_complete"),
        ({"order_type": "dtc"}, "line_complete"),
        ({"order_type": None}, "line_complete"),
        ({"order_type": "b2b", "ship_rule": "partial"}, "partial"),
    ],
)
def test_an_order_that_states_no_rule_has_that_of_its_segment(row: dict[str, Any], rule: str) -> None:
    merchant = with_segments(ACME, WHOLE, ship_rule="line_complete")
    assert ship_rules(posted(Books.blank(), rows_of(orders=[{"qty": 2} | row]), client=merchant)) == [rule]


def test_new_lines_ship_as_the_first_line_of_their_order() -> None:
    merchant = with_segments(ACME, WHOLE)
    first = {"qty": 2, "line_no": 2, "order_type": "b2b"}
    before = posted(Books.blank(), rows_of(orders=[first]), client=merchant).books
    later = [{"qty": 2, "line_no": 3, "order_type": "dtc"}, {"qty": 2, "order_id": "o2", "order_type": "dtc"}]
    after = posted(before, rows_of(orders=later), client=merchant)
    assert ship_rules(after) == ["order_complete", "order_complete", "partial"]


def test_a_cleared_ship_rule_is_that_of_the_segment_again() -> None:
    merchant = with_segments(ACME, WHOLE)
    own = {"qty": 2, "order_type": "b2b", "ship_rule": "line_complete"}
    before = posted(Books.blank(), rows_of(orders=[own]), client=merchant).books
    cleared = {"action": "change", "ship_rule": None, "cleared": "ship_rule"}
    after = posted(before, rows_of(orders=[cleared]), client=merchant)
    assert ship_rules(after) == ["order_complete"]


def test_another_policy_restates_by_the_segments_of_both() -> None:
    lines = ordered(
        {"order_id": "1", "order_type": "b2b", "ship_rule": "order_complete"},
        {"order_id": "2", "order_type": "dtc", "ship_rule": "order_complete"},
        {"order_id": "3", "order_type": "dtc", "ship_rule": "partial"},
    )
    own = with_segments(ACME, WHOLE)
    tried = with_segments(ACME, CHAIN | {"ship_rule": "line_complete"}, ship_rule="partial").policy
    restated = restate_rules(Books.of({"order_lines": lines}), {"acme": own}, tried)
    assert restated.order_lines["ship_rule"].to_list() == ["line_complete", "order_complete", "partial"]


@pytest.mark.parametrize(("days", "order_type", "told"), [(9, "b2b", 0), (10, "b2b", 1), (3, "dtc", 1)])
def test_a_segment_says_how_near_a_date_is_not_worth_telling(days: int, order_type: str, told: int) -> None:
    merchant = with_segments(client(), CHAIN | {"tell_after_days": 9})
    assert len(kinds(night(line(eta_on=in_days(days), order_type=order_type), merchant=merchant))) == told
