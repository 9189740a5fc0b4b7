"""From a landed file to the rows of its feed."""

from __future__ import annotations

import gzip
from datetime import date
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from flows.inbound.reading import forms
from flows.inbound.reading.forms import RowsAgain, read_again, read_landed_file
from schemas.errors import DamageError
from schemas.vocabulary.codes import ReasonCode
from tests.flows.inbound.dropping import ACME, drop, landed_in, workspace_in
from tests.flows.inbound.formats.workbooks.books import book, sheet, styles
from tests.flows.inbound.formats.workbooks.books import header as cells
from transforms.intake.file_form import Catalogue, FileForm

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from flows.workspace import Workspace

ORDERS = b"order_id,sku,qty,ordered_at\nO1,A,2,2026-03-01T10:00:00\n"


def form_in(workspace: Workspace) -> FileForm:
    """The form of the one file that was dropped."""
    [landed] = landed_in(workspace)
    return read_landed_file(
        landed, business_date=date(2026, 3, 2), client=ACME, catalogue=Catalogue.blank(), workspace=workspace
    )


def test_a_dropped_file_becomes_rows_of_its_feed(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.csv", ORDERS)
    form = form_in(workspace)
    assert form.refusal is None
    assert form.rows_read == 1
    assert form.rows.orders.select("client_id", "order_id", "sku", "qty").rows() == [("acme", "O1", "A", 2)]


def test_a_line_that_is_no_row_is_rejected_and_its_text_is_kept_for_quarantine(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.csv", ORDERS + b'O2,"B,1,2026-03-01T10:00:00\nO3,C\n')
    form = form_in(workspace)
    assert form.rows_read == 3
    assert form.rejected.select("row_no", "reason_code").rows() == [(2, "bad_quotes"), (3, "column_count")]
    [landed] = landed_in(workspace)
    again = read_again(landed, [2, 3], client=ACME, workspace=workspace)
    assert isinstance(again, RowsAgain)
    assert again.frame["bo_row_no"].to_list() == [2, 3]
    assert again.faults["text"].to_list() == ['O2,"B,1,2026-03-01T10:00:00', "O3,C"]
    assert {row_no: place.line for row_no, place in again.places.items()} == {2: 3, 3: 4}


def test_a_file_that_the_reader_refuses_is_a_form_without_rows(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.csv", ORDERS + b"\xff\n")
    form = form_in(workspace)
    assert form.refusal is not None
    assert form.refusal.code is ReasonCode.BAD_ENCODING
    assert (form.rows_read, form.rows.orders.height, form.outcomes.height, form.rejected.height) == (
        0,
        0,
        0,
        0,
    )


def test_a_file_that_intake_refuses_is_refused_likewise(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.csv", b"order,sku\nO1,A\n")
    refusal = form_in(workspace).refusal
    assert refusal is not None
    assert refusal.code is ReasonCode.MISSING_COLUMN


def test_landed_bytes_that_changed_are_never_read(tmp_path: Path) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.csv", ORDERS)
    [landed] = landed_in(workspace)
    landed.landed.write_bytes(ORDERS.replace(b"2,", b"9,"))
    with pytest.raises(DamageError, match=r"was changed.*Run again"):
        read_again(landed, [1], client=ACME, workspace=workspace)
    landed.landed.unlink()
    with pytest.raises(DamageError, match="is missing"):
        read_again(landed, [1], client=ACME, workspace=workspace)


def test_packed_files_are_given_time_and_memory_for_what_they_unpack_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace, sizes = workspace_in(tmp_path), list[int]()

    def run(job: Callable[[object], object], size: int, *, shared: object) -> object:
        sizes.append(size)
        return job(shared)

    monkeypatch.setattr(forms, "RUNNER", SimpleNamespace(run=run))
    packed = gzip.compress(ORDERS, mtime=0)
    drop(workspace, "acme/orders/a.csv.gz", packed)
    assert form_in(workspace).rows_read == 1
    assert sizes == [forms.UNPACKED * len(packed)]


def test_of_a_workbook_a_cell_without_meaning_costs_its_row_only_where_it_is_read(tmp_path: Path) -> None:
    rows = [
        cells("O1", "A") + '<c><v>2</v></c><c s="1"><v>46082.5</v></c><c t="e"><v>#N/A</v></c>',
        cells("O2", "A") + '<c><f>1+1</f></c><c s="1"><v>46082.5</v></c>',
        cells("O3")
        + '<c><v>12345678901234567890</v></c><c t="e"><v>#REF!</v></c><c s="1"><v>46082.5</v></c>',
    ]
    page = sheet(cells("order_id", "sku", "qty", "ordered_at", "remark"), *rows)
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.xlsx", book(page, style=styles("d/m/yyyy h:mm")))
    form = form_in(workspace)
    assert form.rows.orders.select("order_id", "qty").rows() == [("O1", 2)]
    assert form.rejected.select("row_no", "column", "reason_code").rows() == [
        (2, "qty", "no_result"),
        (3, "sku", "lost_digits"),
        (3, "qty", "error_cell"),
    ]
    [landed] = landed_in(workspace)
    again = read_again(landed, [2], client=ACME, workspace=workspace)
    assert isinstance(again, RowsAgain)
    assert again.places[2].line == 3
