"""Clearing inbound of what a committed run has taken; what is held waits there."""

from __future__ import annotations

import logging
from itertools import starmap
from typing import TYPE_CHECKING

import polars as pl

from flows.inbound.taking.archive import REPLACED, archive_files
from flows.inbound.taking.arrivals import forget_arrivals, taken_arrivals
from schemas.intake.dropped_file import DroppedFile
from schemas.vocabulary.words import FileVerdict

if TYPE_CHECKING:
    from flows.ledger.runs.runs import InputFile
    from flows.ledger.store.ledger import Ledger
    from flows.workspace import Workspace
    from schemas.night import AsOf

LOG = logging.getLogger(__name__)


def clear_inbound(workspace: Workspace, ledger: Ledger, as_of: AsOf, version: int) -> list[str]:
    """Move what this run has taken, and what earlier runs took and could not move; what stays, and why.

    What cannot be moved now is remembered as taken, so that no later run reads it again.
    """
    taken = sorted({*_taken_by(ledger, as_of, version), *taken_arrivals(ledger.connection)})
    outcomes = archive_files(taken, workspace)
    stuck = {
        (outcome.client_id, outcome.feed, outcome.file_name): outcome.problem
        for outcome in outcomes
        if outcome.problem and outcome.problem != REPLACED
    }
    for client_id, feed, _ in sorted(stuck):
        LOG.warning(
            "a file of %s %s could not be moved out of inbound; it is not read again", client_id, feed
        )
    gone = [file.dropped for file in taken if (file.client_id, file.feed, file.file_name) not in stuck]
    forget_arrivals(ledger.connection, gone)
    return [
        f"a file of {client_id} {feed} stays in inbound and is not read again ({problem})"
        for (client_id, feed, _), problem in sorted(stuck.items())
    ]


def _taken_by(ledger: Ledger, as_of: AsOf, version: int) -> list[InputFile]:
    """The frozen files whose bytes were read or answered; those that are held wait."""
    held = ledger.load_added("files", version).filter(pl.col("verdict") == FileVerdict.HELD)
    waiting = set(
        starmap(DroppedFile, held.select("client_id", "feed", "file_hash", "file_name").iter_rows())
    )
    return [file for file in ledger.frozen(as_of).files if file.file_hash and file.dropped not in waiting]
