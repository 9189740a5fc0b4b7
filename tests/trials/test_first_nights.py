"""The trial of first nights: an export of each kind lives through it, and the trial can tell."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.trials.first_nights import EXPORTS, decide, live

if TYPE_CHECKING:
    from pathlib import Path

    from tests.trials.first_nights import Export

SETTINGS = """\
[feeds.orders]
# why
delimiter = ";"

# decide: which?
#decimal_mark = ","  # 1200
#thousands_mark = "."  # together with the line above
#decimal_mark = "."  # 1.2

#unusual_percent = 50
"""


def test_a_person_takes_the_first_choice_of_each_question_with_what_belongs_to_it() -> None:
    text, lines = decide(SETTINGS)
    assert lines == 2
    written = [line for line in text.splitlines() if " = " in line and not line.startswith("#")]
    assert [line.partition("  #")[0] for line in written] == [
        'delimiter = ";"', 'decimal_mark = ","', 'thousands_mark = "."',
    ]  # fmt: skip


@pytest.mark.thorough
@pytest.mark.parametrize("export", [each for each in EXPORTS if each.lines > 1], ids=lambda each: each.name)
def test_the_first_night_of_an_export_is_right(tmp_path: Path, export: Export) -> None:
    night = live(export, tmp_path)
    assert (night.rows, night.lines) == (export.rows, export.lines)
    assert night.keys > export.lines
