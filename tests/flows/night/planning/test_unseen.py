"""A pick file that was fetched before its delivery was noted: never put there twice, and told to a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.cli.asking.status import print_status, read_status
from flows.cli.printing.paper import open_console
from flows.ledger.runs.deliveries import Delivery, PickState, move_picks
from flows.ledger.store.ledger import Ledger
from flows.outbound.warehouses import delivery
from tests.flows.night.small_world import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    clock_after,
    drop_first_day,
    make_world,
    run_night,
)

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path
    from sqlite3 import Connection

pytestmark = pytest.mark.thorough


class PowerError(BaseException):
    """The run dies."""


def test_a_run_that_dies_after_the_warehouse_fetched_does_not_deliver_again_and_asks_a_person(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    workspace = make_world(tmp_path / "data")
    drop_first_day(workspace)
    place = workspace.outbox / "W1" / "picks_W1_2026-03-02_1.csv"

    def fetch_and_die(connection: Connection, picks: Delivery, state: PickState, now: datetime) -> None:
        if state is PickState.SENT:
            place.unlink()
            raise PowerError
        move_picks(connection, picks, state, now)

    with monkeypatch.context() as patched:
        patched.setattr(delivery, move_picks.__name__, fetch_and_die)
        with pytest.raises(PowerError):
            run_night(workspace, MONDAY)
    (result,) = run_night(workspace, MONDAY)
    assert result.version == 1
    assert not place.exists()
    print_status(open_console(), read_status(workspace, clock_after(MONDAY).now()))
    assert "Taken as fetched without having been seen: 1 release of the last night." in " ".join(
        capsys.readouterr().out.split()
    )
    run_night(workspace, TUESDAY)
    run_night(workspace, WEDNESDAY)
    with Ledger.open(workspace) as ledger:
        findings = [ledger.load_added("findings", version) for version in (1, 2, 3)]
    assert [rows.filter(code="pick_unseen").height for rows in findings] == [0, 1, 1]
    (found,) = findings[1].filter(code="pick_unseen").iter_rows(named=True)
    assert (found["client_id"], found["subject"]) == ("acme", place.name)
    assert found["detail"] == "1 of its releases, of the night of 2026-03-02"
    published = found["command"].removeprefix("cat ")
    assert (workspace.root / published).name == place.name
    assert (workspace.root / published).is_file()
