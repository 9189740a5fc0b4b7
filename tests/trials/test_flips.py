"""A small seeded sample of the trial of damage; and that the trial would see damage that is believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.ledger.databases import control, seals
from tests.trials.crashes import undisturbed_night
from tests.trials.flips import (
    FOUND,
    JOURNAL,
    KINDS,
    MISSED,
    SAME,
    live_damaged_night,
    open_flipped,
    read_books,
    say_books,
    stop_in_a_change,
)

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

STEP = 2_003


@pytest.mark.parametrize("name", [control.FILE_NAME, control.PEOPLE_FILE_NAME, JOURNAL])
def test_a_flipped_byte_is_found_or_changes_nothing(sample: Workspace, tmp_path: Path, name: str) -> None:
    books = read_books(sample.ledger)
    stopped = stop_in_a_change(books, tmp_path)
    start = stopped if name == JOURNAL else books
    said = _said(books, tmp_path)
    tally = open_flipped(start, said, tmp_path, name, range(0, len(start[name]), STEP))
    assert tally.bad == []
    assert tally.outcomes[FOUND] > 0 < tally.outcomes[SAME]


def test_the_trial_sees_damage_that_is_believed(
    sample: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    books = read_books(sample.ledger)
    said = _said(books, tmp_path)
    monkeypatch.setattr(seals, "check", lambda *_: None)
    at = books[control.FILE_NAME].index(b"sent2026-")
    tally = open_flipped(books, said, tmp_path, control.FILE_NAME, [at])
    assert tally.outcomes == {MISSED: 1}
    assert tally.bad == [f"control.sqlite byte {at}: missed"]


@pytest.mark.thorough
def test_a_night_on_damaged_files_is_refused_or_the_same(tmp_path: Path) -> None:
    undisturbed = undisturbed_night(tmp_path)
    outcomes = [live_damaged_night(undisturbed, tmp_path, 7, number) for number in range(len(KINDS))]
    assert {outcome for _, outcome in outcomes} <= {FOUND, SAME}, outcomes
    assert [outcome for _, outcome in outcomes].count(FOUND) > 1


def _said(books: dict[str, bytes], folder: Path) -> str:
    for journal in folder.glob("*-journal"):
        journal.unlink()
    for name, content in books.items():
        (folder / name).write_bytes(content)
    return say_books(folder)
