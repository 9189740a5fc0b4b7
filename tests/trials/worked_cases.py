"""Worked cases over several nights: what the analyst file must hold, night by night.

Usage: ``uv run python -m tests.trials.worked_cases CASES.json [--only NAME ...] [--json]``

A case is a client of its own with nights of files from 2026-03-02 on, and what must be true after some of
them. All cases are clients of one workspace, so that they prove each other's independence by the way.
"""

from __future__ import annotations

import argparse
import csv
import json
import logging
import sys
import tempfile
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb

from flows.night.run import run_nights
from flows.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Sequence

FIRST_NIGHT = date(2026, 3, 2)
EVERY_DAY = '["mon", "tue", "wed", "thu", "fri", "sat", "sun"]'
LINE_COLUMNS = {
    "ordered": "ordered_qty",
    "open": "open_qty",
    "res": "reserved_qty",
    "rel": "released_qty",
    "ship": "shipped_qty",
    "canc": "cancelled_qty",
    "eta": "eta_on",
    "told": "told_eta_on",
    "status": "status",
    "sku": "sku",
    "due": "due_on",
    "hold_reason": "hold_reason",
}
STOCK_COLUMNS = {
    "on": "on_hand_qty",
    "hold": "hold_qty",
    "rel": "released_qty",
    "free": "available_qty",
}
INBOUND_COLUMNS = {
    "ann": "announced_qty",
    "rec": "received_qty",
    "rem": "remaining_qty",
    "st": "status",
    "eta": "expected_on",
}

QUESTIONS = {
    "BIN": """
        SELECT coalesce(sum(on_hand_qty), 0)::BIGINT FROM stock WHERE client_id = ? AND sku = ?
        AND coalesce(bin_id, 'DOCK') = ? AND coalesce(lot_id, '') = ?
    """,
    "F": "SELECT count(*) > 0 FROM findings WHERE client_id = ? AND code = ? AND business_date = ?",
    "RJ": """
        SELECT count(*) > 0 FROM rejected_rows WHERE client_id = ? AND feed = ?
        AND starts_with(reason_code, ?) AND (? IS NULL OR row_no = ?::BIGINT)
    """,
    "WH": """
        SELECT coalesce(sum(allocated_qty), 0)::BIGINT FROM allocations WHERE client_id = ? AND order_id = ?
        AND warehouse_id = ? AND kind = 'release' AND business_date = ?
    """,
}


class CaseRun(NamedTuple):
    """A run of one of the nights, which are counted from 1."""

    night: int
    run_no: int = 1

    @property
    def on(self) -> date:
        """Its business date."""
        return FIRST_NIGHT + timedelta(days=self.night - 1)


@dataclass(frozen=True)
class Case:
    """A client, its nights of files, and what must be true after a night.

    Attributes:
        name: of the case, and with a letter before it of its client.
        why: what the case is about.
        policy: lines of `[policy]`.
        feeds: further sections of the client's file.
        warehouses: in the order they are used.
        nights: for each run the rows (or the text) of each file; `orders#b` is a second file of a feed.
        expect: what must be true after a run.
    """

    name: str
    why: str
    policy: str
    feeds: str
    warehouses: tuple[str, ...]
    nights: dict[CaseRun, dict[str, list[dict[str, Any]] | str]]
    expect: dict[CaseRun, dict[str, Any]]

    @classmethod
    def of(cls, record: dict[str, Any]) -> Case:
        """The case of a JSON record."""
        return cls(
            name=record["name"],
            why=record["why"],
            policy=record["policy"],
            feeds=record["feeds"],
            warehouses=tuple(record["wh"]),
            nights={CaseRun(night): files for night, files in enumerate(record["nights"], 1)},
            expect={CaseRun(int(night)): facts for night, facts in record["expect"].items()},
        )

    @property
    def client_id(self) -> str:
        """The client that the case is."""
        return f"c-{self.name.lower()}"


class Difference(NamedTuple):
    """Something that is not as a case says."""

    case: str
    run: CaseRun
    subject: str
    expected: object
    found: object


def run_cases(cases: Sequence[Case], root: Path) -> list[Difference]:
    """What is not as the cases say, after their nights in a fresh workspace below `root`."""
    workspace = Workspace(root)
    for place, content in settings_of(cases).items():
        (root / place).parent.mkdir(parents=True, exist_ok=True)
        (root / place).write_bytes(content)
    differences: list[Difference] = []
    for run in runs_of(cases):
        for case in cases:
            _drop(workspace, case, run)
        run_nights(workspace, business_date=run.on, again=run.run_no > 1)
        path = workspace.published / "current" / "analytics.duckdb"
        with duckdb.connect(str(path), read_only=True) as published:
            for case in cases:
                differences += find_differences(published, case, run)
    return differences


def runs_of(cases: Sequence[Case]) -> list[CaseRun]:
    """Every run that a case has files or expectations for, and the nights between, in order."""
    named = {run for case in cases for run in (*case.nights, *case.expect)}
    return sorted({*named, *(CaseRun(night) for night in range(1, max(named).night + 1))})


def settings_of(cases: Sequence[Case]) -> dict[str, bytes]:
    """The settings files of a workspace of these cases, by their path in it."""
    texts = {"workspace.toml": "settle_seconds = 0\nmin_free_bytes = 100_000_000\n"}
    for warehouse in {name for case in cases for name in case.warehouses}:
        text = 'allocator = "us"\n'
        text += f"working_days = {EVERY_DAY}\n" if warehouse.startswith("W") else ""
        text += "dock_to_stock_days = 0\n" if warehouse.startswith("Z") else ""
        text += 'time_zone = "Asia/Tokyo"\n' if warehouse.startswith("T") else ""
        texts[f"warehouses/{warehouse}.toml"] = text
    texts |= {f"clients/{case.client_id}.toml": _client_file(case) for case in cases}
    return {place: text.encode() for place, text in texts.items()}


def _client_file(case: Case) -> str:
    """The settings that cases have where they say nothing else."""
    stock = '[feeds.stock]\ncount_basis = "physical"\ncount_scope = "rows"\n'
    policy = f"[policy]\n{case.policy}\n" if case.policy else ""
    own = "" if "[feeds.stock]" in case.feeds else stock
    top = f'name = "{case.name}"\nwarehouses = {json.dumps(list(case.warehouses))}\n'
    return f"{top}{policy}{case.feeds}\n{own}"


def files_of(case: Case, run: CaseRun, picks: Sequence[Path] = ()) -> dict[tuple[str, str], bytes]:
    """What a case's client sends for a run, by feed and name; `picks` are the pick files so far."""
    files: dict[tuple[str, str], bytes] = {}
    for name, rows in case.nights.get(run, {}).items():
        feed, _, part = name.partition("#")
        text = rows if isinstance(rows, str) else _as_csv(case, rows, picks)
        files[feed, f"night-{run.night}{'-again' * (run.run_no > 1)}{part}.csv"] = text.encode()
    return files


def _drop(workspace: Workspace, case: Case, run: CaseRun) -> None:
    picks = sorted(workspace.published.glob("v*/picks/**/*.csv"))
    for (feed, name), content in files_of(case, run, picks).items():
        folder = workspace.inbound / case.client_id / feed
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)


def _as_csv(case: Case, rows: list[dict[str, Any]], picks: Sequence[Path]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    for row in rows:
        writer.writerow({name: _resolved(case, cell, picks) for name, cell in row.items()})
    return text.getvalue()


def _resolved(case: Case, cell: object, picks: Sequence[Path]) -> object:
    """`@rel:O1:1` is the first release of that line."""
    if not (isinstance(cell, str) and cell.startswith("@rel:")):
        return cell
    _, order_id, line_no = cell.split(":")
    for path in picks:
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                known = (row.get("client_id"), row.get("order_id"), row.get("line_no"))
                if known == (case.client_id, order_id, line_no):
                    return row["release_id"]
    return cell


def find_differences(published: duckdb.DuckDBPyConnection, case: Case, run: CaseRun) -> list[Difference]:
    """What the analyst tables do not say as the case does, after a run."""
    differences = []
    for subject, expected in case.expect.get(run, {}).items():
        found = _found(published, case, subject, expected, run.on)
        if found != expected:
            differences.append(Difference(case.name, run, subject, expected, found))
    return differences


def _found(
    published: duckdb.DuckDBPyConnection, case: Case, subject: str, expected: object, on: date
) -> object:
    """What the analyst file says of `subject`, in the form of `expected`."""
    kind, colon, name = subject.partition(":")
    wanted = list(expected) if isinstance(expected, dict) else []
    if not colon:
        return _of_line(published, "order_lines", LINE_COLUMNS, (case.client_id, *_key(subject)), wanted)
    if kind == "IN":
        return _of_line(published, "inbound", INBOUND_COLUMNS, (case.client_id, *_key(name)), wanted)
    if kind == "ST":
        columns = ", ".join(f"coalesce(sum({STOCK_COLUMNS[key]}), 0)::BIGINT" for key in wanted)
        sql = f"SELECT {columns} FROM stock WHERE client_id = ? AND sku = ?"  # noqa: S608 -- names of ours
        row = published.execute(sql, [case.client_id, name]).fetchone()
        return dict(zip(wanted, row or (), strict=True))
    first, _, rest = name.replace("@", "/").partition("/")
    second, _, third = rest.partition("/")
    values: dict[str, list[object]] = {
        "BIN": [case.client_id, first, second, third],
        "F": [case.client_id, first, on],
        "RJ": [case.client_id, first, second, third or None, third or None],
        "WH": [case.client_id, first, second, on],
    }
    row = published.execute(QUESTIONS[kind], values[kind]).fetchone()
    return row[0] if row else None


def _key(name: str) -> tuple[str, int]:
    order_id, _, line_no = name.partition("/")
    return order_id, int(line_no)


def _of_line(
    published: duckdb.DuckDBPyConnection,
    table: str,
    names: dict[str, str],
    key: tuple[str, str, int],
    wanted: list[str],
) -> dict[str, object] | None:
    """The wanted columns of an order line or an announced one; None: there is no such line."""
    columns = ", ".join(names[one] for one in wanted) or "1"
    on = "asn_id = ? AND asn_line_no = ?" if table == "inbound" else "order_id = ? AND line_no = ?"
    sql = f"SELECT {columns} FROM {table} WHERE client_id = ? AND {on}"  # noqa: S608 -- names of ours
    row = published.execute(sql, list(key)).fetchone()
    if row is None:
        return None
    values = (value.isoformat() if isinstance(value, date) else value for value in row)
    return dict(zip(wanted, values, strict=False))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the cases of a file and say which agree."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--only", nargs="*", default=())
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--keep", type=Path, help="leave the workspace in this new folder")
    asked = parser.parse_args(arguments)
    cases = [Case.of(record) for record in json.loads(asked.cases.read_text())]
    chosen = [case for case in cases if not asked.only or case.name in asked.only]
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as scratch:
        differences = run_cases(chosen, asked.keep or Path(scratch) / "workspace")
    wrong = {difference.case for difference in differences}
    if asked.json:
        text = json.dumps([difference._asdict() for difference in differences], indent=1, default=str) + "\n"
    else:
        whys = {case.name: case.why for case in chosen}
        text = "".join(
            f"{one.case} night {one.run.night} {one.subject}: expected {one.expected}, found {one.found}\n"
            f"    {whys[one.case]}\n"
            for one in differences
        )
        text += f"{len(chosen) - len(wrong)} of {len(chosen)} cases agree\n"
    sys.stdout.write(text)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
