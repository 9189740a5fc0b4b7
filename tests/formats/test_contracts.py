"""What each format stores: a change of a stored column needs a new format, and a step that leads there."""

from __future__ import annotations

from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.ledger.databases.control import open_control
from flows.ledger.migrations.chain import MIGRATIONS, todays_format
from flows.ledger.store.tables import CONTRACTS
from tests.formats.opening import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterable

FIRST_COMMITTED = 2
"""The format of the first landed program whose workspaces must open."""

FOLDER = Path(__file__).parent / "contracts"
ADVICE = (
    "what is stored is not what format {found} stores. If that format has landed, write "
    "flows/ledger/migrations/format_{next}.py (see chain.py). If it has not, delete {path}. Then run "
    "pytest --update-golden tests/formats"
)

Columns = dict[str, str]
"""Type of each column, and whether it may be null."""


def describe_stored(ledger_folder: Path) -> str:
    """A line for each column of a stored table, of rows and of databases."""
    lines = []
    for name, table in CONTRACTS.items():
        columns = table.to_schema().columns
        for column, dtype in table.dtypes().items():
            lines.append(f"rows.{name} {column} {_null(is_null=columns[column].nullable)} {dtype}")
    with closing(open_control(ledger_folder)) as connection:
        for database in ("main", "people"):
            tables = connection.execute(
                f"SELECT name FROM {database}.sqlite_master WHERE type = 'table' ORDER BY name"  # noqa: S608 -- one of two
            ).fetchall()
            for (name,) in tables:
                info = connection.execute(f"PRAGMA {database}.table_info({name})").fetchall()
                lines += [
                    f"{database}.{name} {column} {_null(is_null=not needed)} {dtype}"
                    for _, column, dtype, needed, *_ in info
                ]
    return "\n".join([*lines, ""])


def read_stored(found: int) -> dict[str, Columns]:
    """The columns of each table that a format stored."""
    stored: dict[str, Columns] = {}
    for line in (FOLDER / f"format-{found}.txt").read_text(encoding="utf-8").splitlines():
        table, column, words = line.split(" ", 2)
        stored.setdefault(table, {})[column] = words
    return stored


def changed_tables(before: dict[str, Columns], after: dict[str, Columns]) -> set[str]:
    """Tables of rows that need a step: all but those that only gained columns that may be null."""
    return {
        table.removeprefix("rows.")
        for table in before.keys() & after.keys()
        if table.startswith("rows.") and not _holds_all(after[table], before[table])
    }


def test_what_is_stored_is_what_the_format_says(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path, text = FOLDER / f"format-{todays_format()}.txt", describe_stored(tmp_path)
    if request.config.getoption("--update-golden") and not path.exists():
        path.write_text(text, encoding="utf-8")
    found = path.read_text(encoding="utf-8") if path.exists() else ""
    assert found == text, ADVICE.format(found=todays_format(), next=todays_format() + 1, path=path.name)


def test_each_format_that_landed_has_a_workspace() -> None:
    assert list(range(FIRST_COMMITTED, todays_format())) == FORMATS, (
        "make the workspace of the last landed format with its program: see tests/formats/__init__.py"
    )


def test_every_changed_table_has_a_step() -> None:
    described = sorted(int(path.stem.split("-")[1]) for path in FOLDER.glob("format-*.txt"))
    assert described == list(range(described[0], todays_format() + 1))
    for older, newer in pairwise(described):
        changed = changed_tables(read_stored(older), read_stored(newer))
        without = changed - MIGRATIONS[newer - 1].rows.keys()
        assert not without, (
            f"format {newer} changes {sorted(without)}; format_{newer}.py has no step for them"
        )


@pytest.mark.parametrize(
    ("columns", "is_changed"),
    [
        ({"qty": "needed Int64"}, False),
        ({"qty": "needed Int64", "note": "null String"}, False),
        ({"qty": "needed Int64", "note": "needed String"}, True),
        ({"qty": "null Int64"}, False),
        ({"qty": "needed Int32"}, True),
        ({"units": "needed Int64"}, True),
    ],
)
def test_only_columns_that_may_be_null_come_without_a_step(columns: Columns, *, is_changed: bool) -> None:
    before = {"rows.counts": {"qty": "needed Int64"}, "main.runs": {"version": "null INTEGER"}}
    assert changed_tables(before, {"rows.counts": columns, "rows.new": columns}) == (
        {"counts"} if is_changed else set()
    )


def _holds_all(after: Columns, before: Columns) -> bool:
    """Whether rows as they were are rows as they are, where what is absent is null."""
    kept = all(after.get(column) in {words, _loosened(words)} for column, words in before.items())
    return kept and _may_be_null(words for column, words in after.items() if column not in before)


def _loosened(words: str) -> str:
    """The same type, where it may be null."""
    return words.replace("needed ", "null ", 1)


def _may_be_null(words: Iterable[str]) -> bool:
    return all(word.startswith("null ") for word in words)


def _null(*, is_null: bool) -> str:
    return "null" if is_null else "needed"
