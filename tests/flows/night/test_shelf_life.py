"""Shelf life from the dropped files to the picks: lots that are too short wait for whoever may have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.ledger.store.ledger import Ledger
from tests.flows.night.small_world import MONDAY, TUESDAY, WEDNESDAY, drop, lines_of, make_world, run_night

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

pytestmark = pytest.mark.thorough

RECEIPTS = """receipt_id,warehouse_id,sku,lot_id,expiry_on,received_qty,received_on
G1,W1,A,SHORT,2026-03-06,5,2026-03-02
G2,W1,A,LONG,2026-04-30,2,2026-03-02
"""
ORDERS = """order_id,line_no,sku,qty,ordered_at,min_shelf_life_days
O1,1,A,4,2026-03-02 09:00,10
O2,1,A,2,2026-03-02 10:00,
"""
CHANGES = "order_id,line_no,sku,action,changed_at,min_shelf_life_days\nO1,1,A,change,{at},{days}\n"


def released(workspace: Workspace, version: int) -> list[tuple[str, str, int]]:
    """Order, lot and units of what a version released."""
    with Ledger.open(workspace) as ledger:
        allocations = ledger.load_added("allocations", version)
    return allocations.select("order_id", "lot_id", "allocated_qty").sort(pl.all()).rows()


def test_a_line_waits_for_lots_that_last_until_its_client_asks_for_less(tmp_path: Path) -> None:
    workspace = make_world(tmp_path)
    drop(workspace, "acme/items/items.csv", "sku,name\nA,Anorak\n")
    drop(workspace, "acme/receipts/received.csv", RECEIPTS)
    drop(workspace, "acme/orders/orders.csv", ORDERS)
    [first] = run_night(workspace, MONDAY)
    assert released(workspace, 1) == [("O1", "LONG", 2), ("O2", "SHORT", 2)]
    assert lines_of(workspace)["acme/O1"] == (2, 2)
    with Ledger.open(workspace) as ledger:
        decisions = ledger.load_added("decisions", 1)
    assert decisions.select("order_id", "reason_code", "qty").rows() == [("O1", "shelf_life", 2)]
    assert first.as_of.business_date == MONDAY

    drop(workspace, "acme/orders/tuesday.csv", CHANGES.format(at="2026-03-03 09:00", days=4))
    run_night(workspace, TUESDAY)
    assert released(workspace, 2) == []
    drop(workspace, "acme/orders/wednesday.csv", CHANGES.format(at="2026-03-04 09:00", days="~"))
    run_night(workspace, WEDNESDAY)
    assert released(workspace, 3) == [("O1", "SHORT", 2)]
    assert lines_of(workspace)["acme/O1"] == (0, 4)
