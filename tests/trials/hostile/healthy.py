"""Clients that are well: what they send, and everything that a night puts out of them."""

from __future__ import annotations

import csv
import hashlib
from typing import TYPE_CHECKING

import duckdb

from flows.outbound.analysts.analytics import FILE_NAME
from tests.flows.night.small_world import CLIENT, ORDERS, drop, drop_first_day, make_world

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from flows.workspace import Workspace

HEALTHY = ("acme", "bolt")


def healthy_clients(number: int) -> tuple[str, ...]:
    """The names of so many clients that are well; two or more."""
    return (*HEALTHY, *(f"well{at:02}" for at in range(2, number)))


PER_CLIENT = ("acks", "notices", "status", "quarantine")
"""Folders of a version that have one of each client."""


def make_healthy(root: Path, clients: Sequence[str] = HEALTHY) -> Workspace:
    """A workspace of these clients, whose first files are dropped."""
    workspace = make_world(root)
    for client_id in clients:
        (workspace.clients / f"{client_id}.toml").write_text(CLIENT.format(client_id=client_id), "utf-8")
        drop_first_day(workspace, client_id)
        drop(workspace, f"{client_id}/orders/bad.csv", ORDERS.format(order_id="O7", qty="x"))
    return workspace


def outputs_of(workspace: Workspace, clients: Sequence[str] = HEALTHY) -> dict[str, str]:
    """All that the newest version says of these clients, by name, as hashes."""
    version = workspace.published / "current"
    found = {
        f"{folder}/{client_id}/{place.relative_to(version / folder / client_id)}": place.read_bytes()
        for folder in PER_CLIENT
        for client_id in clients
        for place in sorted((version / folder / client_id).rglob("*"))
        if place.is_file()
    }
    for place in sorted((version / "picks").rglob("*.csv")):
        for client_id, rows in _rows_by_client(place):
            if client_id in clients:
                found[f"{place.relative_to(version)} {client_id}"] = rows
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in found.items()}
    return {**hashes, **dict(_tables(version / FILE_NAME, clients))}


def differing(found: dict[str, str], expected: dict[str, str]) -> list[str]:
    """What is not as expected: changed, missing or too much."""
    return sorted(name for name in {*found, *expected} if found.get(name) != expected.get(name))


def _rows_by_client(place: Path) -> Iterator[tuple[str, bytes]]:
    """The rows of a file for a warehouse of each client.

    Without the numbers of paper: they say a client's place among all that are configured, attackers, too.
    """
    rows: dict[str, list[dict[str, str]]] = {}
    with place.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            row.pop("pick_no", None)
            rows.setdefault(row["client_id"], []).append(row)
    return ((client_id, repr(own).encode()) for client_id, own in rows.items())


def _tables(database: Path, clients: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Each table of the analysts, the rows of these clients alone."""
    with duckdb.connect(database, read_only=True) as connection:
        tables = connection.execute(
            "SELECT DISTINCT table_name FROM information_schema.columns WHERE column_name = 'client_id'"
        ).fetchall()
        for (table,) in sorted(tables):
            marks = ", ".join("?" for _ in clients)
            rows = connection.execute(
                f'SELECT * FROM "{table}" WHERE client_id IN ({marks})',  # noqa: S608 -- our own names
                list(clients),
            ).fetchall()
            text = "\n".join(sorted(map(repr, rows)))
            yield f"{table} of the analysts", hashlib.sha256(text.encode()).hexdigest()
