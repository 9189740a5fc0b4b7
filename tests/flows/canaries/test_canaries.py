"""What a client writes into a file stands where `expected` says, and nowhere else."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from flows.workspace import Workspace
from tests.flows.canaries.expected import RECEIVED, is_of_the_books, may_stand, may_stay
from tests.flows.canaries.markers import Cage, marks_in
from tests.flows.canaries.searching import search_workspace
from tests.flows.canaries.stages import astray, erase_everybody, let_days_pass
from tests.flows.canaries.world import make_marked_world
from tests.trials.crashes import copy_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
    erase_everybody(workspace, cage)
    assert astray(cage, search_workspace(workspace), may_stay) == []


def test_after_their_days_nobody_is_left(workspace: Workspace, cage: Cage) -> None:
    let_days_pass(workspace)
    assert astray(cage, search_workspace(workspace), is_of_the_books) == []
