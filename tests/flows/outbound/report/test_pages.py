"""Tests of the page of a night as a file: whatever its texts say, it is one page that asks nobody."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from flows.outbound.pages.rendering import render_page
from schemas.night import AsOf
from tests.flows.outbound.report.pages import PAGES, crowded, hostile
from tests.frames import NIGHT
from tests.transforms.reports.night_page.figures import figures_of
from transforms.reports.night_page.page import build_page

MEGABYTE = 1_000_000
ASKING = {"src", "href", "srcset", "action", "data", "poster", "xlink:href", "style", "onload", "onerror"}


class Tags(HTMLParser):
    """The tags of a page, and the attributes by which it could ask for something or run it."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.asked: set[str] = set()
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag."""
        self.tags.add(tag)
        self.asked |= {value or "" for name, value in attrs if name in ASKING}
        self.ids += [value or "" for name, value in attrs if name == "id"]


def tags_of(page: bytes) -> Tags:
    """The tags of a page."""
    tags = Tags()
    tags.feed(page.decode())
    return tags


@pytest.mark.parametrize("name", PAGES)
def test_a_page_runs_nothing_and_asks_nobody(name: str) -> None:
    page = PAGES[name]()
    tags = tags_of(page)
    assert not tags.tags & {"script", "img", "link", "iframe", "object", "embed", "form", "base"}
    assert all(asked.startswith("#") for asked in tags.asked)
    assert {asked[1:] for asked in tags.asked} <= set(tags.ids)
    assert len(tags.ids) == len(set(tags.ids))
    assert b"default-src 'none'; style-src 'unsafe-inline'" in page
    assert b"url(" not in page.replace(b"url(#hatch)", b"")


def test_what_comes_from_outside_is_text() -> None:
    page = hostile().decode()
    assert "&lt;script&gt;" in page
    assert "{{ 7*7 }}" in page


def test_two_hundred_clients_with_a_thousand_findings_each_stay_below_a_megabyte() -> None:
    assert len(crowded()) < MEGABYTE / 2


def test_a_caught_up_night_and_a_second_run_say_so() -> None:
    as_of = AsOf(NIGHT, run_no=2, only_posts=True)
    page = render_page("night", page=build_page(figures_of(), as_of, [])).decode()
    assert "run 2 of this date" in page
    assert "This night was missed and caught up" in page
