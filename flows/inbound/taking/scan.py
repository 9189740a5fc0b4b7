"""Looking at what lies in `inbound/<client>/<feed>/`: everything there gets an answer, nothing stops us.

A file that may still be written is left for the next look; one that cannot be taken says why. Names
that start with a dot are passed over where folders are expected: they belong to the system through
which others drop.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from flows.inbound.taking.arrival import Arrival, is_undated, refuse_state, settles_in
from flows.inbound.taking.file_end import is_whole
from flows.inbound.taking.opening import GoneError, NotTakenError, opened_file, opened_folder, refuse_kind
from flows.inbound.taking.own_file import is_own_file
from flows.settings_file import shown
from schemas.intake.refusal import Refusal
from schemas.settings.parent import suggest
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

    from flows.configuration import Configuration
    from flows.workspace import Workspace

MAX_LOOKS = 3

AHEAD = "its time stamp lies in the future; a night takes it if it stays the same for settle_seconds"

FEED_DEPTH = 2
"""Folders from `inbound/` to a file: client and feed."""


def scan_inbound(workspace: Workspace, configuration: Configuration, *, now: datetime) -> list[Arrival]:
    """Everything that was dropped, by client, feed and name."""
    arrivals = _Look(workspace.inbound, configuration, now).walk(workspace.inbound, ())
    return sorted(arrivals, key=lambda seen: (seen.client_id, seen.feed, os.fsencode(seen.path)))


def look_until_settled(
    look: Callable[[], list[Arrival]], *, settle_seconds: float, sleep: Callable[[float], None]
) -> list[Arrival]:
    """What `look` sees once nothing is fresh any more, so that a file dropped just before a run is in it.

    A file that goes on changing is not waited for: after a few looks it stays what it is, still written.
    One whose time stamp cannot tell is whole if it stays the same for `settle_seconds`.
    """
    arrivals = look()
    lies_for = dict.fromkeys(_undated(arrivals), 0.0)
    for _ in range(MAX_LOOKS - 1):
        fresh = [arrival for arrival in arrivals if arrival.is_settling]
        if not fresh:
            break
        seconds = min(max(arrival.settles_in for arrival in fresh), settle_seconds)
        sleep(seconds)
        arrivals = look()
        lies_for = {same: lies_for.get(same, -seconds) + seconds for same in _undated(arrivals)}
        whole = {same for same, lay in lies_for.items() if lay >= settle_seconds}
        arrivals = [replace(seen, problem=None) if _same(seen) in whole else seen for seen in arrivals]
    return arrivals


def _undated(arrivals: list[Arrival]) -> list[tuple[Path, int, int]]:
    """What their time stamps cannot tell the freshness of."""
    return [_same(arrival) for arrival in arrivals if arrival.is_undated]


def _same(arrival: Arrival) -> tuple[Path, int, int]:
    """What stays the same while nobody writes to a file."""
    return arrival.path, arrival.size, arrival.mtime_ns


@dataclass(frozen=True)
class _Look:
    """One look at the folders of all clients."""

    inbound: Path
    configuration: Configuration
    now: datetime

    def walk(self, folder: Path, owners: tuple[str, ...]) -> Iterator[Arrival]:
        """What lies in `folder`; `owners` are the client and feed that its path has named so far."""
        try:
            entries = _entries_of(folder, self.inbound)
        except GoneError:
            return
        except NotTakenError as error:
            yield self._arrival(folder, owners, error.refusal, name="")
            return
        for name, state in entries:
            path = folder / name
            if len(owners) == FEED_DEPTH:
                arrival = self._arrival(path, owners, self._refuse_file(owners, path, state), state)
                yield self._settling(arrival, state)
            elif stat.S_ISDIR(state.st_mode) and not name.startswith("."):
                yield from self.walk(path, (*owners, shown(name)))
            elif not name.startswith("."):
                yield self._arrival(path, owners, _refuse_stray(owners, state), state)

    def _arrival(
        self,
        path: Path,
        owners: tuple[str, ...],
        problem: Refusal | None,
        state: os.stat_result | None = None,
        *,
        name: str | None = None,
    ) -> Arrival:
        """What was seen at `path`."""
        client_id, feed = (*owners, "", "")[:FEED_DEPTH]
        size, mtime_ns = (state.st_size, state.st_mtime_ns) if state else (0, 0)
        label = shown(path.name) if name is None else name
        return Arrival(client_id, feed, label, path, size, mtime_ns, problem)

    def _settling(self, arrival: Arrival, state: os.stat_result) -> Arrival:
        """A file that could be taken, or will be soon; without an end it may be cut off."""
        settings = self.configuration.settings
        if arrival.is_settling:
            return replace(arrival, settles_in=settles_in(state, settings, self.now, has_end=True))
        if arrival.problem or not settings.settle_seconds:
            return arrival
        if is_undated(state, self.now):
            problem = Refusal(ReasonCode.STILL_WRITTEN, AHEAD)
            return replace(arrival, problem=problem, settles_in=settings.settle_seconds, is_undated=True)
        left = settles_in(state, settings, self.now, has_end=False)
        if not left or self._has_end(arrival):
            return arrival
        problem = Refusal(
            ReasonCode.STILL_WRITTEN, "it has no end yet, as whole files have; it is taken at the next look"
        )
        return replace(arrival, problem=problem, settles_in=left)

    def _has_end(self, arrival: Arrival) -> bool:
        """Whether a file has the end of its format; so it is of one that cannot be read."""
        encoding = self.configuration.clients[arrival.client_id].feeds.of(Feed(arrival.feed)).encoding
        try:
            with opened_file(arrival.path, self.inbound) as descriptor:
                return is_whole(partial(os.pread, descriptor), arrival.size, encoding)
        except (NotTakenError, OSError):
            return True

    def _refuse_file(self, owners: tuple[str, ...], path: Path, state: os.stat_result) -> Refusal | None:
        """Why an entry of a feed's folder cannot be taken; None where it can."""
        client_id, feed = owners
        if client_id not in self.configuration.clients:
            return self._refuse_client(client_id)
        if feed not in Feed.values():
            detail = f"no feed has the name of this folder; {suggest(feed, Feed.values(), 'feeds')}"
            return Refusal(ReasonCode.UNKNOWN_FEED, detail)
        pattern = self.configuration.clients[client_id].feeds.of(Feed(feed)).files
        refusal = refuse_state(path.name, state, pattern, self.configuration.settings, self.now)
        if refusal is None or refusal.code is not ReasonCode.NOT_MATCHED:
            return refusal
        return None if self._is_own(path, state) else refusal

    def _is_own(self, path: Path, state: os.stat_result) -> bool:
        """Whether a file is a quarantine file that comes back; who saved it gave it any name."""
        try:
            with opened_file(path, self.inbound) as descriptor:
                return is_own_file(partial(os.pread, descriptor), state.st_size)
        except (NotTakenError, OSError):
            return False

    def _refuse_client(self, client_id: str) -> Refusal:
        """Why nothing of a client can be taken."""
        if client_id in self.configuration.refused:
            return Refusal(ReasonCode.BROKEN_CLIENT_FILE, self.configuration.refused[client_id])
        nearest = suggest(client_id, self.configuration.clients, "clients")
        return Refusal(ReasonCode.UNKNOWN_CLIENT, f"no client file has the name of this folder; {nearest}")


def _refuse_stray(owners: tuple[str, ...], state: os.stat_result) -> Refusal:
    """Why something is refused that lies above the folders of the feeds."""
    if not stat.S_ISREG(state.st_mode):
        return refuse_kind(state)
    code = ReasonCode.UNKNOWN_FEED if owners else ReasonCode.UNKNOWN_CLIENT
    return Refusal(code, "it lies above the folders of the feeds; move it to inbound/<client>/<feed>/")


def _entries_of(folder: Path, inbound: Path) -> list[tuple[str, os.stat_result]]:
    """Names in a folder and what each one is, links not followed; what goes meanwhile is left out."""
    entries: list[tuple[str, os.stat_result]] = []
    with opened_folder(folder, inbound) as descriptor:
        for name in os.listdir(descriptor):  # noqa: PTH208 -- of the open folder, wherever its path leads by now
            try:
                entries.append((name, os.stat(name, dir_fd=descriptor, follow_symlinks=False)))
            except FileNotFoundError:
                continue
    return entries
