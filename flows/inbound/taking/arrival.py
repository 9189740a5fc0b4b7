"""Something that was dropped, and why it cannot be taken, if it cannot."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from flows.inbound.taking.opening import refuse_kind
from schemas.intake.refusal import Refusal
from schemas.vocabulary.codes import ReasonCode

if TYPE_CHECKING:
    import os
    from datetime import datetime
    from pathlib import Path

    from schemas.settings.workspace import WorkspaceSettings

UNFINISHED = ("~", ".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".swp")
"""Endings that programs give to a file until it is whole; a name that starts with a dot is one, too."""


@dataclass(frozen=True)
class Arrival:
    """Something that was dropped, as it looked when it was seen.

    Without a `problem` it is a whole file of a known client and feed. `file_name` is a label that can
    be printed and stored; `path` is where it lies, whatever bytes its name has. `client_id` and `feed`
    are the names of its folders, known or not, and empty for what lies above them.
    """

    client_id: str
    feed: str
    file_name: str
    path: Path
    size: int = 0
    mtime_ns: int = 0
    problem: Refusal | None = None
    settles_in: float = 0.0
    """Seconds until it will have been quiet for long enough, if nobody writes to it."""
    is_undated: bool = False
    """Its time stamp cannot tell how fresh it is; it is whole if it stays the same until a later look."""

    @property
    def is_waiting(self) -> bool:
        """It is not refused: it is looked at again the next time."""
        return self.problem is not None and self.problem.code is ReasonCode.STILL_WRITTEN

    @property
    def is_settling(self) -> bool:
        """It changed so recently that it may still be written; another look in a moment will tell."""
        return self.is_waiting and not is_unfinished(self.file_name)


def refuse_state(
    name: str, state: os.stat_result, pattern: str, settings: WorkspaceSettings, now: datetime
) -> Refusal | None:
    """Why an entry of a known feed's folder cannot be taken now; None where it can.

    `pattern` is matched without regard to case: `ORDERS.CSV` is meant by `*.csv`, and so is the quarantine
    file `orders.csv.xlsx`.
    """
    if not stat.S_ISREG(state.st_mode):
        return refuse_kind(state)
    if is_unfinished(name):
        return Refusal(ReasonCode.STILL_WRITTEN, "by its name it is not whole yet; rename it when it is")
    if 0 <= now.timestamp() - state.st_mtime < settings.settle_seconds:
        return Refusal(ReasonCode.STILL_WRITTEN, f"it changed less than {settings.settle_seconds:g} s ago")
    if not 0 < state.st_size <= settings.max_file_bytes:
        return _refuse_size(state.st_size, settings.max_file_bytes)
    return refuse_name(name, pattern)


def refuse_name(name: str, pattern: str) -> Refusal | None:
    """Why a file of that name is none of its feed's, unless its content says that it is."""
    folded = name.casefold()
    names = {folded, folded.removesuffix(".xlsx"), folded.removesuffix(".csv")}
    if any(fnmatchcase(one, pattern.casefold()) for one in names):
        return None
    detail = (
        f'the client\'s file says files = "{pattern}"; only a file with the columns bo_file and bo_row, as '
        "quarantine has them, may have another name"
    )
    return Refusal(ReasonCode.NOT_MATCHED, detail)


def settles_in(state: os.stat_result, settings: WorkspaceSettings, now: datetime, *, has_end: bool) -> float:
    """Seconds until a file will have been quiet for long enough; one without an end waits twice as long.

    Whoever copies or moves a file may give it the time stamp of its original. So one without an end must have
    lain there for as long, too, unchanged by what the system itself notes.
    """
    moment = now.timestamp()
    if has_end:
        return max(settings.settle_seconds - (moment - state.st_mtime), 0.0)
    noted = state.st_ctime if state.st_ctime <= moment else state.st_mtime
    return max(2 * settings.settle_seconds - (moment - max(state.st_mtime, noted)), 0.0)


def is_undated(state: os.stat_result, now: datetime) -> bool:
    """Whether a time stamp lies in the future: of a machine whose clock is ahead, or set by a program."""
    return state.st_mtime > now.timestamp()


def _refuse_size(size: int, limit: int) -> Refusal:
    """The answer to a file of nothing or of too much."""
    if size == 0:
        return Refusal(ReasonCode.EMPTY_FILE, "the file has no byte")
    return Refusal(ReasonCode.TOO_LARGE, f"{size} bytes; max_file_bytes in workspace.toml is {limit}")


def is_unfinished(name: str) -> bool:
    """Whether a name says that its file is not whole yet."""
    return name.startswith(".") or name.casefold().endswith(UNFINISHED)
