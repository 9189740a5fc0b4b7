"""Taking what was dropped: its bytes are copied and hashed before anything is read from them.

From then on a file is its content; the name is a label. A file that changes while it is copied is
left for the next look.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flows.disk import durable
from flows.inbound.taking.opening import NotTakenError, chunks_of, opened_file
from schemas.intake.dropped_file import DroppedFile
from schemas.intake.refusal import Refusal
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path

    from flows.inbound.taking.arrival import Arrival
    from flows.workspace import Workspace

INCOMING = "incoming"
"""Name of a copy in landing whose hash is not yet known."""


@dataclass(frozen=True)
class LandedFile(DroppedFile):
    """A dropped file whose bytes are ours: `landed` never changes and is named by `file_hash`."""

    feed: Feed
    size: int
    seen_at: datetime
    landed: Path


@dataclass(frozen=True)
class Landing:
    """What became of a look: files that are ours now, and arrivals that were left, each with its problem."""

    files: tuple[LandedFile, ...]
    left: tuple[Arrival, ...]


def land_arrivals(
    arrivals: Iterable[Arrival], workspace: Workspace, *, clock: Callable[[], datetime]
) -> Landing:
    """The whole files among `arrivals`, copied; sorted by client, feed and content, never by arrival.

    Raises:
        OSError: our own disk is at fault.
    """
    files: list[LandedFile] = []
    left: list[Arrival] = []
    durable.make_folder(workspace.landing)
    for arrival in arrivals:
        outcome = arrival if arrival.problem else _land(arrival, workspace, clock())
        if isinstance(outcome, LandedFile):
            files.append(outcome)
        else:
            left.append(outcome)
    files.sort(key=lambda file: (file.client_id, file.feed, file.file_hash, file.file_name))
    return Landing(tuple(files), tuple(left))


def landed_path(workspace: Workspace, file_hash: str) -> Path:
    """Where the bytes of that hash lie."""
    return workspace.landing / file_hash[:2] / file_hash


def _land(arrival: Arrival, workspace: Workspace, seen_at: datetime) -> LandedFile | Arrival:
    """The file as ours, or the arrival with its problem."""
    incoming = workspace.landing / INCOMING
    try:
        with opened_file(arrival.path, workspace.inbound) as descriptor:
            file_hash = durable.write_file(incoming, chunks_of(descriptor, arrival.size))
            is_whole = _is_as_seen(os.fstat(descriptor), arrival) and incoming.stat().st_size == arrival.size
    except NotTakenError as error:
        return replace(arrival, problem=error.refusal)
    if not is_whole:
        durable.remove(incoming)
        return replace(arrival, problem=Refusal(ReasonCode.STILL_WRITTEN, "it changed while it was copied"))
    landed = landed_path(workspace, file_hash)
    durable.make_folder(landed.parent)
    # Bytes that are there already are replaced by their like: this copy is known to be whole and synced.
    durable.rename(incoming, landed)
    label, feed = arrival.file_name, Feed(arrival.feed)
    return LandedFile(arrival.client_id, feed, file_hash, label, arrival.size, seen_at, landed)


def _is_as_seen(state: os.stat_result, arrival: Arrival) -> bool:
    """Whether a file has the size and time that it had when it was looked at."""
    return (state.st_size, state.st_mtime_ns) == (arrival.size, arrival.mtime_ns)
