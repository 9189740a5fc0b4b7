"""Order status files."""

from __future__ import annotations

from flows.outbound.clients.order_status import render_order_status
from schemas.night import AsOf
from schemas.outputs.reports import StatusLine
from tests.frames import NIGHT, frame_of


def test_each_client_gets_its_own_lines_and_one_without_any_a_header() -> None:
    row = {"order_id": "O1", "sku": "=A", "reason": "4 of 9 wait", "who_acts": "nobody", "status": "open"}
    rows = frame_of(StatusLine, row | {"client_id": "acme"}, row | {"client_id": "other", "order_id": "O2"})
    documents = render_order_status(rows, clients=["quiet", "acme", "other"], as_of=AsOf(NIGHT))
    texts = {document.path: document.content.decode() for document in documents}
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
    (document,) = render_order_status(frame_of(StatusLine, row), clients=["acme"], as_of=AsOf(NIGHT))
    assert b"acme,'-O1,,,'=A," in document.content
