"""A published workspace made by hand: the analyst tables of one client, with a queue and its story."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import duckdb
from typer.testing import CliRunner, Result

from flows.cli.app import app
from flows.ledger.databases.control import open_control
from schemas.outputs.analyst import ANALYST_TABLES
from tests.frames import frame_of

if TYPE_CHECKING:
    from pathlib import Path

Rows = dict[str, list[dict[str, Any]]]

LINE = {"order_type": "dtc", "ship_rule": "partial", "due_on": date(2026, 3, 2), "sku": "CARD-M"}
TUESDAY = date(2026, 3, 3)
WAITS = {
    **LINE,
    "status": "open",
    "short_reason": "rank",
    "first_short_on": date(2026, 3, 2),
    "days_waiting": 1,
    "may_be_overtaken": False,
    "ordered_at": datetime(2026, 3, 2, 10, 40, tzinfo=UTC),
}
STORY: Rows = {
    "order_lines": [
        {
            **LINE,
            "order_id": "LM1001",
            "ordered_qty": 2,
            "shipped_qty": 2,
            "status": "shipped",
            "rank": None,
            "queue_place": None,
        },
        {
            **WAITS,
            "order_id": "LM1003",
            "rank": 1,
            "queue_place": 1,
            "ordered_qty": 4,
            "shipped_qty": 1,
            "open_qty": 3,
            "backordered_qty": 3,
            "ahead_qty": 0,
            "eta_on": date(2026, 3, 16),
            "told_eta_on": date(2026, 3, 16),
            "told_on": date(2026, 3, 3),
            "eta_reason": "PO-771 line 1 is expected on 2026-03-13",
        },
        {
            **WAITS,
            "order_id": "LM1004",
            "rank": 2,
            "queue_place": 2,
            "ordered_qty": 2,
            "open_qty": 2,
            "backordered_qty": 2,
            "ahead_qty": 3,
            "told_on": date(2026, 3, 2),
            "hold_reason": "incomplete_intake",
        },
    ],
    "decisions": [
        {"order_id": "LM1003", "reason_code": "rank", "qty": 1},
        {"order_id": "LM1003", "reason_code": "no_stock", "qty": 2},
        {"order_id": "LM1004", "reason_code": "order_hold", "qty": 2},
    ],
    "pegs": [
        {
            "order_id": "LM1003",
            "asn_id": "PO-771",
            "asn_line_no": 1,
            "pegged_qty": 3,
            "eta_on": date(2026, 3, 16),
        }
    ],
    "inbound": [
        {
            "asn_id": "PO-771",
            "asn_line_no": 1,
            "sku": "CARD-M",
            "first_expected_on": date(2026, 3, 6),
            "expected_on": date(2026, 3, 13),
            "announced_qty": 6,
            "remaining_qty": 6,
            "status": "expected",
        }
    ],
    "stock": [
        {"sku": "CARD-M", "on_hand_qty": 5, "available_qty": 4, "hold_qty": 1, "hold_reasons": "damaged"}
    ],
    "shipments": [
        {"order_id": "LM1003", "sku": "CARD-M", "shipment_id": "s1", "shipped_qty": 1, "shipped_on": TUESDAY},
    ],
    "notices": [
        {
            "order_id": "LM1003",
            "kind": "eta_changed",
            "eta_on": date(2026, 3, 16),
            "message_id": "m1",
            "business_date": date(2026, 3, 3),
        }
    ],
    "movements": [
        {
            "seq": seq,
            "ledger": "stock",
            "sku": "CARD-M",
            "from_account": "SUPPLIER",
            "to_account": "FREE",
            "qty": seq,
            "cause": "received",
            "file_hash": "abcdef0123456789",
            "row_no": seq,
        }
        for seq in range(1, 26)
    ],
    "nights": [
        {
            "business_date": date(2026, 3, 2),
            "version": 1,
            "laws_checked": 6,
            "held_clients": "",
            "only_posts": False,
            "seconds": 1.25,
        }
    ],
    "findings": [
        {
            "code": code,
            "subject": f"{code}-{place}",
            "owner": "supervisor",
            "detail": "5 rows",
            "opened_on": date(2026, 3, 2),
            "command": f"backorders stock acme {place} --workspace .",
        }
        for code, place in [("short_pick", 1), ("short_pick", 2), ("client_held", 3)]
    ],
}


def put_settings(root: Path) -> None:
    """Settings whose dates end in London, with a client and a warehouse."""
    (root / "workspace.toml").write_text('time_zone = "Europe/London"\n', "utf-8")
    for place, text in (
        ("clients/acme.toml", 'name = ""\nwarehouses = ["W"]\n'),
        ("warehouses/W.toml", 'allocator = "us"\n'),
    ):
        (root / place).parent.mkdir(exist_ok=True)
        (root / place).write_text(text, "utf-8")


def publish(root: Path, story: Rows) -> Path:
    """The workspace `root` with `story` published as its current analyst database."""
    version = root / "published" / "v000001"
    version.mkdir(parents=True)
    put_settings(root)
    with duckdb.connect(version / "analytics.duckdb") as connection:
        for name, table in ANALYST_TABLES.items():
            rows = frame_of(table.contract, *story.get(name, []))
            connection.register("rows", rows)
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM rows")  # noqa: S608 -- names of our contracts
            connection.unregister("rows")
    open_control(root / "ledger").close()
    (root / "published" / "current").symlink_to("v000001")
    return root


def run(*arguments: str, **kwargs: Any) -> Result:  # noqa: ANN401 -- whatever the runner takes
    """What the command printed, and its exit code; 100 columns wide."""
    environment = {"COLUMNS": "100", "TERM": "dumb", "NO_COLOR": "1"}
    return CliRunner(env=environment).invoke(app, [*arguments], **kwargs)
