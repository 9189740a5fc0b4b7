"""What each night decided is found again: which night, of which client, for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas.books.laws import Violation
from schemas.errors import DamageError
from schemas.results import Decision, LineNight
from schemas.settings.workspace import WorkspaceSettings
from tests.flows.ledger.nights import NO_FILES, POLICIES
from tests.frames import MORNING, NIGHT, frame_of
from tests.plans import books_after, commit_plan, nights_later, plan_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from flows.ledger.store.ledger import Ledger

MANY = 1_000
ALL = ("acme", "bolt")


def live(
    ledger: Ledger,
    number: int,
    waiting: Iterable[tuple[str, str]],
    *,
    held: str = "",
    clients: Sequence[str] = ALL,
) -> None:
    """A night of clients after which some orders (client, order) wait; one client may be held."""
    as_of = nights_later(number)
    ledger.freeze(as_of, [], POLICIES, MORNING)
    rows = [{"client_id": client_id, "order_id": order_id} for client_id, order_id in waiting]
    dated = [row | {"business_date": as_of.business_date} for row in rows]
    plan = plan_of(
        books_after(*clients),
        decisions=frame_of(Decision, *(row | {"qty": 1, "reason_code": "no_stock"} for row in rows)),
        line_nights=frame_of(LineNight, *dated),
    )
    broken = frame_of(Violation, {"law": 3, "client_id": held, "subject": "1/1", "detail": "5, not 4"})
    commit_plan(ledger, as_of, plan, NO_FILES, {held: broken} if held else {}, MORNING)


def decided(ledger: Ledger, version: int, *, since: int = 0, limit: int = MANY) -> list[tuple[int, str, str]]:
    """What the nights since one (by number) up to a version decided."""
    parts = ledger.decided_parts("decisions", nights_later(since).business_date, version, limit)
    return sorted(
        row for part in parts for row in part.select("version", "client_id", "order_id").iter_rows()
    )


def test_each_night_has_what_it_decided_also_where_it_is_what_the_night_before_did(ledger: Ledger) -> None:
    live(ledger, 0, [("acme", "A"), ("bolt", "B")])
    live(ledger, 1, [("acme", "A"), ("bolt", "C")])
    live(ledger, 2, [("acme", "A")])
    first, second = [(1, "acme", "A"), (1, "bolt", "B")], [(2, "acme", "A"), (2, "bolt", "C")]
    assert decided(ledger, 3) == [*first, *second, (3, "acme", "A")]
    assert decided(ledger, 2) == [*first, *second]
    assert decided(ledger, 3, since=1) == [*second, (3, "acme", "A")]
    assert decided(ledger, 3, limit=1) == decided(ledger, 3), "whatever comes together"


def test_what_was_decided_is_never_dropped(ledger: Ledger) -> None:
    for number, order_id in enumerate("ABC"):
        live(ledger, number, [("acme", order_id)])
    ledger.sweep(WorkspaceSettings(keep_nights=1))
    assert decided(ledger, 3) == [(1, "acme", "A"), (2, "acme", "B"), (3, "acme", "C")]
    assert ledger.load_table("order_lines").height, "of state the last version stays"


def test_a_client_that_was_held_or_left_out_decided_nothing(ledger: Ledger) -> None:
    live(ledger, 0, [("acme", "A"), ("bolt", "B")])
    live(ledger, 1, [("acme", "A"), ("bolt", "B")], held="bolt")
    live(ledger, 2, [("acme", "A")], clients=["acme"])
    assert decided(ledger, 3) == [(1, "acme", "A"), (1, "bolt", "B"), (2, "acme", "A"), (3, "acme", "A")]
    assert ledger.load_table("decisions")["client_id"].to_list() == list(ALL), "of it the last word stands"


def test_of_an_older_format_nobody_knows_what_was_dropped(ledger: Ledger) -> None:
    live(ledger, 0, [("acme", "A")])
    ledger.connection.execute("UPDATE versions SET format = 8")
    live(ledger, 1, [("acme", "B")])
    assert decided(ledger, 2) == [(2, "acme", "B")]


def test_what_was_decided_and_is_damaged_is_found_before_a_night(ledger: Ledger) -> None:
    live(ledger, 0, [("acme", "A")])
    (place,) = (ledger.segment_folder / "decisions").iterdir()
    live(ledger, 1, [("acme", "B")])
    place.write_bytes(b"")
    ledger.refuse_damaged(nights_later(1).business_date)
    with pytest.raises(DamageError, match=place.name):
        ledger.refuse_damaged(NIGHT)
    with pytest.raises(DamageError, match=place.name):
        ledger.verify()
