"""The nights that are due, without Prefect, and what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.clock import SYSTEM_CLOCK, Clock
from flows.disk.full_disk import told_when_disk_is_full
from flows.ledger.store.ledger import Ledger
from flows.night.story import plain_steps, tell_nights
from flows.outbound.versions.publish import version_folder
from schemas.night import AsOf

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from flows.workspace import Workspace


@dataclass(frozen=True)
class NightResult:
    """What became of a run."""

    as_of: AsOf
    version: int
    folder: Path
    clients_held: tuple[str, ...]
    seconds: float


def run_nights(
    workspace: Workspace,
    *,
    business_date: date | None = None,
    again: bool = False,
    refreeze: bool = False,
    clock: Clock = SYSTEM_CLOCK,
) -> list[NightResult]:
    """Every night that is due, in date order; what was begun goes on from where it stopped.

    Raises:
        ConfigurationError: the settings or the asked date cannot be followed, or another run is writing.
        InvariantError: a law across clients is broken.
        PublicationError: the night is committed, but its outputs could not be written.
    """
    asked = business_date.isoformat() if business_date else None
    run_ids = tell_nights(plain_steps(clock), str(workspace.root), asked, again=again, refreeze=refreeze)
    return find_results(workspace, run_ids)


def tell_held(results: Iterable[NightResult]) -> str:
    """Which clients were held, in a sentence; empty: none."""
    held = [
        f"{client_id} ({result.as_of.business_date})"
        for result in results
        for client_id in result.clients_held
    ]
    if not held:
        return ""
    return (
        f"{len(held)} held: {', '.join(held[:3])}. Its night is undone and its files wait; the others "
        "are done. Read summary/summary.md, mend the cause, and run the next night or --again."
    )


def find_results(workspace: Workspace, run_ids: Iterable[str]) -> list[NightResult]:
    """What became of finished runs; one that is not published yet is left out."""
    work = "a look at what became of the night"
    with (
        told_when_disk_is_full(workspace.root, work, is_committed=True),
        Ledger.open(workspace) as ledger,  # sees to it that its folders are on the disk
    ):
        runs = [ledger.run(AsOf.of_run(run_id)) for run_id in run_ids]
    return [
        NightResult(
            as_of=run.as_of,
            version=run.version,
            folder=version_folder(workspace, run.version),
            clients_held=run.clients_held,
            seconds=run.seconds or 0.0,
        )
        for run in runs
        if run and run.version and run.published_at
    ]
