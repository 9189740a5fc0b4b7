"""The trial of hostile files sees what is broken, and a sample of its attacks holds."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.trials.attacks.answer import WAITS, Answer, left_out, refused, rejected, taken
from tests.trials.attacks.catalogue import ATTACKS, TROUBLES, TYPED
from tests.trials.hostile.fuzzing import make_spoiled, read_spoiled
from tests.trials.hostile.judging import judge
from tests.trials.hostile.nights import Seen, run_here
from tests.trials.hostile.workspaces import Ended, judge_words

if TYPE_CHECKING:
    from pathlib import Path

SEED = 10
SAMPLE = 40
TAKEN = Seen("loaded", lines=("O9/1 A 1",))

OPEN: frozenset[tuple[str, str]] = frozenset()
"""Attacks that are known to be broken: kind and name."""


def test_each_attack_has_a_name_of_its_own() -> None:
    named = [(attack.kind, attack.name) for attack in ATTACKS]
    named += [(trouble.kind, trouble.name) for trouble in TROUBLES]
    named += [(typed.kind, typed.name) for typed in TYPED]
    assert len(named) == len(set(named)) > 150


@pytest.mark.parametrize(
    ("answer", "seen", "fault"),
    [
        (taken(), TAKEN, ""),
        (taken(), Seen("waits"), "waits, not loaded; lines [], not ['O9/1 A 1']"),
        (WAITS, Seen("waits"), ""),
        (rejected("1 qty not_a_number"), TAKEN, "rejected [], not ['1 qty not_a_number']"),
        (rejected("1 qty missing|not_a_number"), Seen("loaded", "", "", ("1 qty missing",), TAKEN.lines), ""),
        (refused("empty_file"), Seen("refused", "no_header"), "refused as no_header, not empty_file"),
        (refused("", "line 2"), Seen("refused", "no_header", "line 3"), "says nothing of 'line 2'"),
        (refused(""), Seen("refused", "unreadable", "our fault"), "an error that nobody foresaw"),
        (left_out("sku"), Seen("held", "broken_client_file", "columns.sku"), ""),
    ],
)
def test_an_answer_is_compared_in_all_that_it_promises(answer: Answer, seen: Seen, fault: str) -> None:
    assert judge(answer, seen) == fault


@pytest.mark.parametrize(
    ("ended", "fault"),
    [
        (Ended(2, "x.toml: broken"), ""),
        (Ended(0, "x.toml"), "0, not 2: x.toml"),
        (Ended(2, "broken"), "says nothing of 'x.toml': broken"),
        (Ended(2, "Traceback: x.toml"), "2, an error of a programmer: Traceback: x.toml"),
        (Ended(2, "x.toml \x1b[2J"), "a terminal obeys ['\\x1b']: 'x.toml \\x1b[2J'"),
        (Ended(None, ""), "it did not end in 300 seconds"),
    ],
)
def test_the_words_of_a_command_are_judged(ended: Ended, fault: str) -> None:
    assert judge_words(ended, (2,), ("x.toml",)) == fault


def test_a_seed_spoils_the_same_files_again() -> None:
    assert make_spoiled(3, 7) == make_spoiled(3, 7) != make_spoiled(4, 7)


@pytest.mark.thorough
def test_spoiled_files_get_an_answer() -> None:
    tally = read_spoiled(SEED, 60)
    assert tally.broken == []
    assert tally.loaded > 0 < tally.refused


@pytest.mark.thorough
def test_a_sample_of_attacks_gets_its_answers_and_ends_nobodys_night(tmp_path: Path) -> None:
    small = [number for number, attack in enumerate(ATTACKS) if attack.kind not in ("size", "moment")]
    numbers = Random(SEED).sample(small, SAMPLE)
    control, night = run_here((), tmp_path / "control"), run_here(numbers, tmp_path / "night")
    faults = {
        (ATTACKS[number].kind, ATTACKS[number].name): judge(ATTACKS[number].answer, seen)
        for number, seen in night.seen.items()
    }
    assert {name: fault for name, fault in faults.items() if fault and name not in OPEN} == {}
    assert night.outputs == control.outputs
