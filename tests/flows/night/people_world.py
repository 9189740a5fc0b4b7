"""A small world with people in it: Ann's order ships, Bob waits and cancels, Cyd's row is rejected."""

from __future__ import annotations

import os
from datetime import timedelta
from typing import TYPE_CHECKING

from tests.flows.night.small_world import CLIENT, MONDAY, drop, drop_first_day, make_world, run_night

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

    from flows.night.run import NightResult
    from flows.workspace import Workspace

PEOPLE = {"ANN": "Annabel Quexley", "BOB": "Bob Zwingli-Wren", "CYD": "Cyd Vexworth"}
NAMES = {**PEOPLE, "NEW": "Newton Abbotsley"}
"""The person of each order."""

LETTERS = (
    CLIENT.replace("[feeds", 'pick_contacts = ["phone", "email"]\n\n[feeds', 1)
    + """
[feeds.shipments]
confirm = "assume"

[notices]
mode = "live"
from_address = "care@acme.test"
tell_after_days = 0
"""
)
HEADER = (
    "order_id,line_no,sku,qty,ordered_at,ship_to_name,ship_to_company,ship_to_address,ship_to_address_2,"
    "ship_to_postcode,ship_to_store_no,phone,email\n"
)
PEOPLE_DAYS = 2


def make_people_world(root: Path) -> Workspace:
    """A workspace of one client that keeps people for two days; nothing dropped yet."""
    workspace = make_world(root)
    workspace.settings_file.write_text(
        f"settle_seconds = 0\nmin_free_bytes = 0\npeople_days = {PEOPLE_DAYS}\n", "utf-8"
    )
    (workspace.clients / "bolt.toml").unlink()
    (workspace.clients / "acme.toml").write_text(LETTERS.format(client_id="acme"), "utf-8")
    return workspace


def people_of_two_nights(root: Path) -> Workspace:
    """Ann's order is picked and ships the next day, Bob waits and cancels, Cyd's row is rejected."""
    workspace = make_people_world(root)
    drop_people(workspace)
    night_after(workspace, 0)
    drop_cancellation(workspace, "BOB")
    night_after(workspace, 1)
    return workspace


def order_row(order_id: str, qty: int | str, sku: str = "A") -> str:
    """An order of a person."""
    name = NAMES[order_id]
    mail = mail_of(order_id)
    address = f"{name} Ltd,1 {name} Street,c/o {name},LS1 4DY,no {name}"
    return f"{order_id},1,{sku},{qty},2026-03-02 09:00,{name},{address},0800{name},{mail}\n"


def mail_of(order_id: str) -> str:
    """The mail address of an order's person."""
    return f"{NAMES[order_id].split()[0].lower()}@mail.test"


def drop_people(workspace: Workspace, name: str = "people.csv") -> None:
    """Stock, and the three orders in one file."""
    drop_first_day(workspace)
    (workspace.inbound / "acme/orders/first.csv").unlink()
    rows = order_row("ANN", 3) + order_row("BOB", 2) + order_row("CYD", "many")
    drop(workspace, f"acme/orders/{name}", HEADER + rows)


def drop_cancellation(workspace: Workspace, order_id: str) -> None:
    """A client's word that an order is off; no person stands in it."""
    drop(
        workspace,
        "acme/cancellations/off.csv",
        f"order_id,line_no,cancelled_at\n{order_id},1,2026-03-03 10:00\n",
    )


def night_after(workspace: Workspace, days: int) -> NightResult:
    """The night so many days after the first Monday, with those that were missed before it."""
    return run_night(workspace, day_after(days))[-1]


def day_after(days: int) -> date:
    """The day so many days after the first Monday."""
    return MONDAY + timedelta(days=days)


def places_of(workspace: Workspace, order_id: str, folders: Iterable[str] = ("",)) -> list[str]:
    """Every file below the folders in whose bytes the order's person stands, by its path."""
    wanted = [NAMES[order_id].encode(), mail_of(order_id).encode()]
    files = {
        place
        for folder in folders
        for place in (workspace.root / folder).rglob("*")
        if place.is_file() and (workspace.published / "current") not in place.parents
    }
    return sorted(
        place.relative_to(workspace.root).as_posix()
        for place in files
        if any(token in place.read_bytes().replace(b"=\r\n", b"") for token in wanted)
    )


def writable_places(version: Path) -> list[str]:
    """What of a published version somebody could change."""
    places = [version, *version.rglob("*")]
    return sorted(place.name for place in places if place.stat().st_mode & 0o222)


def touch(place: Path, day: date) -> None:
    """Let a file look as if it had been written on a day."""
    seconds = (day - MONDAY).total_seconds() + 1_772_409_600
    os.utime(place, (seconds, seconds))
