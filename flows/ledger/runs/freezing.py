"""Freezing: the set of input files and the policies of a run are fixed before anything is decided."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.disk import damage, durable
from flows.ledger.databases.control import transaction
from flows.ledger.runs import runs
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from flows.ledger.runs.runs import InputFile
    from schemas.night import AsOf
    from schemas.vocabulary.words import RunState


@dataclass(frozen=True)
class Intake:
    """What a run shall take in: its files, and each policy file's bytes by its path in the workspace."""

    as_of: AsOf
    files: tuple[InputFile, ...]
    policies: Mapping[str, bytes]
    now: datetime


@dataclass(frozen=True)
class FrozenRun:
    """What a run takes in, now and whenever it is simulated again."""

    as_of: AsOf
    state: RunState
    files: tuple[InputFile, ...]
    policies: dict[str, bytes]


def freeze(connection: sqlite3.Connection, folder: Path, intake: Intake) -> FrozenRun:
    """The run, frozen now or before: what was fixed once is not looked for again.

    Raises:
        ConfigurationError: the date lies before the last committed one, or a run number is skipped.
    """
    if runs.find_run(connection, intake.as_of) is None:
        _refuse_date(connection, intake.as_of)
        kept = _keep_policies(folder, intake.policies)
        with transaction(connection, "freeze"):
            runs.put_run(connection, runs.INSERT_RUN, intake.as_of, intake.now)
            runs.put_frozen(connection, intake.as_of, intake.files, kept)
    return frozen(connection, folder, intake.as_of)


def refreeze(connection: sqlite3.Connection, folder: Path, intake: Intake) -> FrozenRun:
    """The run with these files and policies in place of those it had.

    Raises:
        ConfigurationError: the run is committed, or was never frozen.
    """
    kept = _keep_policies(folder, intake.policies)
    with transaction(connection, "refreeze"):
        if runs.put_run(connection, runs.REFREEZE_RUN, intake.as_of, intake.now) != 1:
            message = (
                f"run {intake.as_of.run_no} of {intake.as_of.business_date} is not waiting to be committed, "
                "so its inputs stay as they are; use --again for a further run of the date"
            )
            raise ConfigurationError(message)
        runs.put_frozen(connection, intake.as_of, intake.files, kept)
    return frozen(connection, folder, intake.as_of)


def withdraw(connection: sqlite3.Connection, as_of: AsOf) -> None:
    """Take back the freeze of a run; one that is committed stays as it is."""
    with transaction(connection, "withdraw"):
        runs.drop_frozen(connection, as_of)


def frozen(connection: sqlite3.Connection, folder: Path, as_of: AsOf) -> FrozenRun:
    """What a run takes in.

    Raises:
        ConfigurationError: it was never frozen.
        DamageError: a policy that it was frozen with is missing or damaged.
    """
    run = runs.find_run(connection, as_of)
    if run is None:
        message = f"run {as_of.run_no} of {as_of.business_date} was never started"
        raise ConfigurationError(message)
    hashes = runs.frozen_policies(connection, as_of)
    policies = {path: _policy(folder, content_hash) for path, content_hash in hashes.items()}
    return FrozenRun(run.as_of, run.state, runs.frozen_files(connection, as_of), policies)


def _refuse_date(connection: sqlite3.Connection, as_of: AsOf) -> None:
    """Nothing is posted into the past, and runs of a date have no gaps."""
    last = next(iter(runs.find_runs(connection, runs.LAST_COMMITTED)), None)
    expected = 1
    if last is not None and as_of.business_date < last.as_of.business_date:
        message = f"{as_of.business_date} lies before the last committed night, {last.as_of.business_date}"
        raise ConfigurationError(message)
    if last is not None and as_of.business_date == last.as_of.business_date:
        expected = last.as_of.run_no + 1
    if as_of.run_no != expected:
        message = f"the next run of {as_of.business_date} has number {expected}, not {as_of.run_no}"
        raise ConfigurationError(message)
    if waiting := runs.find_runs(connection, runs.WAITING):
        run = waiting[0].as_of
        message = f"run {run.run_no} of {run.business_date} is frozen and not committed; finish it first"
        raise ConfigurationError(message)


def _keep_policies(folder: Path, policies: Mapping[str, bytes]) -> dict[str, str]:
    """Hash of each policy by its path, the bytes kept by the hash."""
    hashes = {path: hashlib.sha256(content).hexdigest() for path, content in sorted(policies.items())}
    durable.make_folder(folder / "policies")
    for path, content_hash in hashes.items():
        place = folder / "policies" / content_hash
        if not place.exists():
            durable.write_file(place, [policies[path]])
    # Also for those that were there: a killed run may not have synced the folder.
    durable.sync_folder(folder / "policies")
    return hashes


def _policy(folder: Path, content_hash: str) -> bytes:
    """The bytes of a kept policy."""
    return damage.read_whole(folder / "policies" / content_hash, content_hash)
