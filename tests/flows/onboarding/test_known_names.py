"""Tests of the data file of names: what it names is there, and nothing in it contradicts itself."""

from __future__ import annotations

from collections import Counter

import pytest

from flows.onboarding.known_names import known_names
from schemas.vocabulary.words import Feed
from transforms.intake.mapping.feed_columns import sent_columns
from transforms.onboarding.feeds import lacking
from transforms.onboarding.names import FREE, Export, find_export, fold, match_export

EXPORTS = known_names().exports


def test_every_column_that_an_export_or_a_word_means_is_one_of_ours() -> None:
    for export in EXPORTS:
        assert set(export.columns) <= set(sent_columns(export.feed)), export.name
    for word in known_names().words:
        for feed, ours in word.columns.items():
            assert ours in sent_columns(feed) or (feed == Feed.STOCK and ours == FREE), word
        assert set(word.speaks) <= set(word.columns), word


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_a_file_with_the_columns_of_an_export_is_that_export_and_lacks_nothing(export: Export) -> None:
    headers = list(
        dict.fromkeys(
            [
                *export.marks,
                *(name for sources in export.columns.values() for source in sources for name in source),
            ]
        )
    )
    assert find_export(headers, known_names()) == export
    assert not list(lacking(export.feed, match_export(headers, export)))


def test_no_word_of_a_feed_stands_twice_for_different_columns_with_equal_voices() -> None:
    """Else the order of the file alone would say what a name means."""
    for feed in Feed:
        meant = Counter(
            (fold(name), word.speaks.get(feed, 0))
            for word in known_names().words
            for name in {fold(name) for name in word.names}
            if feed in word.columns
        )
        assert not [name for name, count in meant.items() if count > 1], feed
