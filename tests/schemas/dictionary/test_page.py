"""Tests of the data dictionary: the page tells what the contracts say today."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from schemas.dictionary.markdown import with_choices, write_table
from schemas.dictionary.page import render_dictionary
from schemas.dictionary.settings import describe_settings
from schemas.night import HISTORY_TABLES, STATE_TABLES, TONIGHT_TABLES
from schemas.outputs.analyst import ANALYST_TABLES
from schemas.outputs.analyst_views import ANALYST_VIEWS
from schemas.vocabulary.index import CODES, VOCABULARIES
from schemas.vocabulary.words import Feed

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).parents[3] / "schemas" / "README.md"


@pytest.fixture(scope="module")
def page() -> str:
    """The page as it would be written today."""
    return render_dictionary()


@pytest.fixture(scope="module")
def settings() -> str:
    """What the page says of settings."""
    return describe_settings()


def section(page: str, title: str, *, level: str = "###") -> str:
    """The text below a heading, up to the next of its level."""
    return re.split(rf"^{level} ", page.split(f"\n{level} {title}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[
        0
    ]


def test_the_page_in_the_tree_is_the_page_of_today(
    page: str, assert_golden: Callable[[str, Path], None]
) -> None:
    assert_golden(page, PAGE)


def test_every_table_has_a_section(page: str) -> None:
    names = {*STATE_TABLES, *TONIGHT_TABLES, *HISTORY_TABLES, *ANALYST_TABLES, *Feed.values()}
    missing = [name for name in sorted(names) if f"\n### {name}\n" not in page]
    assert missing == []


def test_every_view_has_a_section(page: str) -> None:
    assert [name for name in ANALYST_VIEWS if f"\n### {name} (view)\n" not in page] == []


def test_a_feed_says_which_columns_are_needed(page: str) -> None:
    orders = section(page, "orders")
    assert re.search(r"^\| `order_id` \| needed \|", orders, re.MULTILINE)
    assert re.search(r"^\| `promised_on` \|  \|", orders, re.MULTILINE)


def test_a_feed_names_only_columns_that_a_file_has(page: str) -> None:
    assert "file_hash" not in section(page, "orders")


def test_a_column_that_may_be_empty_is_marked(page: str) -> None:
    fill_rates = section(page, "fill_rate_daily (view)")
    assert "| `day_3_line_pct`? |" in fill_rates
    assert "| `first_pass_line_pct` |" in fill_rates


def test_a_closed_list_of_values_is_named(page: str) -> None:
    assert "(`release`, `reserve`)" in section(page, "allocations")


def test_every_value_of_every_vocabulary_stands_on_the_page_with_its_meaning(page: str) -> None:
    words = [word for term in (VOCABULARIES | CODES).values() for word in term]
    assert len(words) > 100
    assert [word for word in words if f"| `{word.value}` | {word.meaning} |" not in page] == []


def test_a_finding_says_who_acts_and_what_to_type(page: str) -> None:
    assert "| supervisor | `backorders stock {client_id} {subject}` |" in section(page, "FindingCode")


def test_settings_show_their_defaults_as_they_stand_in_a_file(settings: str) -> None:
    assert '| `working_days` | `["mon", "tue", "wed", "thu", "fri"]` |' in settings
    assert '| `split` | `"if_needed"` |' in settings
    assert '| `cut_off` | `"23:59:00"` |' in settings


def test_a_key_without_a_default_must_be_set(settings: str) -> None:
    assert "| `allocator` | must be set |" in settings


def test_an_optional_key_is_not_set(settings: str) -> None:
    assert "| `delivery_folder` | not set |" in settings


def test_a_key_of_the_file_name_is_not_a_key_of_the_file(settings: str) -> None:
    assert "client_id` |" not in settings


def test_a_feed_of_its_own_shows_only_its_own_keys(settings: str) -> None:
    orders = settings.split("### [feeds.orders] of a client\n")[1].split("###", maxsplit=1)[0]
    assert "`twin_rows`" in orders
    assert "`delimiter`" not in orders


def test_a_pipe_in_a_cell_stays_a_pipe() -> None:
    assert write_table(["a"], [["W1|W2"]]) == "| a |\n| --- |\n| W1\\|W2 |\n"


def test_words_without_choices_stay_as_they_are() -> None:
    assert with_choices("when", []) == "when"
    assert with_choices("which", ["a", "b"]) == "which (`a`, `b`)"
