"""Tests of settings as text: whatever stands in a file, its settings are read as they were meant."""

from __future__ import annotations

import tomllib
from datetime import time

import pytest

from schemas.vocabulary.words import Feed
from transforms.onboarding.guesses import Choice, ask, state
from transforms.onboarding.page import comment, toml, write_section
from transforms.onboarding.section import FeedSection


@pytest.mark.parametrize(
    "value",
    [
        "plain",
        'with "double" ones',
        "with 'single' ones",
        "with \"both\" of 'them'",
        "a\ttab, a \\ and \x7f",
        "",
        True,
        7,
        time(6, 30),
        ["a", "b"],
        {"Item No": "Item {n}", "plain_key": "x"},
        [{"to": "set_aside", "where": "\"A\" = 'x'"}],
    ],
)
def test_a_value_is_read_as_it_was(value: object) -> None:
    assert tomllib.loads(f"key = {toml(value)}\n")["key"] == value


def test_a_comment_is_one_line_whatever_it_says() -> None:
    assert comment("a\nkey = 1\x00") == "# a\\nkey = 1\\x00"


def test_a_decision_is_a_comment_until_it_is_taken() -> None:
    guesses = (
        state("delimiter", ";", "it divides line 1"),
        state("columns.sku", "Artikel", "by its name"),
        ask("decimal_mark", [Choice(",", "1200", (("thousands_mark", "."),)), Choice(".", "1.2")], "which?"),
        ask("columns.status", (), "what does it mean?", example="CASE WHEN ..."),
    )
    section = FeedSection(Feed.STOCK, ("a.csv",), "Some program", guesses, (), ())
    lines = write_section(section, {"files": "s*"})
    assert lines[0] == "# As `backorders onboard` found it in a.csv (Some program)."
    assert tomllib.loads("\n".join(lines)) == {
        "feeds": {"stock": {"files": "s*", "delimiter": ";", "columns": {"sku": "Artikel"}}}
    }
    assert "# decide: which?" in lines
    assert '#thousands_mark = "."  # together with the line above' in lines
    assert '#columns.status = "CASE WHEN ..."' in lines
    decided = tomllib.loads("\n".join(write_section(section, {}, decided=True)))
    assert decided["feeds"]["stock"]["thousands_mark"] == "."
    assert "status" not in decided["feeds"]["stock"]["columns"]
