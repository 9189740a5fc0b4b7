"""A corrected quarantine file is known by its own columns, under any name and in any format."""

from __future__ import annotations

import csv
import gzip
import io
import json
from typing import TYPE_CHECKING

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook

from flows.configuration import read_configuration
from flows.ledger.store.ledger import Ledger
from flows.night.planning.memory import recall
from flows.rehearsal import find_client, rehearse_content
from schemas.vocabulary.words import Feed
from tests.flows.night.small_world import CLIENT, MONDAY, TUESDAY, files_of, make_world, run_night
from tests.trials.defects.writing import write_xlsx, zipped
from transforms.intake.file_form import SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flows.workspace import Workspace
    from schemas.intake.refusal import Refusal

    Rows = list[list[str]]

pytestmark = pytest.mark.thorough

HEADER = ["order_id", "line_no", "sku", "qty", "ordered_at"]
LINES = [["007", "1", "A", "many", "2026-03-02 09:00"], ["007", "2", "B", "2", "2026-03-02 09:00"]]


def as_csv(rows: Rows, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Delimited text."""
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def as_workbook(rows: Rows) -> bytes:
    """A workbook of another program, below a remark and beside an empty sheet."""
    book, written = Workbook(), io.BytesIO()
    page = book.worksheets[0]
    page.title = "Tabelle1"
    book.create_sheet("Tabelle2")
    for row in [["corrected by Ann"], [], *rows]:
        page.append([cell.removeprefix("'") for cell in row])
    book.save(written)
    return written.getvalue()


def as_records(rows: Rows) -> bytes:
    """Objects in an array."""
    return json.dumps([dict(zip(rows[0], row, strict=True)) for row in rows[1:]]).encode()


def as_parquet(rows: Rows) -> bytes:
    """Columns of texts."""
    written = io.BytesIO()
    pl.DataFrame(rows[1:], schema=rows[0], orient="row").write_parquet(written)
    return written.getvalue()


ITEMS = 'columns = { line_no = "items.line_no", sku = "items.sku", qty = "items.qty" }'

SENT: dict[str, tuple[str, bytes, str]] = {
    "text": ("orders_1.csv", as_csv([HEADER, *LINES]), 'files = "orders_*.csv"'),
    "german": (
        "orders_1.csv", as_csv([["x"], HEADER, *LINES], ";", "cp1252"),
        'files = "orders_*.csv"\ndelimiter = ";"\nencoding = "cp1252"\ntitle_lines = 1',
    ),
    "bare": ("orders_1.csv", as_csv(LINES), f'files = "orders_*.csv"\nheader = {json.dumps(HEADER)}'),
    "book": ("orders_1.xlsx", write_xlsx([HEADER, *LINES]), 'files = "orders_*.xlsx"\nsheet = "Sheet1"'),
    "lines": (
        "orders_1.json",
        json.dumps([{"order_id": "007", "ordered_at": "2026-03-02 09:00", "items": [
            dict(zip(HEADER[1:4], line[1:4], strict=True)) for line in LINES]}]).encode(),
        f'files = "orders_*.json"\nlines = "items"\n{ITEMS}',
    ),
    "records": (
        "orders_1.json",
        json.dumps({"data": {"rows": [dict(zip(HEADER, line, strict=True)) for line in LINES]}}).encode(),
        'files = "orders_*.json"\nrecords = "data.rows"',
    ),
    "wide": (
        "orders_1.csv",
        as_csv([["order_id", "ordered_at", "sku 1", "qty 1", "sku 2", "qty 2"],
                ["007", "2026-03-02 09:00", "A", "many", "B", "2"]]),
        'files = "orders_*.csv"\nwide = { sku = "sku {n}", qty = "qty {n}" }',
    ),
    "filled": (
        "orders_1.csv", as_csv([HEADER, LINES[0], ["", "2", "B", "2", ""]]),
        'files = "orders_*.csv"\nfill_down = ["order_id", "ordered_at"]',
    ),
}  # fmt: skip
"""How the file was sent first: its name, its bytes, and the settings of the feed."""

SAVED: dict[str, tuple[str, Callable[[Rows], bytes]]] = {
    "text": ("Kopie von orders_1 (korrigiert).txt", as_csv),
    "german": ("Mappe1.csv", lambda rows: as_csv(rows, ";", "cp1252")),
    "unicode": ("orders_1.txt", lambda rows: as_csv(rows, "\t", "utf-16")),
    "book": ("Mappe1.xlsx", as_workbook),
    "book zipped": ("Mappe1.zip", lambda rows: zipped({"Mappe1.xlsx": as_workbook(rows)})),
    "zipped": ("fixed.zip", lambda rows: zipped({"a folder/": b"", "a folder/fixed.csv": as_csv(rows)})),
    "packed": ("fixed.csv.gz", lambda rows: gzip.compress(as_csv(rows))),
    "records": ("fixed.json", as_records),
    "parquet": ("fixed.parquet", as_parquet),
}
"""How it comes back: its name now, and its bytes."""


def quarantine_of(workspace: Workspace, client_id: str) -> Rows:
    """The cells of the quarantine file of a client."""
    (path,) = workspace.published.glob(f"current/quarantine/{client_id}/orders/*/*")
    if path.suffix == ".xlsx":
        return [
            ["" if cell is None else str(cell) for cell in row]
            for row in load_workbook(path).worksheets[0].values
        ]
    content = path.read_bytes()
    is_german = content.splitlines()[0].count(b";") > 1
    text = content.decode("cp1252" if is_german else "utf-8-sig")
    return list(csv.reader(io.StringIO(text), delimiter=";" if is_german else ","))


def rehearse(workspace: Workspace, client_id: str, name: str, content: bytes) -> Refusal | None:
    """What `check` says of a file as a whole."""
    client = find_client(read_configuration(workspace), client_id)
    source = SourceFile(client_id, Feed.ORDERS, "f" * 64, name, TUESDAY)
    return rehearse_content(content, source, client, recall(workspace, client_id)).refusal


@pytest.mark.parametrize("sent", SENT)
def test_a_corrected_file_comes_back_under_any_name_in_any_format(tmp_path: Path, sent: str) -> None:
    workspace = make_world(tmp_path / "w")
    name, content, settings = SENT[sent]
    clients = {f"c{place}": saved for place, saved in enumerate(SAVED)}
    for client_id in clients:
        text = CLIENT.format(client_id=client_id) + f"\n[feeds.orders]\n{settings}\n"
        (workspace.clients / f"{client_id}.toml").write_text(text, "utf-8")
        folder = workspace.inbound / client_id / "orders"
        folder.mkdir(parents=True)
        (folder / name).write_bytes(content)
    run_night(workspace, MONDAY)
    for client_id, saved in clients.items():
        file_name, save = SAVED[saved]
        rows = [
            ["5" if cell == "many" else cell for cell in row] for row in quarantine_of(workspace, client_id)
        ]
        returned = save(rows)
        assert rehearse(workspace, client_id, file_name, returned) is None
        (workspace.inbound / client_id / "orders" / file_name).write_bytes(returned)
    run_night(workspace, TUESDAY)
    with Ledger.open(workspace) as ledger:
        assert ledger.load_added("rejected_rows", 2).is_empty()
        lines = ledger.load_table("order_lines").select("client_id", "order_id", "line_no", "ordered_qty")
    assert sorted(lines.rows()) == sorted(
        (client_id, "007", line, qty) for client_id in clients for line, qty in ((1, 5), (2, 2))
    )
    assert set(files_of(workspace, 2).values()) == {"loaded"}
