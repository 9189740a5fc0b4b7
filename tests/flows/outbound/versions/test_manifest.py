"""Tests of the manifest: what a version was made of, and nothing that depends on how the files were named."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

import pytest

from flows.ledger.migrations.chain import todays_format
from flows.ledger.store.versions import program_version
from flows.outbound.versions.manifest import MANIFEST, manifest_chunks, run_info_text
from schemas.intake.verdicts import FileOutcome
from tests.flows.outbound.versions.facts import facts_of
from tests.frames import frame_of

if TYPE_CHECKING:
    from pathlib import Path

    from flows.outbound.versions.manifest import VersionFacts

LOADED: dict[str, Any] = {"verdict": "loaded", "rows_read": 3, "rows_accepted": 2, "rows_rejected": 1}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A version's folder with a file of each kind."""
    for name in (
        "picks/W1/picks.csv",
        "notices/acme/a.eml",
        "quarantine/acme/orders.csv",
        "analytics.duckdb",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    return tmp_path


def sha(text: str) -> str:
    """SHA-256 of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def manifest_text(facts: VersionFacts, folder: Path) -> str:
    """A manifest as it is written."""
    return b"".join(manifest_chunks(facts, folder)).decode()


def test_a_manifest_names_what_the_night_was_made_of(folder: Path) -> None:
    manifest = json.loads(manifest_text(facts_of(previous_manifest="ee"), folder))
    assert manifest["business_date"] == "2026-03-02"
    assert (manifest["run_no"], manifest["version"], manifest["code_version"]) == (1, 1, program_version())
    assert manifest["format"] == todays_format()
    assert manifest["policies"] == {"clients/acme.toml": "cc"}
    assert (manifest["database_digest"], manifest["previous_manifest"]) == ("dd", "ee")
    assert [(line["client_id"], line["file_hash"], line["rows_read"]) for line in manifest["inputs"]] == [
        ("acme", "aa", 3)
    ]


def test_a_manifest_holds_the_hashes_of_picks_and_notices_and_no_others(folder: Path) -> None:
    assert json.loads(manifest_text(facts_of(), folder))["outputs"] == {
        "picks/W1/picks.csv": sha("picks/W1/picks.csv"),
        "notices/acme/a.eml": sha("notices/acme/a.eml"),
    }


def test_a_file_whose_hash_is_known_is_not_read_again(folder: Path) -> None:
    (folder / MANIFEST).write_text("m")
    known = {"picks/W1/picks.csv": "p", "quarantine/acme/orders.csv": "q"}
    facts = facts_of(digests=known)
    outputs = json.loads(manifest_text(facts, folder))["outputs"]
    assert outputs == {"picks/W1/picks.csv": "p", "notices/acme/a.eml": sha("notices/acme/a.eml")}
    others = json.loads(run_info_text(facts, folder))["outputs"]
    assert (others["quarantine/acme/orders.csv"], others[MANIFEST]) == ("q", sha("m"))


def test_names_times_and_the_order_of_files_do_not_change_a_manifest(folder: Path) -> None:
    one, two = LOADED | {"file_hash": "aa"}, LOADED | {"file_hash": "bb"}
    named = frame_of(FileOutcome, one | {"file_name": "1.csv"}, two | {"file_name": "2.csv"})
    renamed = frame_of(FileOutcome, two | {"file_name": "a.csv"}, one | {"file_name": "b.csv"})
    assert manifest_text(facts_of(files=named, times={"at": "1"}), folder) == manifest_text(
        facts_of(files=renamed, times={"at": "2"}), folder
    )


def test_another_verdict_changes_a_manifest(folder: Path) -> None:
    loaded = frame_of(FileOutcome, LOADED | {"file_hash": "aa"})
    held = frame_of(FileOutcome, LOADED | {"file_hash": "aa", "verdict": "held"})
    assert manifest_text(facts_of(files=loaded), folder) != manifest_text(facts_of(files=held), folder)


def test_run_info_holds_names_times_and_the_other_hashes(folder: Path) -> None:
    (folder / MANIFEST).write_text("m")
    info = json.loads(run_info_text(facts_of(), folder))
    assert info["times"] == {"committed_at": "2026-03-03T04:15:00+00:00"}
    assert [line["file_name"] for line in info["files"]] == ["orders.csv"]
    assert info["outputs"] == {
        MANIFEST: sha("m"),
        "analytics.duckdb": sha("analytics.duckdb"),
        "quarantine/acme/orders.csv": sha("quarantine/acme/orders.csv"),
    }


def test_a_manifest_is_sorted_text_that_ends_with_a_line(folder: Path) -> None:
    text = manifest_text(facts_of(policies={"b": "2", "a": "1"}), folder)
    assert text.endswith("}\n")
    assert text.index('"a"') < text.index('"b"')


@pytest.mark.parametrize("count", [0, 1, 999, 1_000, 1_001, 2_500])
def test_a_manifest_is_the_document_that_json_would_write(tmp_path: Path, count: int) -> None:
    (tmp_path / "notices").mkdir()
    for number in range(count):
        (tmp_path / "notices" / f'{number} "é"').write_text("x")
    text = manifest_text(facts_of(), tmp_path)
    document = json.loads(text)
    assert len(document["outputs"]) == count
    assert text == json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
