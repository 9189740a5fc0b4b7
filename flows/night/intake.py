"""Look at inbound, land what is whole, and say what a run may take in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from flows.configuration import read_configuration
from flows.inbound.taking.arrivals import first_seen, forget_arrivals, note_arrivals
from flows.inbound.taking.landing import land_arrivals
from flows.inbound.taking.scan import look_until_settled, scan_inbound
from flows.ledger.runs.runs import InputFile
from flows.night.announcing import announce_wait

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from flows.clock import Clock
    from flows.inbound.taking.arrival import Arrival
    from flows.inbound.taking.landing import Landing
    from flows.ledger.store.ledger import Ledger
    from flows.workspace import Workspace


def take_in(workspace: Workspace, ledger: Ledger, clock: Clock, *, waits: bool = True) -> Landing:
    """Land everything that is whole in inbound, and remember when each file was first seen.

    What was dropped a moment ago is waited for, unless another look comes soon (`waits` is false). A file
    that does not lie there any more is forgotten: dropped again, it is seen anew.
    """
    configuration = read_configuration(workspace)

    def look() -> list[Arrival]:
        return scan_inbound(workspace, configuration, now=clock.now())

    def sleep(seconds: float) -> None:
        announce_wait(f"waiting {seconds:.0f} s for files dropped just now")
        clock.sleep(seconds)

    settle_seconds = configuration.settings.settle_seconds
    arrivals = look_until_settled(look, settle_seconds=settle_seconds, sleep=sleep) if waits else look()
    landing = land_arrivals(arrivals, workspace, clock=clock.now)
    lies_there = {file.dropped for file in landing.files}
    gone = [file for file in first_seen(ledger.connection) if file not in lies_there]
    forget_arrivals(ledger.connection, gone)
    note_arrivals(ledger.connection, landing.files)
    return landing


def list_inputs(ledger: Ledger, landing: Landing, now: datetime) -> list[InputFile]:
    """What a run may take in: landed files, and a refusal for each arrival that can never be taken.

    What may still be written is neither; it waits for the next look.
    """
    seen = first_seen(ledger.connection)
    landed = [InputFile(**vars(file), seen_at=seen[file]) for file in (one.dropped for one in landing.files)]
    refused = [
        InputFile(
            client_id=arrival.client_id,
            feed=arrival.feed,
            file_hash="",
            file_name=arrival.file_name,
            seen_at=now,
            refusal_code=arrival.problem.code.value,
            refusal_detail=arrival.problem.detail,
        )
        for arrival in landing.left
        if arrival.problem and not arrival.is_waiting
    ]
    return [*landed, *refused]


def write_inputs(inputs: Iterable[InputFile], path: Path) -> None:
    """Lay down what intake saw, for the nights that freeze it; scratch that a rerun makes again."""
    rows = [{**vars(file), "seen_at": file.seen_at.isoformat()} for file in inputs]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(rows, indent=1), encoding="utf-8")


def read_inputs(path: Path) -> list[InputFile]:
    """What intake saw."""
    rows = json.loads(path.read_text(encoding="utf-8"))
    files = [InputFile(**row) for row in rows]
    return [replace(file, seen_at=datetime.fromisoformat(str(file.seen_at))) for file in files]
