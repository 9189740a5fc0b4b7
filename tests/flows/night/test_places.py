"""A place in a file is one thing wherever people read of it: the line of a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.ledger.store.ledger import Ledger
from tests.flows.night.small_world import CLIENT, MONDAY, TUESDAY, drop, drop_first_day, make_world, run_night

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

TITLED = "Export of Monday,,,,\n\norder_id,line_no,sku,qty,{when},consignee_name\n"
ORDERS = TITLED.format(when="ordered_at") + (
    'O4,1,A,2,2026-03-02 09:00,"Ann\nHill"\n\n'
    "O5,1,A,many,2026-03-02 09:00,Ben\nO5,2,A,1,2026-03-02 09:00,Ben\n"
)
"""Two lines of title, a cell of two lines and a blank line: O5 line 1 is data row 2, and stands in line 6."""

CANCELLED = TITLED.format(when="cancelled_at") + "O5,2,A,9,2026-03-02 10:00,\n"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """A client whose files of orders and cancellations have two lines above the names of their columns."""
    workspace = make_world(tmp_path / "data")
    titled = "".join(f"[feeds.{feed}]\ntitle_lines = 2\n" for feed in ("orders", "cancellations"))
    (workspace.clients / "acme.toml").write_text(CLIENT.format(client_id="acme") + titled, "utf-8")
    drop_first_day(workspace)
    (workspace.inbound / "acme/orders/first.csv").unlink()
    drop(workspace, "acme/orders/shop.csv", ORDERS)
    drop(workspace, "acme/cancellations/c.csv", CANCELLED)
    run_night(workspace, MONDAY)
    return workspace


def detail_of(place: Workspace, version: int, code: str) -> list[str]:
    with Ledger.open(place) as ledger:
        return ledger.load_added("findings", version).filter(code=code)["detail"].to_list()


@pytest.mark.thorough
def test_answers_status_notes_and_findings_name_the_line_of_a_spreadsheet(place: Workspace) -> None:
    (answer,) = place.published.glob("current/acks/acme/orders/*.txt")
    assert "\n  line 6, order_id O5, qty: " in answer.read_text("utf-8")
    (status,) = place.published.glob("current/status/acme/*.csv")
    rejected = pl.read_csv(status).filter(status="rejected")
    assert rejected.select("order_id", "file_name", "file_line").rows() == [("O5", "shop.csv", 6)]
    (noted,) = place.published.glob("current/acks/acme/cancellations/*.txt")
    assert "\n  accepted, line 4: " in noted.read_text("utf-8")
    (waits,) = detail_of(place, 1, "incomplete_intake")
    assert waits.startswith("line 6 of orders/shop.csv was rejected on 2026-03-02")
    run_night(place, TUESDAY)
    (still,) = detail_of(place, 2, "incomplete_intake")
    assert still.startswith("data row 2 of orders/shop.csv was rejected on 2026-03-02")
