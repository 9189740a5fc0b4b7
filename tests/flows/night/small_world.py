"""A workspace of two small clients and one warehouse, whose files a test drops and whose clock it sets."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl

from flows.clock import Clock
from flows.ledger.store.ledger import Ledger
from flows.night.run import NightResult, run_nights
from flows.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

MONDAY = date(2026, 3, 2)
TUESDAY = date(2026, 3, 3)
WEDNESDAY = date(2026, 3, 4)
THURSDAY = date(2026, 3, 5)

CLIENT = """
name = "{client_id}"
warehouses = ["W1"]

[feeds.stock]
count_basis = "physical"
count_scope = "rows"
counted_at_time = 08:00:00
"""
ITEMS = "sku,name\nA,Anorak\nB,Boots\n"
STOCK = "warehouse_id,sku,qty\nW1,A,{qty}\nW1,B,5\n"
ORDERS = "order_id,line_no,sku,qty,ordered_at\n{order_id},1,A,{qty},2026-03-02 09:00\n"


def make_world(root: Path) -> Workspace:
    """The settings, and nothing dropped yet. The warehouse closes at 18:00."""
    workspace = Workspace(root)
    for folder in (workspace.clients, workspace.warehouses, workspace.inbound):
        folder.mkdir(parents=True)
    workspace.settings_file.write_text("settle_seconds = 0\nmin_free_bytes = 0\n", "utf-8")
    (workspace.warehouses / "W1.toml").write_text(
        'name = "W1"\nallocator = "us"\ncut_off = 18:00:00\n', "utf-8"
    )
    for client_id in ("acme", "bolt"):
        (workspace.clients / f"{client_id}.toml").write_text(CLIENT.format(client_id=client_id), "utf-8")
    return workspace


def drop(workspace: Workspace, place: str, text: str) -> Path:
    """A whole file in inbound."""
    path = workspace.inbound / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def drop_first_day(workspace: Workspace, client_id: str = "acme", *, stock: int = 3) -> None:
    """Items, a count and an order of four A."""
    drop(workspace, f"{client_id}/items/items.csv", ITEMS)
    drop(workspace, f"{client_id}/stock/count.csv", STOCK.format(qty=stock))
    drop(workspace, f"{client_id}/orders/first.csv", ORDERS.format(order_id="O1", qty=4))


def clock_at(day: date, hour: int = 22) -> Clock:
    """A clock that stands still."""
    instant = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return Clock(now=lambda: instant, sleep=lambda _seconds: None)


def clock_after(day: date) -> Clock:
    """Four in the morning after a day."""
    return clock_at(day + timedelta(days=1), hour=4)


def run_night(workspace: Workspace, day: date, **how: Any) -> list[NightResult]:  # noqa: ANN401 -- as run_nights has them
    """The nights up to a date, run in the morning after it."""
    return run_nights(workspace, business_date=day, clock=clock_after(day), **how)


def files_of(workspace: Workspace, version: int) -> dict[str, str]:
    """The verdict of each file of a version, by client, feed and name."""
    with Ledger.open(workspace) as ledger:
        files = ledger.load_added("files", version)
    names = files.select(pl.concat_str("client_id", "feed", "file_name", separator="/"), "verdict")
    return dict(names.iter_rows())


def lines_of(workspace: Workspace) -> dict[str, tuple[int, int]]:
    """Open and released units of each order line, as the books have them now."""
    with Ledger.open(workspace) as ledger:
        lines = ledger.load_table("order_lines")
    columns = lines.select(pl.concat_str("client_id", "order_id", separator="/"), "open_qty", "released_qty")
    return {name: (open_qty, released_qty) for name, open_qty, released_qty in columns.iter_rows()}


def touch_back(path: Path, moment: datetime) -> None:
    """Let a file look as if it had been written at a moment."""
    os.utime(path, (moment.timestamp(), moment.timestamp()))
