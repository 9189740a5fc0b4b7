"""What a client writes into a file stands where `expected` says, and nowhere else."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from flows.erasing.erasing import erase
from flows.erasing.tracing import Search, find_traces
from flows.ledger.erasures import Order
from flows.ledger.store import Ledger
from flows.workspace import Workspace
from tests.flows.canaries.expected import RECEIVED, is_of_the_books, may_stand, may_stay
from tests.flows.canaries.markers import Cage, marks_in
from tests.flows.canaries.searching import search_workspace
from tests.flows.canaries.world import LAST_DAY, PEOPLE_DAYS, make_marked_world
from tests.flows.night.small_world import MONDAY, run_night
from tests.frames import MORNING
from tests.trials.crashes import copy_workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.flows.canaries.markers import Canary
    from tests.flows.canaries.searching import Found

pytestmark = pytest.mark.thorough


@pytest.fixture(scope="module")
def cage() -> Cage:
    """Every canary."""
    return Cage()


@pytest.fixture(scope="module")
def told() -> Iterator[list[str]]:
    """What the program logs meanwhile."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(logging.Formatter().format(record))  # type: ignore[method-assign]
    root = logging.getLogger()
    root.addHandler(handler)
    yield lines
    root.removeHandler(handler)


@pytest.fixture(scope="module")
def after_three_nights(tmp_path_factory: pytest.TempPathFactory, cage: Cage, told: list[str]) -> Path:
    """The workspace; never changed."""
    workspace = make_marked_world(tmp_path_factory.mktemp("canaries") / "data", cage)
    assert marks_in("\n".join(told)) == set()
    return workspace.root


@pytest.fixture
def workspace(after_three_nights: Path, tmp_path: Path) -> Workspace:
    """A copy of it."""
    return Workspace(copy_workspace(after_three_nights, tmp_path / "data"))


def astray(cage: Cage, found: Found, is_right: Callable[[Canary, str], bool]) -> list[str]:
    """Places in which a canary should not be."""
    wrong = {
        (place, f"{canary.kind} {canary.feed}.{canary.column}")
        for marker, places in found.items()
        for place in places
        if not is_right(canary := cage.canaries[marker], place)
    }
    return [f"{place}: {what}" for place, what in sorted(wrong)]


def test_every_canary_arrived_and_none_is_where_it_should_not_be(
    after_three_nights: Path, cage: Cage
) -> None:
    found = search_workspace(Workspace(after_three_nights))
    assert [cage.canaries[marker] for marker in sorted(cage.canaries.keys() - found.keys())] == []
    assert all(places & set(RECEIVED) for places in found.values())
    assert astray(cage, found, may_stand) == []


def test_the_search_sees_into_every_kind_of_file(after_three_nights: Path) -> None:
    found = search_workspace(Workspace(after_three_nights))
    places = {place for where in found.values() for place in where}
    assert places >= {
        *("landing", "archive", "quarantine", "picks", "notices", "status"),
        *("people.sqlite/ship_to.ship_to_name", "books/order_lines.channel"),
        "analytics.duckdb/order_lines.channel",
    }


def test_of_an_erased_order_only_what_the_books_keep_is_left(workspace: Workspace, cage: Cage) -> None:
    with Ledger.open(workspace) as ledger:
        orders = {canary.order_id for canary in cage.canaries.values()} - {""}
        search = Search(workspace, ledger, [Order("acme", order_id) for order_id in sorted(orders)])
        erase(search, find_traces(search), MORNING)
    assert astray(cage, search_workspace(workspace), may_stay) == []


def test_after_their_days_nobody_is_left(workspace: Workspace, cage: Cage) -> None:
    run_night(workspace, MONDAY + timedelta(days=LAST_DAY + PEOPLE_DAYS))
    assert astray(cage, search_workspace(workspace), is_of_the_books) == []
