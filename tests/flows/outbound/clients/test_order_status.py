"""Order status files."""

from __future__ import annotations

from codecs import BOM_UTF8

from flows.outbound.clients.order_status import render_order_status
from flows.outbound.workbooks import read_workbook
from schemas.night import AsOf
from schemas.outputs.reports import StatusLine
from tests.frames import NIGHT, frame_of


def test_each_client_gets_its_own_lines_and_one_without_any_a_header() -> None:
    row = {"order_id": "O1", "sku": "=A", "reason": "4 of 9 wait", "who_acts": "nobody", "status": "open"}
    rows = frame_of(StatusLine, row | {"client_id": "acme"}, row | {"client_id": "other", "order_id": "O2"})
    documents = render_order_status(
        rows, clients=dict.fromkeys(["quiet", "acme", "other"], "csv"), as_of=AsOf(NIGHT)
    )
    texts = {document.path: document.content.decode("utf-8-sig") for document in documents}
    assert list(texts) == [
        f"status/{name}/order_status_2026-03-02_1.csv" for name in ("acme", "other", "quiet")
    ]
    acme, other, quiet = texts.values()
    assert "O1" in acme
    assert "O2" not in acme
    assert "O2" in other
    assert quiet == ",".join(StatusLine.names()) + "\n"


def test_a_spreadsheet_runs_nothing_of_it() -> None:
    row = {"order_id": "-O1", "sku": "=A", "reason": "", "who_acts": "nobody", "status": "open"}
    (document,) = render_order_status(frame_of(StatusLine, row), clients={"acme": "csv"}, as_of=AsOf(NIGHT))
    assert b"acme,'-O1,,,'=A," in document.content


def test_a_spreadsheet_knows_its_accents_by_the_mark() -> None:
    (document,) = render_order_status(frame_of(StatusLine), clients={"acme": "csv"}, as_of=AsOf(NIGHT))
    assert document.content.startswith(BOM_UTF8)


def test_a_client_who_asks_for_workbooks_gets_the_same_lines_as_they_are() -> None:
    row = {"order_id": "00123", "sku": "=A", "reason": "", "who_acts": "nobody", "status": "open"}
    rows = frame_of(StatusLine, row)
    (document,) = render_order_status(rows, clients={"acme": "xlsx"}, as_of=AsOf(NIGHT))
    assert document.path == "status/acme/order_status_2026-03-02_1.xlsx"
    read = read_workbook(document.content)
    assert read.columns == StatusLine.names()
    assert read.select("order_id", "sku").row(0) == ("00123", "=A")
