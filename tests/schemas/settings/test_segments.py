"""Segments: which of them can meet on a line, and what contradicts itself where they do."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.settings.policy import Policy
from schemas.settings.segment import MOST_MEETINGS, Segment, first_with, meetings

CHAIN = {"name": "chain", "order_type": ("b2b",)}
SHOP = {"name": "shop", "channel": ("shop",)}
HOME = {"name": "home", "order_type": ("dtc", "marketplace")}


def names(*segments: dict[str, Any]) -> list[str]:
    """The sets of segments that can meet, as names joined by +."""
    made = [Segment.model_validate(segment | {"horizon_days": 1}) for segment in segments]
    return ["+".join(segment.name for segment in met) for met in meetings(made)]


def test_a_line_fits_none_or_one_of_segments_that_exclude_each_other() -> None:
    assert names(CHAIN, HOME) == ["", "chain", "home"]


def test_segments_by_other_attributes_meet() -> None:
    assert names(CHAIN, SHOP, HOME) == ["", "chain", "chain+shop", "shop", "shop+home", "home"]


def test_a_segment_inside_another_never_comes_alone() -> None:
    both = {"name": "both", "order_type": ("b2b",), "channel": ("shop",)}
    assert names(CHAIN, both) == ["", "chain", "chain+both"]


def test_without_segments_there_is_the_policy() -> None:
    assert meetings(()) == [()]


def test_so_many_overlaps_that_nobody_could_think_them_through_are_refused() -> None:
    many = [{"name": f"s{n}", "consignee_id": (f"c{n}",), "horizon_days": 1} for n in range(70)]
    more = [{"name": f"t{n}", "channel": (f"c{n}",), "horizon_days": 1} for n in range(70)]
    with pytest.raises(ValidationError, match=f"overlap in more than {MOST_MEETINGS:,} ways"):
        Policy.model_validate({"segments": [*many, *more]})


def test_of_each_rule_the_first_segment_counts_that_names_it() -> None:
    one = Segment.model_validate(CHAIN | {"split": False})
    other = Segment.model_validate(SHOP | {"split": True, "horizon_days": 3, "tell_after_days": 9})
    assert first_with((one, other)) == {"split": one, "horizon_days": other, "tell_after_days": other}
    under = Policy(horizon_days=1, max_shipments=2).under((one, other))
    assert (under.split, under.horizon_days, under.max_shipments) == (False, 3, 2)


def test_a_rule_of_a_segment_may_be_false_or_zero() -> None:
    assert Segment.model_validate(CHAIN | {"split": False}).rules == {"split": False}
    assert Segment.model_validate(CHAIN | {"horizon_days": 0}).rules == {"horizon_days": 0}


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        (
            {"max_shipments": 2, "segments": [CHAIN | {"ship_rule": "order_complete"}]},
            'max_shipments = 2 lets an order ship in parts, but ship_rule of segment chain = "order_c',
        ),
        (
            {"ship_rule": "order_complete", "segments": [CHAIN | {"max_shipments": 2}]},
            "max_shipments of segment chain = 2 lets an order ship in parts, but ship_rule = ",
        ),
        (
            {"segments": [CHAIN | {"ship_rule": "order_complete"}, SHOP | {"max_shipments": 2}]},
            "max_shipments of segment shop = 2 lets .* but ship_rule of segment chain = ",
        ),
        (
            {"segments": [CHAIN | {"ship_rule": "line_complete"}, SHOP | {"on_short": "cancel_rest"}]},
            'on_short of segment shop = "cancel_rest" cancels a part, but ship_rule of segment chain',
        ),
        (
            {"segments": [CHAIN | {"standing": "fill"}, SHOP | {"on_short": "cancel_rest"}]},
            'segment chain and segment shop: on_short = "cancel_rest" never decides',
        ),
        (
            {"fair_share": "water_filling", "segments": [CHAIN | {"split": False}]},
            'fair_share = "water_filling" shares pool by pool, but split of segment chain = false',
        ),
        (
            {"fair_share": "proportional", "segments": [CHAIN | {"max_shipments": 1}]},
            'fair_share = "proportional" gives parts, but max_shipments of segment chain = 1',
        ),
        (
            {"fair_share": "proportional", "segments": [CHAIN | {"ship_rule": "line_complete"}]},
            'fair_share = "proportional" gives parts, but ship_rule of segment chain = "line_complete"',
        ),
    ],
)
def test_what_contradicts_itself_where_segments_meet_is_refused_by_name(
    rules: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValidationError, match=says):
        Policy.model_validate(rules)


@pytest.mark.parametrize(
    "segments",
    [
        [CHAIN | {"ship_rule": "order_complete"}, HOME | {"max_shipments": 2}],
        [CHAIN | {"standing": "fill"}, HOME | {"on_short": "cancel_rest"}],
        [CHAIN | {"ship_rule": "line_complete"}, HOME | {"on_short": "cancel_rest"}],
        [
            CHAIN | {"ship_rule": "partial", "max_shipments": 2},
            SHOP | {"ship_rule": "order_complete", "order_type": ("b2b",)},
        ],
    ],
)
def test_rules_that_never_meet_on_a_line_may_contradict_each_other(segments: list[dict[str, Any]]) -> None:
    assert Policy.model_validate({"segments": segments}).segments


def test_a_segment_that_asks_for_no_more_may_stand_beside_a_policy_that_cancels() -> None:
    assert Policy.model_validate({"on_short": "cancel_rest", "segments": [CHAIN | {"standing": "fill"}]})


def test_a_segment_of_orders_of_a_type_that_no_order_has_is_refused() -> None:
    with pytest.raises(ValidationError, match="'dtc', 'b2b' or 'marketplace'"):
        Segment.model_validate({"name": "shop", "order_type": ("b2c",), "ship_rule": "partial"})
