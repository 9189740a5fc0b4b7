"""Nights through a workspace on disk: real files, the real run, pick files and the analyst database."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import duckdb

from flows.night.run import run_nights
from flows.workspace import Workspace
from tests.warehouse.judging import Answer, Open, Replies
from tests.warehouse.nights import client_settings, warehouse_settings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from tests.warehouse.kinds import Style
    from tests.warehouse.telling import File

STOCK = """
    SELECT client_id, warehouse_id, sku, coalesce(lot_id, ''), sum(on_hand_qty)::BIGINT
    FROM stock GROUP BY ALL
"""
GAPS = """
    WITH counted AS (
        SELECT client_id, warehouse_id, sku, coalesce(lot_id, '') AS lot_id, max(business_date) AS on_date
        FROM movements WHERE cause = 'counted' GROUP BY ALL
    )
    SELECT client_id, warehouse_id, sku, coalesce(m.lot_id, ''), sum(qty)::BIGINT
    FROM movements AS m LEFT JOIN counted AS c USING (client_id, warehouse_id, sku)
    WHERE cause = 'book_gap' AND (c.on_date IS NULL OR m.business_date > c.on_date) GROUP BY ALL
"""
LINES = "SELECT client_id, order_id, line_no, shipped_qty, ordered_qty - cancelled_qty FROM order_lines"
INBOUND = "SELECT client_id, asn_id, sku, remaining_qty FROM inbound"
PEGS = """
    SELECT client_id, asn_id, i.sku, sum(pegged_qty)::BIGINT
    FROM pegs JOIN inbound AS i USING (client_id, asn_id, asn_line_no) GROUP BY ALL
"""
FINDINGS = "SELECT client_id, code, subject, cause, detail, opened_on FROM findings WHERE business_date = ?"
COUNTS = """
    SELECT client_id, file_hash, rows_accepted, rows_rejected FROM files
    WHERE feed = 'stock' AND business_date = ? AND verdict = 'loaded'
"""
REJECTED = """
    SELECT r.client_id, r.feed, r.row_no, r.reason_code
    FROM rejected_rows AS r JOIN files AS f USING (client_id, feed, file_hash) WHERE f.business_date = ?
"""


@dataclass
class WorkspaceNights:
    """A workspace with these clients."""

    workspace: Workspace
    client_ids: list[str]
    sheets: dict[tuple[str, str], str] = field(default_factory=dict)

    @classmethod
    def of(cls, styles: Sequence[Style], root: Path) -> Self:
        """A fresh workspace below `root`."""
        for folder in ("clients", "warehouses"):
            (root / folder).mkdir(parents=True)
        (root / "workspace.toml").write_text("settle_seconds = 0\nmin_free_bytes = 100_000_000\n")
        for style in styles:
            (root / "clients" / f"{style.client_id}.toml").write_text(_toml(client_settings(style)))
            for name in style.warehouses:
                (root / "warehouses" / f"{name}.toml").write_text(_toml(warehouse_settings(style)))
        return cls(Workspace(root), [style.client_id for style in styles])

    def run(self, night: date, files: Sequence[File]) -> Replies:
        """What stands below `published/current` after the night."""
        self.drop(night, files)
        run_nights(self.workspace, business_date=night)
        return self.read(night)

    def drop(self, night: date, files: Sequence[File]) -> None:
        """Let the files of a day lie in inbound."""
        for file in files:
            folder = self.workspace.inbound / file.client_id / file.feed
            folder.mkdir(parents=True, exist_ok=True)
            place = folder / file.name
            if place.exists():
                place = folder / f"again-{night}-{file.name}"
            place.write_bytes(file.text.encode())
            if file.sheet:
                self.sheets[file.client_id, file.file_hash] = file.sheet

    def read(self, night: date) -> Replies:
        """What stands below `published/current`."""
        current = self.workspace.published / "current"
        with duckdb.connect(current / "analytics.duckdb", read_only=True) as published:
            answers = self._answers(published, night)
        return Replies(answers, _read_picks(current / "picks"))

    def _answers(self, published: duckdb.DuckDBPyConnection, night: date) -> dict[str, Answer]:
        answers = {client_id: Answer() for client_id in self.client_ids}
        for client_id, warehouse_id, sku, lot_id, qty in published.execute(STOCK).fetchall():
            answers[client_id].on_hand[warehouse_id, sku, lot_id] = qty
        for client_id, warehouse_id, sku, lot_id, qty in published.execute(_gaps_query(published)).fetchall():
            answers[client_id].gaps[warehouse_id, sku, lot_id] = qty
        for client_id, order_id, line_no, shipped, wanted in published.execute(LINES).fetchall():
            answers[client_id].shipped[order_id, line_no] = shipped
            answers[client_id].wanted[order_id, line_no] = wanted
        for client_id, asn_id, sku, qty in published.execute(INBOUND).fetchall():
            answers[client_id].announced[asn_id, sku] = qty
        for client_id, asn_id, sku, qty in published.execute(PEGS).fetchall():
            answers[client_id].pegged[asn_id, sku] = qty
        for client_id, *said in published.execute(FINDINGS, [night]).fetchall():
            answers[client_id].findings.append(Open(*said))
        self._add_verdicts(published, night, answers)
        return answers

    def _add_verdicts(
        self, published: duckdb.DuckDBPyConnection, night: date, answers: dict[str, Answer]
    ) -> None:
        """What became of counts, and which rows were rejected."""
        for client_id, feed, row_no, reason in published.execute(REJECTED, [night]).fetchall():
            answers[client_id].rejected.append(f"rejected {feed} row {row_no}: {reason}")
        for client_id, file_hash, accepted, rejected in published.execute(COUNTS, [night]).fetchall():
            sheet = self.sheets[client_id, file_hash]
            if accepted:
                answers[client_id].counts_taken.add(sheet)
            if rejected:
                answers[client_id].counts_held.add(sheet)


def _gaps_query(published: duckdb.DuckDBPyConnection) -> str:
    """How open gaps are asked for: of a table of their own, where the books have one."""
    names = [name for (name,) in published.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
    kept = [name for name in names if "gap" in name]
    if not kept:
        return GAPS
    return (
        "SELECT client_id, warehouse_id, sku, coalesce(lot_id, ''), sum(qty)::BIGINT "  # noqa: S608 -- a table's name
        f"FROM {kept[0]} GROUP BY ALL"
    )


def _read_picks(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Tonight's pick rows by client, as a warehouse reads them."""
    released: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for path in sorted(folder.rglob("*.csv")):
        with path.open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                if "release_id" in row:
                    released[row["client_id"]].append({**row, "allocated_qty": row["qty"]})
    return released


def _toml(settings: Mapping[str, Any]) -> str:
    """Settings as a file: plain keys first, then a section for each table."""
    return "\n".join(_toml_lines(settings, ())) + "\n"


def _toml_lines(settings: Mapping[str, Any], path: tuple[str, ...]) -> Iterable[str]:
    for name, value in settings.items():
        if not isinstance(value, dict):
            yield f"{name} = {json.dumps(value)}"
    for name, value in settings.items():
        if isinstance(value, dict):
            yield f"[{'.'.join((*path, name))}]"
            yield from _toml_lines(value, (*path, name))
