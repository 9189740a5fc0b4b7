"""Tests of what a night takes and gives."""

from __future__ import annotations

from dataclasses import fields

from schemas.night import STATE_TABLES, Books, FeedRows
from schemas.vocabulary.words import Feed


def test_books_have_one_field_for_each_state_table() -> None:
    assert [field.name for field in fields(Books)] == list(STATE_TABLES)


def test_blank_books_have_the_columns_of_their_contracts() -> None:
    assert {name: list(frame.schema) for name, frame in Books.blank().tables().items()} == {
        name: table.names() for name, table in STATE_TABLES.items()
    }


def test_feed_rows_have_one_field_for_each_feed() -> None:
    assert list(FeedRows.blank().tables()) == Feed.values()
