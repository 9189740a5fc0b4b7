"""Tests of files of bare events that have an earlier file in them: a person says which rows are new."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from schemas.vocabulary.words import Feed
from tests.frames import MORNING
from tests.transforms.intake.identity.test_new_facts_of_feeds import identify, told

PLAIN: dict[Feed, dict[str, Any]] = {
    Feed.ADJUSTMENTS: {},
    Feed.SHIPMENTS: {"line_no": None},
    Feed.CANCELLATIONS: {"line_no": None, "qty": 1},
}
FEEDS = list(PLAIN)
HELD = {"file_grows"}


def file(feed: Feed, name: str, skus: str, **values: object) -> list[dict[str, Any]]:
    """A file with a row for each letter, its SKU."""
    said = {**PLAIN[feed], **values}
    return [{"file_hash": name, "row_no": place, "sku": sku, **said} for place, sku in enumerate(skus, 1)]


@pytest.mark.parametrize("feed", FEEDS)
def test_a_file_that_has_all_rows_of_an_earlier_one_in_it_is_held(feed: Feed) -> None:
    first = identify(feed, *file(feed, "f", "AB"))
    again = identify(feed, *file(feed, "g", "CBA"), keys=first.row_keys)
    assert set(told(again).values()) == HELD
    assert set(told(identify(feed, *file(feed, "g", "ACC"), keys=first.row_keys)).values()) == {"new"}


@pytest.mark.parametrize("feed", FEEDS)
def test_a_single_row_may_come_again_by_itself(feed: Feed) -> None:
    first = identify(feed, *file(feed, "f", "A"))
    assert set(told(identify(feed, *file(feed, "g", "AB"), keys=first.row_keys)).values()) == {"new"}


@pytest.mark.parametrize("feed", FEEDS)
def test_equal_rows_are_counted(feed: Feed) -> None:
    first = identify(feed, *file(feed, "f", "AA"))
    assert set(told(identify(feed, *file(feed, "g", "AB"), keys=first.row_keys)).values()) == {"new"}
    assert set(told(identify(feed, *file(feed, "g", "BAA"), keys=first.row_keys)).values()) == HELD


@pytest.mark.parametrize("feed", FEEDS)
def test_of_two_files_of_a_night_the_one_that_has_more_is_held(feed: Feed) -> None:
    tonight = told(identify(feed, *file(feed, "f", "ABC"), *file(feed, "g", "AB")))
    assert {name: fate for (name, _), fate in tonight.items()} == {"f": "file_grows", "g": "new"}
    alike = told(identify(feed, *file(feed, "f", "AB"), *file(feed, "g", "BA")))
    assert {name: fate for (name, _), fate in alike.items()} == {"f": "new", "g": "file_grows"}


def test_a_file_whose_rows_have_times_or_ids_holds_nothing() -> None:
    feed = Feed.ADJUSTMENTS
    first = identify(feed, *file(feed, "f", "AB"))
    timed = file(feed, "g", "ABC", is_timed=True, effective_at=MORNING, adjusted_at=MORNING)
    assert set(told(identify(feed, *timed, keys=first.row_keys)).values()) == {"new"}
    named = [{**row, "event_id": f"E{row['row_no']}"} for row in file(feed, "g", "ABC")]
    assert set(told(identify(feed, *named, keys=first.row_keys)).values()) == {"new"}


def test_cancellations_of_all_that_is_left_may_grow() -> None:
    feed = Feed.CANCELLATIONS
    first = identify(feed, *file(feed, "f", "AB", qty=None))
    assert set(told(identify(feed, *file(feed, "g", "ABC", qty=None), keys=first.row_keys)).values()) == {
        "new"
    }


def test_rows_that_a_person_dropped_again_are_meant() -> None:
    feed = Feed.ADJUSTMENTS
    first = identify(feed, *file(feed, "f", "AB"))
    again = [{**row, "origin_hash": "g", "origin_row": row["row_no"]} for row in file(feed, "h", "ABC")]
    assert set(told(identify(feed, *again, keys=first.row_keys)).values()) == {"new"}


def test_a_file_of_long_ago_is_the_beginning_of_none() -> None:
    feed = Feed.ADJUSTMENTS
    keys = identify(feed, *file(feed, "f", "AB")).row_keys
    old = keys.with_columns(pl.col("business_date").dt.offset_by("-36d"))
    assert set(told(identify(feed, *file(feed, "g", "ABC"), keys=old)).values()) == {"new"}
