"""The runbook tells what the program does today."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from flows.cli.app import app
from flows.outbound.analysts.history import HISTORY
from flows.workspace import Workspace
from schemas import errors
from schemas.dictionary.markdown import write_table
from schemas.settings.workspace import WorkspaceSettings
from schemas.vocabulary.findings import FindingCode

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).parents[2] / "flows" / "README.md"
BEGIN = "<!-- findings: begin (written by pytest --update-golden from schemas/vocabulary/findings.py) -->\n"
END = "<!-- findings: end -->\n"


def describe_findings() -> str:
    """The table of findings, the most severe first."""
    header = ("code", "means", "owner", "first", "stays")
    rows = (
        (
            f"`{code}`",
            code.meaning,
            code.owner.replace("_", " "),
            in_capitals(code.command),
            code.lasting.replace("_", " "),
        )
        for code in FindingCode
    )
    return write_table(header, rows)


def in_capitals(command: str) -> str:
    """What to type, with its blanks in capitals."""
    blanks = {"client_id": "CLIENT", "subject": "SUBJECT", "feed": "FEED", "path": "FILE", "sku": "SKU"}
    return f"`{command.format(**blanks)}`"


def test_the_findings_in_the_runbook_are_those_of_today(assert_golden: Callable[[str, Path], None]) -> None:
    before, rest = PAGE.read_text(encoding="utf-8").split(BEGIN)
    _, after = rest.split(END)
    assert_golden(f"{before}{BEGIN}{describe_findings()}{END}{after}", PAGE)


def test_every_exit_code_is_told() -> None:
    section = PAGE.read_text(encoding="utf-8").split("\n## Exit codes\n")[1].split("\n## ")[0]
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", section, re.MULTILINE)}
    parent = errors.BackordersError
    assert told == {0, parent.exit_code, *(error.exit_code for error in parent.__subclasses__())}


def test_every_folder_of_a_workspace_is_told() -> None:
    text = PAGE.read_text(encoding="utf-8")
    place = Workspace(Path("DIR"))
    names = {
        getattr(place, name).name for name, value in vars(Workspace).items() if isinstance(value, property)
    }
    assert len(names) == 17
    assert [name for name in sorted(names) if name not in text] == []


def test_what_is_said_to_be_kept_is_the_default() -> None:
    settings = WorkspaceSettings()
    text = PAGE.read_text(encoding="utf-8")
    assert f"| {settings.keep_nights} nights, and the last night of each month | `keep_nights` |" in text
    assert f"| {settings.analyst_days} days | `analyst_days` |" in text
    assert f"versions | {settings.people_days} days | `people_days` |" in text
    assert f"| {settings.people_days} days after nothing of the order is open" in text


def test_every_table_of_the_history_is_named() -> None:
    section = PAGE.read_text(encoding="utf-8").split("**Older history.**")[1].split("```")[0]
    assert set(re.findall(r"`([a-z_]+)`", section)) - {"analyst_days"} == set(HISTORY)


def test_every_command_that_a_finding_or_the_runbook_names_exists() -> None:
    known = {
        command.name or command.callback.__name__ for command in app.registered_commands if command.callback
    }
    texts = [PAGE.read_text(encoding="utf-8"), *(f"`{code.command}`" for code in FindingCode)]
    named = {part.split()[0].strip("`.,") for text in texts for part in text.split("`backorders ")[1:]}
    assert named
    assert named <= known
