"""Whom an order goes to is forgotten a while after the last of it was shipped or cancelled."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from flows.disk.faults import Watch, watching
from flows.ledger.databases.control import transaction
from flows.ledger.forgetting import marks
from flows.ledger.forgetting.closing import count_closed_people, delete_closed_people, note_closed_orders
from flows.ledger.store.ledger import Ledger
from flows.workspace import Workspace
from tests.flows.ledger.peopled import commit_orders, day, known_people, names_in_file
from tests.flows.outbound.killing import Kill, Killed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    with Ledger.open(Workspace(tmp_path)) as opened:
        yield opened


def night_of(ledger: Ledger, night: int, open_qty: Mapping[str, int], *new: str) -> None:
    """A night, and what is remembered after it."""
    version = commit_orders(ledger, night, open_qty, new)
    note_closed_orders(ledger.connection, ledger.segment_folder, version, day(night))


def closed_on(ledger: Ledger) -> dict[str, str | None]:
    """When each order that has an address was closed."""
    return dict(ledger.connection.execute("SELECT order_id, closed_on FROM people.ship_to"))


def test_an_order_is_closed_on_the_night_that_leaves_nothing_of_it(ledger: Ledger) -> None:
    night_of(ledger, 0, {"1": 5, "2": 5}, "1", "2")
    night_of(ledger, 1, {"1": 0, "2": 2})
    night_of(ledger, 2, {"1": 0, "2": 1})
    assert closed_on(ledger) == {"1": day(1).isoformat(), "2": None}


def test_a_further_line_opens_an_order_again(ledger: Ledger) -> None:
    night_of(ledger, 0, {"1": 0}, "1")
    night_of(ledger, 1, {"1": 3})
    assert closed_on(ledger) == {"1": None}


def test_orders_that_an_older_program_closed_count_from_tonight(ledger: Ledger) -> None:
    commit_orders(ledger, 0, {"1": 5, "2": 0}, ["1", "2"])
    version = commit_orders(ledger, 1, {"1": 5, "2": 0})
    with transaction(ledger.connection, "test"):
        ledger.connection.execute("DELETE FROM people.marks")
    note_closed_orders(ledger.connection, ledger.segment_folder, version, day(1))
    assert closed_on(ledger) == {"1": None, "2": day(1).isoformat()}
    assert marks.is_set(ledger.connection, marks.CLOSINGS_KNOWN)


def test_a_night_of_no_orders_closes_nothing(ledger: Ledger) -> None:
    night_of(ledger, 0, {})
    assert closed_on(ledger) == {}


def test_people_are_deleted_once_their_orders_have_been_closed_for_long(ledger: Ledger) -> None:
    night_of(ledger, 0, {"1": 0, "2": 5}, "1", "2")
    night_of(ledger, 1, {"2": 0})
    night_of(ledger, 2, {"2": 0, "3": 5}, "3")
    assert (count_closed_people(ledger.connection, day(0)), known_people(ledger)) == (1, ["1", "2", "3"])
    assert delete_closed_people(ledger.connection, day(0)) == 1
    assert delete_closed_people(ledger.connection, day(0)) == 0
    assert (known_people(ledger), names_in_file(ledger, ["1", "2", "3"])) == (["2", "3"], ["2", "3"])


def test_nothing_of_many_deleted_people_is_left_in_the_bytes_of_the_file(ledger: Ledger) -> None:
    """`secure_delete` alone leaves some, where pages were split: this fails without writing it anew."""
    orders = [f"{number:05}" for number in range(3_000)]
    Random(1).shuffle(orders)
    for night in range(6):
        mine = orders[night * 500 : (night + 1) * 500]
        night_of(ledger, night, dict.fromkeys(mine, 5), *mine)
    gone = Random(2).sample(orders, 1_500)
    night_of(ledger, 6, dict.fromkeys(gone, 0))
    assert delete_closed_people(ledger.connection, day(6)) == 1_500
    assert sorted(names_in_file(ledger, orders)) == sorted(set(orders) - set(gone))
    assert [path.name for path in sorted(ledger.folder.glob("*.sqlite*"))] == [
        "control.sqlite",
        "people.sqlite",
    ]


def test_a_deletion_that_was_killed_before_the_file_was_written_anew_is_finished(ledger: Ledger) -> None:
    night_of(ledger, 0, {"1": 0}, "1")
    with pytest.raises(Killed), watching(Watch(Kill(stop_at=3))):
        delete_closed_people(ledger.connection, day(0))
    assert (known_people(ledger), marks.is_set(ledger.connection, marks.REWRITE_DUE)) == ([], True)
    assert delete_closed_people(ledger.connection, day(0)) == 0
    assert not marks.is_set(ledger.connection, marks.REWRITE_DUE)
    assert names_in_file(ledger, ["1"]) == []
