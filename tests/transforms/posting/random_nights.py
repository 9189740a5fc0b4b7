"""Random nights of 160 clients: few skus, lots, bins and orders, so that facts meet and contradict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.intake.feeds import FEED_TABLES
from schemas.settings.client import Client, Feeds, ShipmentsFeed
from schemas.settings.policy import Policy
from schemas.vocabulary.words import Feed
from tests.frames import frame_of
from tests.transforms.posting.nights import at

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

Tables = dict[str, pl.DataFrame]
KINDS: tuple[dict[str, Any], ...] = (
    {},
    {"feeds": Feeds(shipments=ShipmentsFeed(short="explicit", short_hold_nights=1))},
    {"feeds": Feeds(shipments=ShipmentsFeed(confirm="assume")), "policy": Policy(lot_order="fifo")},
    {"time_zone": "America/New_York", "warehouses": ("W1", "W2")},
)
CLIENTS = {
    f"c{n:03}": Client.model_validate(
        {"client_id": f"c{n:03}", "name": "C", "warehouses": ("W1",)} | KINDS[n % len(KINDS)]
    )
    for n in range(160)
}
HOURS = (None, 8, 13, 20)


def _order(chance: random.Random) -> dict[str, Any]:
    return {
        "order_id": chance.choice(["o1", "o2"]),
        "line_no": chance.randint(1, 2),
        "qty": chance.choice([None, *range(12)]),
        "ordered_at": at(9),
        "consignee_id": chance.choice(["p", None]),
        "action": chance.choice(["new", "new", "new", "change", "cancel"]),
        "cleared": chance.choice(["", "", "priority|consignee_id"]),
    }


def _receipt(chance: random.Random) -> dict[str, Any]:
    return {
        "receipt_id": "g",
        "received_qty": chance.randint(-4, 15),
        "damaged_qty": chance.choice([0, 0, 1]),
        "status": chance.choice(["available", "available", "available", "qc"]),
        "asn_id": chance.choice([None, "n1"]),
        "asn_line_no": chance.choice([None, 1, 2]),
        "receipt_type": chance.choice([None, None, "return"]),
    }


def _asn(chance: random.Random) -> dict[str, Any]:
    return {
        "asn_id": chance.choice(["n1", "n2"]),
        "line_no": chance.randint(1, 2),
        "qty": chance.choice([None, 5, 10]),
        "expected_on": at(9).date(),
        "action": chance.choice(["new", "new", "change", "cancel"]),
    }


def _count(chance: random.Random) -> dict[str, Any]:
    return {
        "qty": chance.randint(0, 20),
        "counted_at": chance.choice([at(7), at(12)]),
        "status": chance.choice(["available", "available", "damaged"]),
        "origin_hash": chance.choice([None, "held"]),
    }


def _adjustment(chance: random.Random) -> dict[str, Any]:
    return {"qty": chance.choice([-9, -3, -1, 1, 4]), "reason": "check"}


def _cancellation(chance: random.Random) -> dict[str, Any]:
    return {
        "order_id": chance.choice(["o1", "o2", "o9"]),
        "sku": chance.choice([None, "A"]),
        "line_no": chance.choice([None, 1, 2]),
        "qty": chance.choice([None, 1, 4]),
        "consignee_id": "p",
        "match_on": chance.choice([None, None, "consignee_id|sku"]),
    }


def _shipment(chance: random.Random) -> dict[str, Any]:
    return {
        "release_id": chance.choice([None, "r0", "r1", "r1", "r2"]),
        "order_id": chance.choice(["o1", "o2"]),
        "line_no": chance.choice([None, 1, 2]),
        "sku": chance.choice(["A", "B"]),
        "shipped_qty": chance.choice([*range(8), -1]),
        "short_qty": chance.choice([None, None, 1]),
        "is_final": chance.choice([None, None, True, False]),
    }


MAKERS: dict[str, Callable[[random.Random], dict[str, Any]]] = {
    "orders": _order,
    "receipts": _receipt,
    "asns": _asn,
    "stock": _count,
    "adjustments": _adjustment,
    "cancellations": _cancellation,
    "shipments": _shipment,
}
PLACED = ("receipts", "stock", "adjustments", "shipments")


def random_night(chance: random.Random) -> Tables:
    """Rows of a night of every client: few skus, lots, bins and orders, so that facts meet and contradict."""
    tables: Tables = {}
    for feed, make in MAKERS.items():
        rows = []
        for client in CLIENTS:
            for number in range(1, chance.choice([0, 1, 2, 5]) + 1):
                hour = chance.choice(HOURS)
                row = {"sku": chance.choice(["A", "B"])} | make(chance)
                row |= {"client_id": client, "row_no": number, "file_feed": feed}
                row |= {"file_hash": f"{feed}{chance.randint(1, 2)}", "effective_at": hour and at(hour)}
                if feed in PLACED:
                    anywhere = [None] if feed in ("adjustments", "shipments") else []
                    row |= {
                        "lot_id": chance.choice(["", "L1", *anywhere]),
                        "bin_id": chance.choice(["DOCK", "B1", *anywhere]),
                    }
                rows.append(row)
        tables[feed] = frame_of(FEED_TABLES[Feed(feed)], *rows)
    return tables
