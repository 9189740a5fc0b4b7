"""Every code that a person may meet has words."""

from __future__ import annotations

import pytest

from schemas.outputs.reports import StatusLine
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.explanations import DecisionCode
from schemas.vocabulary.words import Feed
from transforms.hints import FEED_HINTS, HINTS, HOLD_STEPS, NO_DATE_STEPS, REJECTED_STEP, hint_of


def test_every_reason_of_a_rejected_row_has_a_hint() -> None:
    assert set(HINTS) == set(ReasonCode.values())


def test_every_decision_has_a_next_step() -> None:
    assert set(NO_DATE_STEPS) == set(DecisionCode.values())


def test_only_known_people_are_asked_to_act() -> None:
    checks = StatusLine.to_schema().columns["who_acts"].checks
    allowed = set(checks[0].statistics["allowed_values"])
    asked = {step.who_acts for step in (*NO_DATE_STEPS.values(), *HOLD_STEPS.values(), REJECTED_STEP)}
    assert asked <= allowed


@pytest.mark.parametrize("code", [ReasonCode.COLUMN_COUNT, ReasonCode.BAD_QUOTES])
def test_a_line_that_is_no_row_says_that_its_empty_cells_are_to_be_filled_from_its_text(
    code: ReasonCode,
) -> None:
    assert "fill the row's empty cells from bo_text" in HINTS[code]
    assert "quotation" in HINTS[code]


def test_a_hint_is_that_of_the_feed_where_it_has_one() -> None:
    assert "own line_no" in hint_of("key_twice", "receipts")
    assert hint_of("key_twice", "stock") == HINTS["key_twice"]
    assert hint_of(None, "orders") == hint_of("", "orders") == ""


def test_no_hint_makes_units_ship_or_vanish_a_second_time() -> None:
    every = [*HINTS.values(), *FEED_HINTS.values()]
    for harm in ("keep one of the rows", "correction as an adjustment"):
        assert not [hint for hint in every if harm in hint]
    assert "line" not in hint_of("line_closed", "cancellations")


def test_every_hint_of_a_feed_is_of_a_code_and_a_feed() -> None:
    assert {code for code, _ in FEED_HINTS} <= set(ReasonCode.values())
    assert {feed for _, feed in FEED_HINTS} <= set(Feed.values())
