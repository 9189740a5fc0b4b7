"""Make a small workspace of the format that the program has: `python -m tests.formats.make FOLDER`.

The sample's clients and a client of odd cases (fences, lost reservations, raised orders, waiting rows,
holds) after two nights, the files of the third in inbound. Needs nothing of the tests, so that a program
of long ago can run it, too.
"""

from __future__ import annotations

import shutil
import sqlite3
import sys
import tarfile
import tempfile
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl

from flows.clock import Clock
from flows.ledger.store.ledger import Ledger
from flows.night.run import run_nights
from flows.workspace import Workspace

SAMPLE = Path(__file__).parents[2] / "data" / "sample"
NIGHTS = [date(2026, 3, day) for day in (2, 3, 4)]
NEXT = NIGHTS[-1]
"""The night whose files wait."""

ODD = "oldhall"
SETTINGS = """
name = "Oldhall Odds"
warehouses = ["LEEDS"]

[policy]
ship_rule = "partial"
holdback = "strict"

[[policy.fences]]
name = "trade"
sku = ["C"]
channel = ["trade"]
qty = 10
until = 2026-03-31

[notices]
mode = "preview"
brand = "Oldhall"
reply_to = "care@oldhall.example.com"

[feeds.stock]
count_basis = "physical"
count_scope = "rows"

[feeds.shipments]
confirm = "feed"
short = "explicit"
"""
ORDERS = "order_id,line_no,sku,qty,ordered_at,action,changed_at,ship_rule,channel,ship_to_name,email\n"
FILES = {
    NIGHTS[0]: {
        "items/items.csv": "sku,description,uoms\nA,Anorak,\nB,Boots,CA:6\nC,Cap,\n",
        "stock/count.csv": (
            "warehouse_id,bin_id,lot_id,sku,qty,counted_at\nLEEDS,A1,,A,10,2026-03-02T06:00:00\n"
            "LEEDS,B1,,B,3,2026-03-02T06:00:00\nLEEDS,C1,L1,C,40,2026-03-02T06:00:00\n"
        ),
        "asns/asns.csv": "asn_id,line_no,warehouse_id,sku,expected_on,qty\nP1,1,LEEDS,A,2026-03-05,30\n",
        "orders/orders.csv": ORDERS
        + "H1,1,A,4,2026-03-02T08:00:00,,,order_complete,web,Ann Ash,ann@example.com\n"
        + "H1,2,B,5,2026-03-02T08:00:00,,,order_complete,web,Ann Ash,ann@example.com\n"
        + "H2,1,C,20,2026-03-02T08:10:00,,,,web,Ben Birch,ben@example.com\n"
        + "H3,1,A,20,2026-03-02T08:20:00,,,,web,Cy Cole,cy@example.com\n"
        + "H4,1,NOSUCH,1,2026-03-02T08:30:00,,,,web,Di Dean,di@example.com\n",
    },
    NIGHTS[1]: {
        "orders/more.csv": ORDERS
        + "H3,1,A,26,2026-03-02T08:20:00,change,2026-03-03T09:00:00,,,,\n"
        + "H5,1,C,2,2026-03-03T09:10:00,,,,web,Ed Elm,ed@example.com\n"
        + "H5,2,C,many,2026-03-03T09:10:00,,,,web,Ed Elm,ed@example.com\n"
        + "H6,1,C,4,2026-03-03T09:20:00,,,,trade,Flo Fir,flo@example.com\n",
        "adjustments/lost.csv": (
            "warehouse_id,bin_id,sku,qty,reason,adjusted_at,event_id\n"
            "LEEDS,B1,B,-2,damaged,2026-03-03T10:00:00,E1\n"
        ),
        "shipments/shipped.csv": (
            "order_id,line_no,sku,shipped_qty,short_qty,short_reason,shipped_at,event_id\n"
            "H2,1,C,15,5,not_found,2026-03-03T11:00:00,S1\n"
        ),
    },
    NIGHTS[2]: {
        "receipts/in.csv": (
            "receipt_id,line_no,warehouse_id,sku,received_on,received_qty,bin_id,asn_id,asn_line_no\n"
            "R1,1,LEEDS,A,2026-03-04,30,A2,P1,1\n"
        ),
        "orders/mended.csv": ORDERS + "H5,2,C,3,2026-03-03T09:10:00,,,,web,Ed Elm,ed@example.com\n",
        "shipments/shipped.csv": (
            "order_id,line_no,sku,shipped_qty,shipped_at,event_id\nH3,1,A,6,2026-03-04T11:00:00,S2\n"
        ),
    },
}
"""Of the odd client, by night."""


def make_workspace(root: Path) -> Workspace:
    """The workspace after two nights, the third one's files dropped."""
    root.mkdir(parents=True)
    shutil.copy(SAMPLE / "workspace.toml", root)
    for folder in ("clients", "warehouses"):
        shutil.copytree(SAMPLE / folder, root / folder)
    (root / "clients" / f"{ODD}.toml").write_text(SETTINGS, encoding="utf-8")
    workspace = Workspace(root)
    for night in NIGHTS:
        drop_files(workspace, night)
        if night != NEXT:
            run_night(workspace, night)
    return workspace


def drop_files(workspace: Workspace, night: date) -> None:
    """What the clients send for a night."""
    shutil.copytree(SAMPLE / "nights" / str(night), workspace.inbound, dirs_exist_ok=True)
    for name, text in FILES[night].items():
        path = workspace.inbound / ODD / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run_night(workspace: Workspace, night: date) -> None:
    """One night, run at four in the morning after it."""
    morning = datetime.combine(night + timedelta(days=1), time(4), UTC)
    run_nights(workspace, business_date=night, clock=Clock(now=lambda: morning, sleep=lambda _seconds: None))


def describe_books(workspace: Workspace) -> str:
    """What the books say: units of each order line and of each account of stock, and rows of other tables."""
    with Ledger.open(workspace) as ledger:
        books = ledger.load_books().tables()
    lines, stock = books.pop("order_lines"), books.pop("stock_balances")
    places = ["ordered", "open", "reserved", "released", "shipped", "cancelled"]
    keys = ["client_id", "order_id", "line_no"]
    shelf = ["client_id", "warehouse_id", "sku", "account"]
    units = stock.group_by(shelf).agg(pl.col("qty").sum())
    return "\n".join(
        [
            "client order line: ordered open reserved released shipped cancelled",
            *(
                _row(row)
                for row in lines.select(*keys, *(f"{name}_qty" for name in places)).sort(keys).rows()
            ),
            "client warehouse sku account: units",
            *(_row(row) for row in units.sort(shelf).rows()),
            "table: rows",
            *(f"{name} {table.height}" for name, table in sorted(books.items())),
            "",
        ]
    )


def pack(workspace: Workspace, place: Path) -> None:
    """The workspace as an archive: what the next night needs, and what the last one published."""
    with tarfile.open(place, "w:xz", preset=9) as archive:
        for path in sorted(workspace.root.rglob("*")):
            name = path.relative_to(workspace.root)
            is_needed = name.parts[0] not in {"run.lock", "staging", "outbox"} and "v000001" not in name.parts
            if is_needed:
                archive.add(path, str(name), recursive=False, filter=_nobodys)


def make(folder: Path) -> None:
    """Write both files of the program's format."""
    with tempfile.TemporaryDirectory() as scratch:
        workspace = make_workspace(Path(scratch) / "workspace")
        with sqlite3.connect(workspace.ledger / "control.sqlite") as connection:
            (found,) = connection.execute("PRAGMA user_version").fetchone()
        connection.close()
        pack(workspace, folder / f"format-{found}.tar.xz")
        run_night(workspace, NEXT)
        (folder / f"format-{found}.txt").write_text(describe_books(workspace), encoding="utf-8")


def _row(values: tuple[object, ...]) -> str:
    return " ".join(map(str, values))


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the names of whoever made it."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


if __name__ == "__main__":
    make(Path(sys.argv[1]))
