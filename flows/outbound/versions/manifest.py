"""What a version was made of and what it holds, so that anybody can check it later.

`MANIFEST.json` depends on nothing but the inputs' content, the policies, the code and the business
date: the same night gives the same bytes, however files were named and whenever it ran. What may
differ between two such runs stands in `run_info.json`. Each manifest names the one before by its
hash, so a changed past shows.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from flows.disk.durable import chunks_of
from flows.ledger.migrations.chain import todays_format
from flows.ledger.store.versions import program_version
from transforms.units import true_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pandera.typing.polars import DataFrame

    from schemas.intake.verdicts import FileOutcome
    from schemas.night import AsOf

MANIFEST = "MANIFEST.json"
RUN_INFO = "run_info.json"
HANDED_OVER = ("notices", "picks")
"""Folders whose files must be the same to the byte when a night is made again."""

OUTPUTS = '\n  "outputs": {}'
"""Where the lines of the files go in a manifest."""

LINES = 1_000
"""Of a manifest that are written together."""

INPUT = ("client_id", "feed", "file_hash", "verdict", "reason_code")
COUNTS = ("rows_read", "rows_accepted", "rows_duplicate", "rows_set_aside", "rows_rejected", "qty_read")


@dataclass(frozen=True)
class VersionFacts:
    """What a manifest says beside the files of its folder."""

    as_of: AsOf
    version: int
    files: DataFrame[FileOutcome]
    """Of this run alone."""
    policies: Mapping[str, str]
    """SHA-256 of each settings file that shaped the run, by its path below the workspace."""
    database_digest: str
    """Logical digest of the analyst database."""
    database: Mapping[str, object]
    """What that database shows, and what its rows add up to."""
    database_program: str
    """A hash of what shaped it beside its rows; two programs that make the same rows may not share it."""
    previous_manifest: str | None
    """SHA-256 of the manifest before; null for the first version."""
    times: Mapping[str, str]
    """When the run was frozen, committed and so on, and ids of the run: whatever two runs may not share."""
    forgotten: Mapping[str, int] = field(default_factory=dict)
    """How much that held people was too old on this night, and is deleted after it."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 of files that were written, by their path in the folder; others are read for it."""

    def digest_of(self, name: str, folder: Path) -> str:
        """SHA-256 of a file of the folder."""
        return self.digests.get(name) or hash_file(folder / name)


def manifest_chunks(facts: VersionFacts, folder: Path) -> Iterator[bytes]:
    """The content of `MANIFEST.json` for the files below a version's folder.

    A night may have a million files, so each has its line made when it is written.
    """
    inputs = facts.files.select(*INPUT, *COUNTS, "qty_decimals").sort(*INPUT, *COUNTS, nulls_last=True)
    text = _document(
        {
            "business_date": facts.as_of.business_date.isoformat(),
            "run_no": facts.as_of.run_no,
            "version": facts.version,
            "code_version": program_version(),
            "format": todays_format(),
            "inputs": [_with_true_total(row) for row in inputs.to_dicts()],
            "policies": dict(facts.policies),
            "outputs": {},
            "database_digest": facts.database_digest,
            "database": dict(facts.database),
            "previous_manifest": facts.previous_manifest,
        }
    )
    before, after = text.split(OUTPUTS)
    yield (before + OUTPUTS[:-1]).encode()
    names, end = _names_below(folder, _is_handed_over), ""
    for start in range(0, len(names), LINES):
        some = names[start : start + LINES]
        lines = [f'\n    {_quoted(name)}: "{facts.digest_of(name, folder)}"' for name in some]
        yield (end + ",".join(lines)).encode()
        end = ","
    yield (("\n  }" if end else "}") + after).encode()


def _with_true_total(row: dict[str, Any]) -> dict[str, Any]:
    """An input with its control total in units."""
    decimals = row.pop("qty_decimals")
    return row | {"qty_read": true_number(row["qty_read"], decimals)}


def run_info_text(facts: VersionFacts, folder: Path) -> str:
    """The content of `run_info.json`: names, times, and the hashes of all other outputs."""
    names = facts.files.select("client_id", "feed", "file_name", "file_hash", "verdict")
    return _document(
        {
            "times": dict(facts.times),
            "people_forgotten": dict(facts.forgotten),
            "files": names.sort(names.columns).to_dicts(),
            "outputs": {name: facts.digest_of(name, folder) for name in _names_below(folder, _is_own)},
            "database_program": facts.database_program,
        }
    )


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    for chunk in chunks_of(path):
        digest.update(chunk)
    return digest.hexdigest()


def _is_handed_over(name: str) -> bool:
    return name.split("/", 1)[0] in HANDED_OVER


def _is_own(name: str) -> bool:
    return not _is_handed_over(name) and name != RUN_INFO


def _names_below(folder: Path, is_meant: Callable[[str], bool]) -> list[str]:
    """The paths below a folder of the files that are meant, sorted."""
    return sorted(filter(is_meant, _walk(str(folder), "")))


def _walk(folder: str, below: str) -> Iterator[str]:
    """The files below a folder by their paths there, none of them remembered."""
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _walk(entry.path, f"{below}{entry.name}/")
            elif entry.is_file():
                yield below + entry.name


def _quoted(text: str) -> str:
    """A text as JSON has it."""
    return json.dumps(text, ensure_ascii=False)


def _document(content: Mapping[str, object]) -> str:
    return json.dumps(content, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
