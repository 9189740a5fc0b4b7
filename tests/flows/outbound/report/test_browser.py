"""Tests of what a browser makes of the page of a night: nothing asked, nothing cut off, for every reader."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from flows.outbound.pages.rendering import render_page
from tests.flows.outbound.report.pages import HOSTILE, LONG, PAGES
from tests.tiers import thorough

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

PHONE, SMALL, DESKTOP = 390, 360, 1280

OPEN_ALL = "document.querySelectorAll('details').forEach(one => { one.open = true; })"

CUT_OFF = """() => {
  const TEXTS = ['TD', 'TH', 'CODE', 'P', 'H1', 'H3', 'H4', 'DD'];
  const wide = document.documentElement.clientWidth;
  const found = [];
  for (const one of document.querySelectorAll('main *, header *')) {
    const box = one.getBoundingClientRect();
    if (!box.width || one.closest('.hidden, .cards thead') || one.closest('svg') && one.tagName !== 'svg')
      continue;
    if (box.left < -1 || box.right > wide + 1) found.push(one.tagName + ' ' + one.textContent.slice(0, 40));
    if (TEXTS.includes(one.tagName) && one.scrollWidth > one.clientWidth + 1
        && getComputedStyle(one).display !== 'inline') found.push('inside ' + one.textContent.slice(0, 40));
  }
  for (const text of document.querySelectorAll('svg.chart text')) {
    const box = text.getBoundingClientRect(), frame = text.closest('svg').getBoundingClientRect();
    if (box.left < frame.left - 1 || box.right > frame.right + 1
        || box.bottom > frame.bottom + 1 || box.top < frame.top - 1) found.push('label ' + text.textContent);
  }
  return found;
}"""

SMALLEST_LETTER = """() => Math.min(...[...document.querySelectorAll('body *')]
  .filter(one => [...one.childNodes].some(child => child.nodeType === 3 && child.textContent.trim()))
  .filter(one => !one.closest('.hidden'))
  .map(one => parseFloat(getComputedStyle(one).fontSize)
    * (one.closest('svg.chart') ? one.closest('svg').getBoundingClientRect().width / 360 : 1)))"""

FOCUSED = "() => document.activeElement.textContent.trim().slice(0, 40)"


@contextmanager
def shown(browser: Browser, path: Path, **how: Any) -> Iterator[tuple[Page, list[str]]]:  # noqa: ANN401 -- options of a browser
    """A page as a browser has it, with everything unfolded, and what it asked for."""
    width = how.pop("width", PHONE)
    context = browser.new_context(viewport={"width": width, "height": 844}, **how)
    try:
        page, asked = context.new_page(), list[str]()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(path.as_uri())
        page.evaluate(OPEN_ALL)
        yield page, asked
    finally:
        context.close()


@pytest.fixture
def put(tmp_path: Path) -> Any:  # noqa: ANN401 -- a function
    """Write a page of a name."""

    def put_page(name: str) -> Path:
        path = tmp_path / f"{name}.html"
        path.write_bytes(render_page("nights", nights=NIGHTS) if name == "nights" else PAGES[name]())
        return path

    return put_page


NIGHTS = [
    {
        "path": f"v{number:06}/report.html",
        "day": "Wednesday 30 September 2026",
        "run": "run 12",
        "held": 12,
        "findings": "12,345",
        "new": "1,234 new",
        "files": "12,345",
        "rejected": "123,456 rows rejected",
        "released": "1,234,567.125",
        "short": "1,234,567.125",
    }
    for number in range(1, 40)
]

ALL = ["ordinary", *thorough("hostile", "crowded", "empty", "nights")]


@pytest.mark.parametrize("name", ALL)
def test_on_a_phone_nothing_is_cut_off_and_nobody_is_asked(browser: Browser, put: Any, name: str) -> None:  # noqa: ANN401
    for width in (PHONE, SMALL, DESKTOP):
        with shown(browser, path := put(name), width=width) as (page, asked):
            assert page.evaluate("document.documentElement.scrollWidth") == width
            assert page.evaluate(CUT_OFF) == []
            assert page.evaluate(SMALLEST_LETTER) >= (11 if width >= PHONE else 10)
            assert asked == [path.as_uri()]
            assert page.evaluate("window.evil === undefined")


@pytest.mark.parametrize("name", thorough("ordinary", "hostile", "crowded", "empty", "nights"))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Browser, put: Any, name: str, scheme: str) -> None:  # noqa: ANN401
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-core is not installed")
    with shown(browser, put(name), color_scheme=scheme) as (page, _):
        found = axe.Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:200] for node in one["nodes"]][:3]) for one in found] == []


@pytest.mark.thorough
def test_the_keyboard_reaches_every_link_and_every_fold_in_order(browser: Browser, put: Any) -> None:  # noqa: ANN401
    with shown(browser, put("ordinary")) as (page, _):
        wanted = page.evaluate(
            "[...document.querySelectorAll('a, summary')].map(one => one.textContent.trim().slice(0, 40))"
        )
        reached = []
        for _ in wanted:
            page.keyboard.press("Tab")
            reached.append(page.evaluate(FOCUSED))
        assert reached == wanted
        assert wanted[0] == "To what needs a person"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.parentElement.open") is False


@pytest.mark.thorough
def test_the_page_is_dark_where_the_reader_is(browser: Browser, put: Any) -> None:  # noqa: ANN401
    colours = set()
    for scheme in ("light", "dark"):
        with shown(browser, put("ordinary"), color_scheme=scheme) as (page, _):
            colours.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(colours) == 2


@pytest.mark.thorough
def test_names_from_files_stay_text(browser: Browser, put: Any) -> None:  # noqa: ANN401
    with shown(browser, put("hostile")) as (page, _):
        text = page.evaluate("document.body.innerText")
        assert HOSTILE in text
        assert LONG in text
        assert page.evaluate("document.scripts.length + document.images.length") == 0
