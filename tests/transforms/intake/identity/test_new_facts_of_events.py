"""Tests of events that nothing numbers: known by all they say where they have a time, else by their place."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from schemas.vocabulary.words import Feed
from tests.frames import MORNING
from tests.transforms.intake.identity.test_new_facts_of_feeds import identify, told

TIMED = {"is_timed": True, "effective_at": MORNING}
AT: dict[Feed, dict[str, Any]] = {
    Feed.CANCELLATIONS: {"cancelled_at": MORNING, "line_no": None, "qty": 1, **TIMED},
    Feed.ADJUSTMENTS: {"adjusted_at": MORNING, **TIMED},
    Feed.SHIPMENTS: {"shipped_at": MORNING, "line_no": None, **TIMED},
}
EVENTS = list(AT)


def rows(feed: Feed, file_hash: str, count: int, **values: object) -> list[dict[str, Any]]:
    """So many equal rows of a file."""
    return [{"file_hash": file_hash, "row_no": place, **AT[feed], **values} for place in range(1, count + 1)]


@pytest.mark.parametrize("feed", EVENTS)
def test_an_event_with_a_time_that_another_file_told_is_that_event(feed: Feed) -> None:
    first = identify(feed, *rows(feed, "f", 1))
    again = identify(feed, *rows(feed, "g", 1), {**rows(feed, "g", 2)[1], "sku": "B"}, keys=first.row_keys)
    assert told(again) == {("g", 1): "duplicate", ("g", 2): "new"}


@pytest.mark.parametrize("feed", EVENTS)
def test_equal_events_of_one_file_are_all_meant_and_known_again_each(feed: Feed) -> None:
    first = identify(feed, *rows(feed, "f", 2))
    assert set(told(first).values()) == {"new"}
    again = identify(feed, *rows(feed, "g", 3), keys=first.row_keys)
    assert told(again) == {("g", 1): "duplicate", ("g", 2): "duplicate", ("g", 3): "new"}
    third = identify(feed, *rows(feed, "h", 3), keys=pl.concat([first.row_keys, again.row_keys]))
    assert set(told(third).values()) == {"duplicate"}


@pytest.mark.parametrize("feed", EVENTS)
def test_an_event_in_two_files_of_a_night_is_one_event(feed: Feed) -> None:
    tonight = identify(feed, *rows(feed, "f", 1), *rows(feed, "g", 2))
    assert sorted(told(tonight).values()) == ["duplicate", "new", "new"]


@pytest.mark.parametrize("feed", EVENTS)
def test_an_event_without_a_time_is_known_by_its_place_alone(feed: Feed) -> None:
    first = identify(feed, *rows(feed, "f", 1, is_timed=False))
    assert told(identify(feed, *rows(feed, "g", 1, is_timed=False), keys=first.row_keys)) == {("g", 1): "new"}


def test_equal_rows_of_a_file_with_one_event_id_are_one_event() -> None:
    tonight = identify(Feed.ADJUSTMENTS, *rows(Feed.ADJUSTMENTS, "f", 2, event_id="E1"))
    assert sorted(told(tonight).values()) == ["duplicate", "new"]


def test_an_event_number_tells_apart_what_says_the_same_at_the_same_time() -> None:
    first = identify(Feed.ADJUSTMENTS, *rows(Feed.ADJUSTMENTS, "f", 1, event_id="E1"))
    other = identify(Feed.ADJUSTMENTS, *rows(Feed.ADJUSTMENTS, "g", 1, event_id="E2"), keys=first.row_keys)
    assert told(other) == {("g", 1): "new"}


def test_a_mended_row_that_an_export_brings_as_well_is_one_event() -> None:
    mended = rows(Feed.ADJUSTMENTS, "q", 1, origin_hash="e", origin_row=7)
    export = rows(Feed.ADJUSTMENTS, "g", 1)
    assert told(identify(Feed.ADJUSTMENTS, *mended, *export)) == {("q", 1): "duplicate", ("g", 1): "new"}
    first = identify(Feed.ADJUSTMENTS, *export)
    assert told(identify(Feed.ADJUSTMENTS, *mended, keys=first.row_keys)) == {("q", 1): "duplicate"}
    before = identify(Feed.ADJUSTMENTS, *mended)
    assert before.row_keys["business_key"].to_list() == ["row|e|7"]
    assert told(identify(Feed.ADJUSTMENTS, *export, keys=before.row_keys)) == {("g", 1): "duplicate"}
