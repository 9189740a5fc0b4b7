"""Fifty files that are dropped again under other names, packed, and saved as workbooks: they do nothing.

One that only resembles another is not swallowed.
"""

from __future__ import annotations

import gzip
from datetime import datetime
from typing import TYPE_CHECKING

import pytest

from flows.ledger.store.ledger import Ledger
from tests.flows.night.small_world import CLIENT, MONDAY, TUESDAY, WEDNESDAY, drop, make_world, run_night
from tests.trials.defects.libreoffice import CSV, is_there, save_again
from tests.trials.defects.writing import write_xlsx, zipped

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flows.workspace import Workspace

pytestmark = pytest.mark.thorough

CLIENTS = [f"c{number}" for number in range(10)]
FILES = {
    "items": "sku,description,safety_stock_qty\nA,Anorak grün,0\nB,Boots,2\n",
    "orders": "order_id,line_no,sku,qty,ordered_at\n{0}-1,1,B,4,2026-03-02 09:00\n"
    "{0}-2,1,B,7,2026-03-02 09:30\n",
    "receipts": "receipt_id,line_no,sku,received_at,received_qty\nR{0},1,A,2026-03-02 10:00,5\n",
    "adjustments": "sku,qty,reason,adjusted_at\nA,-1,broken,2026-03-02 11:00\nA,-1,broken,2026-03-02 11:00\n",
    "cancellations": "order_id,line_no,qty,cancelled_at\n{0}-2,1,3,2026-03-02 12:00\n",
}


def texts(client_id: str) -> Iterator[tuple[str, str]]:
    """The five files of a client, by feed."""
    return ((feed, text.format(client_id)) for feed, text in FILES.items())


def drop_bytes(workspace: Workspace, place: str, content: bytes) -> None:
    """A whole file in inbound."""
    path = workspace.inbound / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def saved_as_workbook(text: str) -> bytes:
    """The same cells as a spreadsheet program saves them: numbers and times are typed, ids are text."""
    header, *rows = [line.split(",") for line in text.splitlines()]
    typed = [[_typed(name, cell) for name, cell in zip(header, row, strict=True)] for row in rows]
    return write_xlsx([["Saved again"], [], header, *typed])


def _typed(name: str, cell: str) -> str | int | datetime:
    """A cell with its type."""
    if name.endswith("_at"):
        return datetime.fromisoformat(cell)
    return int(cell) if name.endswith(("qty", "line_no")) else cell


def posted(workspace: Workspace, version: int) -> int:
    """Movements of a version."""
    with Ledger.open(workspace) as ledger:
        return ledger.load_added("movements", version).height


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Ten clients after a night of fifty files."""
    workspace = make_world(tmp_path / "w")
    for client_id in CLIENTS:
        (workspace.clients / f"{client_id}.toml").write_text(CLIENT.format(client_id=client_id), "utf-8")
        for feed, text in texts(client_id):
            drop(workspace, f"{client_id}/{feed}/{feed}.csv", text)
    run_night(workspace, MONDAY)
    assert posted(workspace, 1) > 5 * len(CLIENTS)
    return workspace


def test_fifty_files_dropped_three_times_more_do_nothing(workspace: Workspace) -> None:
    for client_id in CLIENTS:
        for feed, text in texts(client_id):
            drop(workspace, f"{client_id}/{feed}/{feed}.csv", text)
            drop(workspace, f"{client_id}/{feed}/other name.csv", text)
            drop_bytes(workspace, f"{client_id}/{feed}/{feed}.csv.gz", gzip.compress(text.encode()))
    run_night(workspace, TUESDAY)
    for client_id in CLIENTS:
        for feed, text in texts(client_id):
            drop_bytes(workspace, f"{client_id}/{feed}/{feed}.zip", zipped({f"{feed}.csv": text.encode()}))
            drop_bytes(workspace, f"{client_id}/{feed}/{feed}.xlsx", saved_as_workbook(text))
    run_night(workspace, WEDNESDAY)
    assert [posted(workspace, version) for version in (2, 3)] == [0, 0]
    with Ledger.open(workspace) as ledger:
        assert ledger.load_added("rejected_rows", 2).is_empty()
        assert ledger.load_added("rejected_rows", 3).is_empty()


@pytest.mark.skipif(not is_there(), reason="LibreOffice is not installed")
@pytest.mark.parametrize(("ending", "to"), [("csv", CSV), ("csv", "xlsx"), ("xlsx", "xlsx"), ("xlsx", CSV)])
def test_fifty_files_that_libreoffice_saved_again_do_nothing(
    workspace: Workspace, ending: str, to: str
) -> None:
    files = {
        f"{client_id}_{feed}": text.encode() if ending == "csv" else saved_as_workbook(text)
        for client_id in CLIENTS
        for feed, text in texts(client_id)
    }
    for name, content in save_again(files, ending, to).items():
        client_id, _, feed = name.partition("_")
        drop_bytes(workspace, f"{client_id}/{feed}/saved again.{to[:4].rstrip(':')}", content)
    run_night(workspace, TUESDAY)
    assert posted(workspace, 2) == 0
    with Ledger.open(workspace) as ledger:
        assert ledger.load_added("rejected_rows", 2).is_empty()
        assert ledger.load_added("files", 2).height == len(files)


def test_a_file_that_resembles_another_is_not_swallowed(workspace: Workspace) -> None:
    for client_id in CLIENTS:
        other = dict(texts(client_id))["receipts"].replace(f"R{client_id}", f"S{client_id}")
        drop_bytes(workspace, f"{client_id}/receipts/receipts.xlsx", saved_as_workbook(other))
    run_night(workspace, TUESDAY)
    assert posted(workspace, 2) == len(CLIENTS)
