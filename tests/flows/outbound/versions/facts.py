"""What a manifest says of a small version."""

from __future__ import annotations

from flows.outbound.versions.manifest import VersionFacts
from schemas.intake.verdicts import FileOutcome
from schemas.night import AsOf
from tests.frames import NIGHT, frame_of


def facts_of(version: int = 1, **parts: object) -> VersionFacts:
    """What the manifest of a version with one loaded file says."""
    loaded = {
        "file_name": "orders.csv",
        "file_hash": "aa",
        "verdict": "loaded",
        "rows_read": 3,
        "rows_accepted": 3,
    }
    plain: dict[str, object] = {
        "as_of": AsOf(NIGHT),
        "version": version,
        "files": frame_of(FileOutcome, loaded),
        "policies": {"clients/acme.toml": "cc"},
        "database_digest": "dd",
        "database": {"since": "2026-03-01"},
        "database_program": "ff",
        "previous_manifest": None,
        "times": {"committed_at": "2026-03-03T04:15:00+00:00"},
    }
    return VersionFacts(**(plain | parts))  # type: ignore[arg-type]  # the names are those of the fields
