"""A delivery that an older program began goes on in today's: pick files stand where their releases stood."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.ledger.databases import seals
from flows.ledger.databases.control import connect, open_reading
from flows.ledger.runs.deliveries import PickState, find_deliveries, find_undelivered
from flows.ledger.store.ledger import Ledger
from flows.night.run import run_nights
from schemas.errors import DamageError
from tests.flows.night.small_world import clock_after
from tests.formats.make import NEXT, NIGHTS
from tests.formats.opening import bring, unpack

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

BY_RELEASE = 7
"""The last format in which each release had a state."""
LAST = 2
"""The version of the last night of the committed workspaces."""
HOW = "UPDATE effects SET state = ? WHERE effect_id = ?"


@pytest.fixture
def old(tmp_path: Path) -> Workspace:
    """A workspace of that format."""
    return unpack(BY_RELEASE, tmp_path / "workspace")


@pytest.fixture
def releases(old: Workspace) -> dict[str, list[str]]:
    """The releases of its last pick files, by warehouse."""
    files = sorted((old.published / "v000002" / "picks").glob("*/picks_*.csv"))
    ids = {path.parent.name: pl.read_csv(path, infer_schema=False)["release_id"] for path in files}
    return {warehouse_id: of_file.to_list() for warehouse_id, of_file in ids.items() if len(of_file)}


def leave(old: Workspace, releases: dict[str, list[str]], states: dict[str, str], *, run: str) -> None:
    """What the older program left: these states of pick files, and this one of the night."""
    with closing(connect(old.ledger)) as connection:
        connection.execute("BEGIN")
        connection.execute("UPDATE runs SET state = ? WHERE version = ?", (run, LAST))
        for warehouse_id, state in states.items():
            connection.executemany(HOW, ((state, release_id) for release_id in releases[warehouse_id]))
        seals.seal_anew(connection, seals.CONTROL)
        connection.execute("COMMIT")


@pytest.mark.thorough
def test_a_delivery_that_was_stopped_goes_on_where_it_stood(
    old: Workspace, releases: dict[str, list[str]]
) -> None:
    fetched, *others = sorted(releases)
    states = {fetched: PickState.READY, **dict.fromkeys(others, PickState.TO_SEND)}
    leave(old, releases, {name: state.value for name, state in states.items()}, run="committed")
    assert not old.outbox.exists(), "the workspace is kept without it, as if all had been fetched"
    bring(old.root)
    with Ledger.open(old) as ledger:
        found = find_deliveries(ledger.connection, LAST)
        assert {picks.warehouse_id: picks.state for picks in found} == states
        assert {picks.warehouse_id: picks.releases for picks in found} == {
            warehouse_id: len(ids) for warehouse_id, ids in releases.items()
        }
        assert find_deliveries(ledger.connection, 1) == []
        assert [row[2] for row in find_undelivered(ledger.connection)] == sorted(states)
    run_nights(old, business_date=NEXT, clock=clock_after(NEXT))
    with Ledger.open(old) as ledger:
        found = find_deliveries(ledger.connection, LAST)
    assert {picks.warehouse_id: picks.state for picks in found} == {
        fetched: PickState.UNSEEN,
        **dict.fromkeys(others, PickState.SENT),
    }
    night = NIGHTS[LAST - 1]
    shown = {path.parent.name for path in old.outbox.glob(f"*/picks_*_{night}_1.csv")}
    assert shown == {path.parent.name for path in old.published.glob("v000002/picks/*/*")} - {fetched}


def test_of_what_was_delivered_only_the_unseen_is_still_named(
    old: Workspace, releases: dict[str, list[str]]
) -> None:
    with closing(open_reading(old.ledger)) as connection:
        assert find_deliveries(connection, LAST) == []
    unseen, *others = sorted(releases)
    leave(old, releases, {unseen: "unseen"}, run="published")
    with closing(open_reading(old.ledger)) as connection:
        found = {picks.warehouse_id: picks.state for picks in find_deliveries(connection, LAST)}
        assert found == {unseen: PickState.UNSEEN, **dict.fromkeys(others, PickState.SENT)}
        assert find_undelivered(connection) == []
        assert find_deliveries(connection, 1) == []


def test_where_the_rows_of_releases_are_damaged_nothing_is_brought(
    old: Workspace, releases: dict[str, list[str]]
) -> None:
    leave(old, releases, {}, run="committed")
    for path in (old.ledger / "segments" / "allocations").glob("*"):
        path.write_bytes(b"rubbish")
    with pytest.raises(DamageError, match=r"allocations/.* was changed"):
        bring(old.root)
    with closing(connect(old.ledger)) as connection:
        assert connection.execute("SELECT count(*) FROM effects").fetchone() > (0,)
