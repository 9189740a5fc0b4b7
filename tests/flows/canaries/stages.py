"""What is done to a marked workspace, and where its markers then stand that should not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flows.erasing.erasing import erase
from flows.erasing.tracing import Search, find_traces
from flows.ledger.forgetting.erasures import Order
from flows.ledger.store.ledger import Ledger
from tests.flows.canaries.expected import is_of_the_books, may_stand, may_stay
from tests.flows.canaries.world import LAST_DAY, PEOPLE_DAYS
from tests.flows.night.small_world import MONDAY, run_night
from tests.frames import MORNING

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.workspace import Workspace
    from tests.flows.canaries.markers import Cage, Canary
    from tests.flows.canaries.searching import Found

AFTER: dict[str, Callable[[Canary, str], bool]] = {
    "three nights": may_stand,
    "all orders are erased": may_stay,
    "people_days": is_of_the_books,
}
"""The stages, and what may stand where then."""


def erase_everybody(workspace: Workspace, cage: Cage) -> None:
    """Erase every order that a canary stood in."""
    with Ledger.open(workspace) as ledger:
        orders = {canary.order_id for canary in cage.canaries.values()} - {""}
        search = Search(workspace, ledger, [Order("acme", order_id) for order_id in sorted(orders)])
        erase(search, find_traces(search), MORNING)


def let_days_pass(workspace: Workspace) -> None:
    """The night after which files that hold people are too old."""
    run_night(workspace, MONDAY + timedelta(days=LAST_DAY + PEOPLE_DAYS))


def astray(cage: Cage, found: Found, is_right: Callable[[Canary, str], bool]) -> list[str]:
    """Places in which a canary should not be."""
    wrong = {
        (place, f"{canary.kind} {canary.feed}.{canary.column}")
        for marker, places in found.items()
        for place in places
        if not is_right(canary := cage.canaries[marker], place)
    }
    return [f"{place}: {what}" for place, what in sorted(wrong)]
