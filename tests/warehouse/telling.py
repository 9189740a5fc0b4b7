"""The files of an evening: rows by feed, in one file or several, now and then twice."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.warehouse.world import Row, World

EVENTS = ("receipts", "adjustments", "shipments")
ITEMS = "items"


@dataclass(frozen=True)
class File:
    """A file that lies in a client's inbound folder."""

    client_id: str
    feed: str
    name: str
    text: str
    sheet: str = ""
    """The count that it tells."""

    @property
    def file_hash(self) -> str:
        """What identifies its bytes."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @property
    def said(self) -> str:
        """What identifies its cells, in whatever order its columns and rows stand."""
        rows = csv.DictReader(io.StringIO(self.text))
        cells = sorted(repr(sorted((name, cell) for name, cell in row.items() if cell)) for row in rows)
        return hashlib.sha256("".join(cells).encode()).hexdigest()


def write_files(world: World) -> list[File]:
    """What the warehouse and the shop drop on the evening of the world's day."""
    due = [row for row in world.rows if row.told_on == world.day]
    world.rows = [row for row in world.rows if row.told_on > world.day]
    files: list[File] = []
    for feed in sorted({row.feed for row in due}):
        mine = [row for row in due if row.feed == feed]
        if feed == "stock":
            sheets = sorted({row.values["_sheet"] for row in mine})
            files += [
                _file(world, feed, [row for row in mine if row.values["_sheet"] == sheet], sheet)
                for sheet in sheets
            ]
            continue
        files += _events(world, feed, mine)
    files += world.again.pop(world.day, [])
    world.sent.append((world.day, files))
    return files


def _events(world: World, feed: str, rows: list[Row]) -> list[File]:
    """Rows of one feed as files: cut up, shuffled, with those of yesterday once more, or sent again later."""
    if feed in EVENTS and world.may("cut", 0.4):
        world.chance.shuffle(rows)
    can_grow = world.style.is_timed or world.style.has_event_ids
    if feed in EVENTS and can_grow and world.may("grows", 0.1):
        rows = world.last_rows.get(feed, []) + rows
    if feed in EVENTS:
        world.last_rows[feed] = rows
    parts = [rows]
    if feed in EVENTS and len(rows) > 1 and world.may("cut", 0.4):
        at = world.chance.randint(1, len(rows) - 1)
        parts = [rows[:at], rows[at:]]
    files = [_file(world, feed, part) for part in parts if part]
    if feed in EVENTS and not world.is_closing:
        for file, part in zip(files, parts, strict=True):
            _send_again(world, file, part)
    return files


def _send_again(world: World, file: File, rows: list[Row]) -> None:
    """The same bytes once more, or the same cells in other columns."""
    later = min(world.day + timedelta(days=world.chance.randint(1, 3)), world.last_day)
    if world.may("twice", 0.1):
        world.again.setdefault(later, []).append(file)
        world.excuse("file_repeated", "", later)
    elif world.may("reworded", 0.1):
        other = _file(world, file.feed, rows, is_reworded=True)
        world.again.setdefault(later, []).append(other)
        world.excuse("file_repeated", "", later)


def _file(
    world: World, feed: str, rows: Sequence[Row], sheet: str = "", *, is_reworded: bool = False
) -> File:
    """The text of a file."""
    names = list(dict.fromkeys(name for row in rows for name in row.values if not name.startswith("_")))
    if is_reworded:
        names.reverse()
    text = io.StringIO()
    writer = csv.DictWriter(
        text, names, extrasaction="ignore", restval="", lineterminator="\r\n" if is_reworded else "\n"
    )
    writer.writeheader()
    writer.writerows(row.values for row in rows)
    name = f"{feed}-{world.day}-{world.next_number()}.csv"
    return File(world.style.client_id, feed, name, text.getvalue(), sheet)


def items_file(world: World, skus: Sequence[str]) -> File:
    """The item master, once."""
    return File(world.style.client_id, ITEMS, "items.csv", "sku\n" + "".join(f"{sku}\n" for sku in skus))


def confirm_count(file: File) -> File:
    """A held count once more, by a person who looked again: its rows, as quarantine gives them back."""
    header, *rows = file.text.splitlines()
    lines = [f"bo_file,bo_row,{header}"]
    lines += [f"{file.file_hash},{number},{row}" for number, row in enumerate(rows, start=1)]
    return File(file.client_id, file.feed, f"again-{file.name}", "\n".join(lines) + "\n", file.sheet)
