"""Live messages that reach nobody are findings of the night that decides them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from flows.ledger.databases.control import transaction
from flows.ledger.forgetting.erasures import Order, forget_orders
from flows.ledger.store.ledger import Ledger
from flows.outbound.notices.addressing import NO_MAIL_ADDRESS, OTHER_LANGUAGE, find_unmailed
from flows.workspace import Workspace
from schemas.books.orders import OrderLine
from schemas.books.people import ShipTo
from schemas.night import AsOf, Books
from schemas.results import Message
from tests.flows.outbound.notices.notice_world import merchant, message
from tests.frames import MORNING, NIGHT, frame_of
from tests.plans import lawful_plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemas.settings.client import Client


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with Ledger.open(Workspace(tmp_path)) as opened:
        yield opened


def found(
    ledger: Ledger,
    *people: dict[str, Any],
    head: dict[str, Any] | None = None,
    order_type: str = "dtc",
    client: Client | None = None,
) -> list[tuple[str, str]]:
    """Orders and what is wrong with the address of their message."""
    plan = replace(
        lawful_plan("acme"),
        books=Books.of({"order_lines": frame_of(OrderLine, {"order_id": "O1", "order_type": order_type})}),
        messages=frame_of(Message, message(**(head or {}))),
        ship_to=frame_of(ShipTo, *({"order_id": "O1", **person} for person in people)),
    )
    known = {"acme": client or merchant()}
    findings = find_unmailed(plan, ledger.connection, known, as_of=AsOf(NIGHT))
    return findings.select("subject", "detail").rows()


def test_a_message_with_an_address_is_none(ledger: Ledger) -> None:
    assert found(ledger, {"email": "ann@c.example"}) == []


@pytest.mark.parametrize(
    "email",
    [
        None,
        "ann at home",
        "a@c.example\r\nBcc: all@evil.example",
        "ann.@c.example",  # the mail library ends with an error at these two
        "=?utf-8?q?ann?=@c.example",
        "a..b@c.example",
        f"{'a' * 65}@c.example",
    ],
)
def test_what_is_no_bare_address_is_one_that_names_nobody(ledger: Ledger, email: str | None) -> None:
    assert found(ledger, {"email": email}) == [("O1", NO_MAIL_ADDRESS)]


def test_an_order_of_which_nobody_is_known_has_none(ledger: Ledger) -> None:
    assert found(ledger) == [("O1", NO_MAIL_ADDRESS)]


def test_an_address_of_an_earlier_night_counts_unless_tonight_clears_it(ledger: Ledger) -> None:
    put = "INSERT INTO people.ship_to (client_id, order_id, email) VALUES ('acme', 'O1', 'ann@c.example')"
    with transaction(ledger.connection, "test"):
        ledger.connection.execute(put)
    assert found(ledger) == []
    assert found(ledger, {"email": None}) == []
    assert found(ledger, {"email": ""}) == [("O1", NO_MAIL_ADDRESS)]


def test_an_erased_order_has_none_whatever_comes(ledger: Ledger) -> None:
    forget_orders(ledger.connection, [Order("acme", "O1")], MORNING)
    assert found(ledger, {"email": "ann@c.example"}) == [("O1", NO_MAIL_ADDRESS)]


def test_a_preview_without_an_address_is_none(ledger: Ledger) -> None:
    assert found(ledger, head={"state": "preview"}) == []


@pytest.mark.parametrize(
    ("language", "is_told"), [(None, True), ("en-GB", True), ("EN", True), ("de", False)]
)
def test_an_order_that_asks_for_another_language_is_one(
    ledger: Ledger, language: str | None, *, is_told: bool
) -> None:
    person = {"email": "ann@c.example", "language": language}
    assert found(ledger, person) == ([] if is_told else [("O1", OTHER_LANGUAGE)])
    assert found(ledger, person, order_type="b2b") == []


def test_a_business_order_without_a_desk_is_told_by_the_plan_itself(ledger: Ledger) -> None:
    assert found(ledger, order_type="b2b") == []
    assert found(ledger, order_type="b2b", client=merchant(desk_address="")) == []
