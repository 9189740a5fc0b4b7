"""The analyst database of the version before, as far as tonight's can be made of it.

Its manifest, whose hash the books have, says from which date on it shows nights and what its rows add up to;
`run_info.json`, which names that manifest, says which bytes it has and what shaped it. Only what fits in all
of that is appended to; the bytes are hashed while they are copied. Whatever does not fit costs time: then the
database is made anew from the ledger, and says the same.
"""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flows.disk import durable
from flows.disk.damage import read_whole
from flows.ledger.store.versions import manifest_of
from flows.outbound.analysts.analytics import FILE_NAME, Shown, is_half_empty, program_of_database
from flows.outbound.versions.manifest import MANIFEST, RUN_INFO
from flows.outbound.versions.publish import kept_manifest, version_folder
from flows.unforeseen import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from flows.night.publishing.committed import CommittedNight

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Yesterday:
    """The version before, whose database was copied."""

    shown: Shown
    policies: dict[str, str]
    """SHA-256 of each settings file that shaped it, by its path."""


def copy_yesterday(night: CommittedNight, since: date, path: Path) -> Yesterday | None:
    """The version before a night whose database now stands at `path`, to be appended to.

    None: there is none that a database which shows nights since a date could be made of; the log says why.
    """
    before = night.version - 1
    if not before:
        return None
    try:
        found = _find(night, since, path)
    except (ValueError, LookupError, TypeError, AttributeError, OSError) as error:
        found = f"what is said of it cannot be read ({words_of(error)})"
    if isinstance(found, Yesterday):
        return found
    LOG.info("the analyst database is made anew, and not of that of version %d: %s", before, found)
    return None


def _find(night: CommittedNight, since: date, path: Path) -> Yesterday | str:
    """The version before, its database copied; or what of it does not fit."""
    before = night.version - 1
    known = manifest_of(night.ledger.connection, before)
    if known is None:
        return "nobody noted its manifest"
    manifest = json.loads(read_whole(kept_manifest(night.workspace, before), known))
    folder = version_folder(night.workspace, before)
    run_info: Any = json.loads((folder / RUN_INFO).read_bytes())
    shown = Shown.parse(manifest["database"])
    doubts = {
        f"it has no nights before {shown.since}": shown.since > since,
        "it is not of these books": run_info["outputs"][MANIFEST] != known,
        "another program made it": run_info["database_program"] != program_of_database(),
    }
    if any(doubts.values()):
        return next(why for why, is_so in doubts.items() if is_so)
    copied = durable.lay_file(path, _readable(folder / FILE_NAME), durable.OPEN_FILE)
    if copied != run_info["outputs"][FILE_NAME]:
        return "its bytes are not those that were published"
    if is_half_empty(path):
        return "half of it is room that rows left"
    return Yesterday(shown, manifest["policies"])


def _readable(path: Path) -> Iterator[bytes]:
    """The bytes of a file up to where the disk refuses them."""
    try:
        yield from durable.chunks_of(path)
    except OSError:
        return
