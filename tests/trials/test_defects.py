"""The trial of files as operators have them: nothing is read wrong in silence, and the trial can tell."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.trials.defects.cases import FAMILIES
from tests.trials.defects.judging import LOST, READ, REFUSED, TAKEN, WRONG, judge
from tests.trials.defects.libreoffice import is_there, saved_again


@pytest.mark.parametrize("family", [pytest.param(name, marks=pytest.mark.thorough) for name in FAMILIES])
def test_every_file_is_read_right_or_refused_with_its_reason(family: str) -> None:
    judged = [judge(case) for case in FAMILIES[family]()]
    assert [(each.case, each.verdict, each.said) for each in judged if not each.is_fine] == []


@pytest.mark.thorough
@pytest.mark.skipif(not is_there(), reason="LibreOffice is not installed")
def test_what_libreoffice_saved_again_says_the_same() -> None:
    judged = [judge(case) for case in saved_again(case for cases in FAMILIES.values() for case in cases())]
    assert [(each.case, each.verdict, each.said) for each in judged if not each.is_fine] == []
    assert {each.case.format_name.split()[0] for each in judged} == {"xlsx", "csv", "ods"}


def test_the_trial_sees_what_is_read_wrong_refused_without_need_or_taken() -> None:
    cases = list(FAMILIES["delimiter"]())
    right = next(case for case in cases if not case.refusal)
    refused = next(case for case in cases if case.refusal)
    assert judge(replace(right, rows=right.rows[1:])).verdict == WRONG
    assert judge(replace(right, refusal="no_header", rows=())).verdict == WRONG
    assert judge(replace(right, refusal="no_header")).verdict == TAKEN
    assert judge(replace(right, rows=[*right.rows, right.rows[0]])).verdict == LOST
    assert judge(replace(refused, refusal="", rows=right.rows)).verdict == LOST
    assert (judge(right).verdict, judge(refused).verdict) == (READ, REFUSED)
