"""Every rule says itself in one sentence and shows an example, and the rule book shows them all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.spec.book import write_book
from tests.spec.rules import STORIES, Rule, read_rules
from tests.spec.tables import Example

if TYPE_CHECKING:
    from collections.abc import Callable

BOOK = Path(__file__).parents[2] / "transforms" / "README.md"
DEMAND, SHELF = "order qty promised_on\nO1 2 03-09", "qty\n1"


def page_of(*examples: tuple[Example, dict[str, str]]) -> str:
    """The book of one rule."""
    return write_book([Rule("rank", "Rank: first.\n\nWhy.", "test_a_sku_goes", "It goes.", examples)])


def test_every_rule_has_one_sentence_and_an_example() -> None:
    rules = read_rules()
    assert len(rules) > 80
    for rule in rules:
        assert rule.sentence.endswith("."), rule.name
        assert "\n" not in rule.sentence, rule.name
        assert rule.examples or f"test_{rule.module}" == STORIES, rule.name


def test_every_chapter_says_what_it_is_about_and_why_one_would_want_it() -> None:
    for chapter in {rule.chapter for rule in read_rules()}:
        about, _, why = chapter.partition("\n\n")
        assert about.endswith("."), chapter
        assert "\n" not in about, chapter
        assert len(why.split()) > 30, f"say in a second paragraph why one would want it: {about}"


def test_the_book_in_the_tree_is_the_book_of_today(assert_golden: Callable[[str, Path], None]) -> None:
    assert_golden(write_book(read_rules()), BOOK)


def test_every_rule_stands_in_the_book() -> None:
    rules = read_rules()
    book = write_book(rules)
    assert [rule.name for rule in rules if rule.sentence not in book] == []


def test_what_goes_in_stands_beside_what_comes_out() -> None:
    page = page_of((Example(demand=DEMAND, supply=SHELF), {"decisions": "order reason qty\nO1 no_stock 1"}))
    before, after = page.split("</td><td")
    assert "| order | open | promised on |\n| --- | --- | --- |\n| O1 | 2 | 9 March |\n" in before
    assert "**On the shelf:** 1 unit\n" in before
    assert "| O1 | there are no more units (`no_stock`) | 1 |" in after


def test_a_second_example_tells_only_what_differs() -> None:
    first = Example(demand=DEMAND, supply=SHELF)
    page = page_of(
        (first, {"allocations": "order qty\nO1 1"}),
        (Example(demand=DEMAND, supply="qty\n9"), {"allocations": "order qty"}),
    )
    second = page.split("The same, but:")[1]
    assert "9 units" in second
    assert "Orders that wait" not in second
    assert "nobody gets anything new" in second


def test_settings_stand_as_in_their_files() -> None:
    segment = {"name": "vip", "priority": (1,), "standing": "win"}
    policy = {"split": False, "rank": ("due_on",), "segments": (segment,)}
    page = page_of((Example(demand=DEMAND, policy=policy, max_release_lines=2), {}))
    assert '[policy]\nsplit = false\nrank = ["due_on"]\n[[policy.segments]]\nname = "vip"\n' in page
    assert "# of the warehouse\nmax_release_lines = 2\n" in page


def test_titles_are_the_names_of_tests() -> None:
    assert "\n### A SKU goes\n" in page_of((Example(demand=DEMAND), {}))


def test_a_chapter_without_a_place_comes_last() -> None:
    of_rank, unknown = (
        Rule(name, f"{name}.\n\nWhy.", "test_x", "Says.", ((Example(demand=DEMAND), {}),))
        for name in ("rank", "a")
    )
    assert write_book([unknown, of_rank]).index("## rank") < write_book([unknown, of_rank]).index("## a\n")
