"""Nights in a ledger: what tests of it freeze and commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.books.laws import Violation
from schemas.intake.verdicts import FileOutcome
from tests.frames import MORNING, frame_of
from tests.plans import commit_plan, lawful_files, lawful_plan, nights_later

if TYPE_CHECKING:
    from flows.ledger.store.ledger import Ledger
    from schemas.night import AsOf

FIRST = nights_later(0)
SECOND = nights_later(1)
NO_FILES = frame_of(FileOutcome)
POLICIES = {"clients/acme.toml": b"name = 'Acme'"}


def run_night(ledger: Ledger, as_of: AsOf = FIRST, *clients: str, held: str = "") -> int:
    """Freeze and commit a lawful night; one client may be held."""
    named, night = clients or ("acme", "bolt"), as_of.business_date
    ledger.freeze(as_of, [], POLICIES, MORNING)
    broken = frame_of(Violation, {"law": 3, "client_id": held, "subject": "line 1/1", "detail": "5, not 4"})
    plan, files = lawful_plan(*named, night=night), lawful_files(*named, night=night)
    return commit_plan(ledger, as_of, plan, files, {held: broken} if held else {}, MORNING)
