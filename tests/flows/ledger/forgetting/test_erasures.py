"""An order whose person was erased stays without one, whatever later nights bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.ledger.databases.control import find_format, transaction
from flows.ledger.databases.migrating import bring_to_today
from flows.ledger.forgetting.erasures import (
    BEGINNING,
    Order,
    find_named_again,
    find_orders_of,
    forget_orders,
    is_known,
    look_again,
    open_orders,
    settle_orders,
)
from flows.ledger.migrations.chain import MIGRATIONS
from flows.ledger.store.ledger import Ledger
from flows.workspace import Workspace
from tests.flows.ledger.peopled import commit_orders, day, known_people, names_in_file
from tests.frames import MORNING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

ONE, TWO = Order("acme", "1"), Order("acme", "2")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger that knows the people of two orders."""
    with Ledger.open(Workspace(tmp_path)) as opened:
        commit_orders(opened, 0, {"1": 5, "2": 5}, ["1", "2"])
        yield opened


def named(*orders: str) -> pl.DataFrame:
    """Orders of acme that a night's files name."""
    return pl.DataFrame(
        {"client_id": ["acme"] * len(orders), "order_id": orders},
        schema={"client_id": pl.String, "order_id": pl.String},
    )


def test_an_erased_person_is_not_in_the_bytes_any_more(ledger: Ledger) -> None:
    assert names_in_file(ledger, ["1", "2"]) == ["1", "2"]
    assert forget_orders(ledger.connection, [ONE], MORNING) == 1
    assert names_in_file(ledger, ["1", "2"]) == ["2"]
    assert (is_known(ledger.connection, ONE), is_known(ledger.connection, TWO)) == (False, True)


def test_erasing_twice_finds_nothing_more(ledger: Ledger) -> None:
    forget_orders(ledger.connection, [ONE], MORNING)
    assert forget_orders(ledger.connection, [ONE], MORNING) == 0
    assert open_orders(ledger.connection) == {ONE: BEGINNING}


def look(ledger: Ledger, read: list[str], unread: list[str], since: date) -> int:
    """Number of erased orders that a night names or may name, of which it is said."""
    found = find_named_again(ledger.connection, named(*read), unread)
    look_again(ledger.connection, found, since)
    return found.height


def test_a_later_night_does_not_bring_an_erased_person_back(ledger: Ledger) -> None:
    forget_orders(ledger.connection, [ONE], MORNING)
    commit_orders(ledger, 1, {"1": 5, "2": 5}, ["1", "2"])
    assert known_people(ledger) == ["2"]
    assert names_in_file(ledger, ["1"]) == []


def test_an_erasure_stays_open_until_it_is_settled_and_is_opened_by_a_night_that_names_it(
    ledger: Ledger,
) -> None:
    forget_orders(ledger.connection, [ONE, TWO], MORNING)
    settle_orders(ledger.connection, [ONE], None)
    settle_orders(ledger.connection, [TWO], day(1))
    assert open_orders(ledger.connection) == {TWO: day(1).isoformat()}
    assert look(ledger, ["1", "2", "3"], [], day(4)) == 2
    assert open_orders(ledger.connection) == {ONE: day(4).isoformat(), TWO: day(1).isoformat()}


def test_a_night_that_names_no_erased_order_opens_nothing(ledger: Ledger) -> None:
    assert look(ledger, ["1"], [], day(1)) == 0
    forget_orders(ledger.connection, [ONE], MORNING)
    settle_orders(ledger.connection, [ONE], None)
    assert look(ledger, ["2"], [], day(1)) == 0
    assert open_orders(ledger.connection) == {}


def test_every_erased_order_of_a_client_may_stand_in_what_was_not_read(ledger: Ledger) -> None:
    forget_orders(ledger.connection, [ONE, TWO], MORNING)
    settle_orders(ledger.connection, [ONE, TWO], None)
    assert look(ledger, ["1"], ["bolt"], day(3)) == 1
    assert look(ledger, ["1"], ["acme"], day(4)) == 2
    assert open_orders(ledger.connection) == {ONE: day(3).isoformat(), TWO: day(4).isoformat()}


def test_orders_are_found_by_mail_address_whatever_its_case(ledger: Ledger) -> None:
    mails = [("Ann.Ä@Example.test ", "1"), (None, "2")]
    with transaction(ledger.connection, "test"):
        ledger.connection.executemany("UPDATE people.ship_to SET email = ? WHERE order_id = ?", mails)
    assert find_orders_of(ledger.connection, "ann.ä@example.TEST", None) == [ONE]
    assert find_orders_of(ledger.connection, "ann.ä@example.test", "acme") == [ONE]
    assert find_orders_of(ledger.connection, "ann.ä@example.test", "bolt") == []


def test_a_ledger_of_an_older_program_gets_what_it_lacks(tmp_path: Path) -> None:
    old = Workspace(tmp_path / "old")
    with pytest.MonkeyPatch.context() as older:
        older.setattr("flows.ledger.migrations.chain.MIGRATIONS", MIGRATIONS[:1])
        Ledger.open(old).close()
    assert find_format(old.ledger) == 1
    bring_to_today(old)
    with Ledger.open(old) as ledger:
        assert find_format(old.ledger) == len(MIGRATIONS)
        assert open_orders(ledger.connection) == {}
        commit_orders(ledger, 0, {"1": 5}, ["1"])
        assert known_people(ledger) == ["1"]
