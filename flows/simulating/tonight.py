"""The next night as it would be now: what lies in inbound is read where it lies, and taken by nobody."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.configuration import parse_configuration, read_configuration
from flows.inbound.taking.arrivals import taken_arrivals
from flows.inbound.taking.opening import NotTakenError, chunks_of, opened_file
from flows.inbound.taking.scan import scan_inbound
from flows.ledger.runs.runs import InputFile
from schemas.night import AsOf

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from flows.configuration import Configuration
    from flows.inbound.taking.arrival import Arrival
    from flows.ledger.store.ledger import Ledger
    from flows.workspace import Workspace


@dataclass(frozen=True)
class NextNight:
    """The next night: its date, settings and files; `contents` are the bytes of files not landed yet."""

    as_of: AsOf
    configuration: Configuration
    files: Sequence[InputFile]
    said: str
    contents: Mapping[str, bytes] = field(default_factory=dict)


def find_tonight(workspace: Workspace, ledger: Ledger, now: datetime) -> NextNight:
    """The run that is frozen and waits, or else the next date with all that lies in inbound now.

    The next date is the day after the last committed night, or the latest that has ended, where nights
    were missed. Then it takes what they would have taken, too.

    Raises:
        ConfigurationError: the settings cannot be followed.
    """
    frozen = next((run.as_of for run in ledger.unfinished() if run.version is None), None)
    if frozen is not None:
        kept = ledger.frozen(frozen)
        said = (
            f"Night {frozen.business_date}, run {frozen.run_no}, is frozen and not committed; it was planned "
            "with the files and settings it was frozen with."
        )
        return NextNight(frozen, parse_configuration(kept.policies), kept.files, said)
    configuration = read_configuration(workspace)
    as_of = AsOf(_next_date(ledger, configuration, now), frozen_at=now, is_asked=False)
    files, contents, left = _look_at_inbound(workspace, configuration, ledger, now)
    said = (
        f"Night {as_of.business_date} as it would be now: from the books of the last night, with today's "
        f"settings and what lies in inbound: {_count(len(files))}, and {_count(left)} that cannot be taken "
        "now."
    )
    return NextNight(as_of, configuration, files, said, contents)


def _next_date(ledger: Ledger, configuration: Configuration, now: datetime) -> date:
    ended = now.astimezone(ZoneInfo(configuration.settings.time_zone)).date() - timedelta(days=1)
    last = ledger.last_committed()
    return max(last.as_of.business_date + timedelta(days=1), ended) if last else ended


def _look_at_inbound(
    workspace: Workspace, configuration: Configuration, ledger: Ledger, now: datetime
) -> tuple[list[InputFile], dict[str, bytes], int]:
    """Whole files that no run has taken, their bytes by hash, and how many cannot be taken now."""
    taken = {file.dropped for file in taken_arrivals(ledger.connection)}
    files: list[InputFile] = []
    contents: dict[str, bytes] = {}
    left = 0
    for arrival in scan_inbound(workspace, configuration, now=now):
        content = None if arrival.problem else _read(arrival, workspace)
        if content is None:
            left += 1
            continue
        file_hash = hashlib.sha256(content).hexdigest()
        file = InputFile(arrival.client_id, arrival.feed, file_hash, arrival.file_name, now)
        if file.dropped not in taken:
            files.append(file)
            contents[file_hash] = content
    return files, contents, left


def _read(arrival: Arrival, workspace: Workspace) -> bytes | None:
    """The bytes of a dropped file; None: it changed or went away meanwhile, or may not be read."""
    try:
        with opened_file(arrival.path, workspace.inbound) as descriptor:
            content = b"".join(chunks_of(descriptor, arrival.size))
    except NotTakenError:
        return None
    return content if len(content) == arrival.size else None


def _count(files: int) -> str:
    return "1 file" if files == 1 else f"{files} files"
