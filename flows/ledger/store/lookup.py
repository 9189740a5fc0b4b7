"""Which versions know of a name: looked up, so that nobody reads the whole history of a client.

A name is a text by which what a night added to the history is found again, such as that of an order. For each
the ledger keeps a **mark**, 64 bits of its hash, with the version of that night. Two names may have one mark,
so a version that is found may know nothing of the name: that costs a look into it, and never an answer.

The marks of a client and kind stand in immutable segments, sorted, one segment a level. A level holds up to
`GROWTH` times as many marks as the one below, and the lowest `SMALLEST`. New marks go to the level of their
number; if it has a segment, both become one, which goes to the level of its number, and so on. So a client
has at most a dozen segments, a mark is written anew some `GROWTH` times a level, and a night with little to
say leaves large levels alone. A level of more than `PART` marks is cut by their first bits: so much is read
at a time, and a part is read only if a mark that is looked for could stand there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, cast

import polars as pl

from flows.ledger.store import segments

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

TABLE = "marks"
"""Of the control database, and the folder of these segments."""

SMALLEST = 4096
GROWTH = 4
PART = SMALLEST * GROWTH**4
BITS = 64

SCHEMA = {"mark": pl.UInt64, "version": pl.Int32}

LIVE = (
    "SELECT level, part, hash, row_count, format FROM marks JOIN versions ON version = first_version "
    "WHERE kind = ? AND client_id = ? AND last_version IS NULL ORDER BY level, part"
)
CLIENTS = "SELECT DISTINCT client_id FROM marks WHERE kind = ?"
CLOSE = (
    "UPDATE marks SET last_version = ? "
    "WHERE kind = ? AND client_id = ? AND level = ? AND last_version IS NULL"
)
INSERT = "INSERT INTO marks VALUES (?, ?, ?, ?, ?, NULL, ?, ?)"


@dataclass(frozen=True)
class Level:
    """A client's marks of a kind that are written, and the levels in whose place they stand."""

    client_id: str
    level: int
    parts: Sequence[tuple[int, segments.StoredSegment]]
    replaces: Sequence[int]


def mark_names(names: pl.DataFrame) -> pl.DataFrame:
    """The mark of each row with `client_id` and `name`.

    The same on every machine and under every version of a library, since they are stored.
    """
    hashes = [blake2b(name.encode(), digest_size=BITS // 8).digest() for name in names["name"]]
    marks = pl.Series("mark", hashes, pl.Binary).bin.reinterpret(dtype=pl.UInt64, endianness="big")
    return names.select("client_id", marks)


def write_marks(connection: sqlite3.Connection, folder: Path, kind: str, marks: pl.DataFrame) -> list[Level]:
    """Keep marks (`client_id`, `mark`, `version`) of a kind as segments; they hold once they are put.

    All of a version are written at once, each mark once.
    """
    new = marks.select("client_id", *(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())).unique()
    parts = new.partition_by("client_id", include_key=False, as_dict=True)
    levels = [
        _write_level(connection, folder, (kind, str(client_id)), rows)
        for (client_id,), rows in sorted(parts.items())
    ]
    if levels:
        segments.sync_tables(folder, [TABLE])
    return levels


def put_marks(connection: sqlite3.Connection, kind: str, levels: Iterable[Level], version: int) -> None:
    """Let written marks of a kind hold from a version on, inside the open transaction."""
    for one in levels:
        key = (kind, one.client_id)
        connection.executemany(CLOSE, ((version - 1, *key, level) for level in one.replaces))
        connection.executemany(
            INSERT,
            (
                (*key, one.level, part, version, segment.hash, segment.row_count)
                for part, segment in one.parts
            ),
        )


def find_versions(
    connection: sqlite3.Connection, folder: Path, kind: str, names: pl.DataFrame
) -> pl.DataFrame:
    """`client_id` and `version` of all nights that may know of a client's names of a kind.

    Args:
        connection: to the books.
        folder: of the segments.
        kind: of the marks.
        names: rows of `client_id` and `name`.

    Raises:
        DamageError: a segment is missing, or its bytes are not those that were committed.
    """
    wanted = mark_names(names).partition_by("client_id", include_key=False, as_dict=True)
    found = [pl.DataFrame(schema={"client_id": pl.String, "version": pl.Int32})]
    for (client_id,), marks in sorted(wanted.items()):
        versions = [
            rows.join(marks, on="mark", how="semi").select("version").unique()
            for rows in _read_parts(connection, folder, (kind, str(client_id)), marks)
        ]
        if versions:
            own = pl.concat(versions).unique()
            found.append(own.select(pl.lit(client_id).alias("client_id"), "version"))
    return pl.concat(found).sort("client_id", "version")


def marked_clients(connection: sqlite3.Connection, kind: str) -> set[str]:
    """The clients that have marks of a kind."""
    return {client_id for (client_id,) in connection.execute(CLIENTS, [kind])}


def level_of(count: int) -> int:
    """The level on which so many marks stand."""
    level = 0
    while count > SMALLEST * GROWTH**level:
        level += 1
    return level


def part_bits(level: int) -> int:
    """By how many of their first bits the marks of a level are told apart."""
    bits = 0
    while PART * 2**bits < SMALLEST * GROWTH**level:
        bits += 1
    return bits


def _write_level(
    connection: sqlite3.Connection, folder: Path, key: tuple[str, str], rows: pl.DataFrame
) -> Level:
    """New marks of a client, with those of the levels on their way."""
    there = _live(connection, key)
    level, replaces = level_of(rows.height), list[int]()
    while level in there:
        old = [_read(folder, segment) for _, segment in there.pop(level)]
        replaces.append(level)
        rows = pl.concat([rows, *old])
        level = level_of(rows.height)
    ordered = rows.sort("mark", "version")
    parts = [(part, segments.put_segment(folder, TABLE, key[1], own)) for part, own in _split(ordered, level)]
    return Level(key[1], level, parts, replaces)


def _split(ordered: pl.DataFrame, level: int) -> Iterator[tuple[int, pl.DataFrame]]:
    """Sorted marks by their parts."""
    parts = ordered.group_by(_part(level), maintain_order=True)
    return ((cast("int", part), rows.select(*SCHEMA)) for (part,), rows in parts)


def _part(level: int) -> pl.Expr:
    """The part in which a mark stands."""
    return (pl.col("mark") // 2 ** (BITS - part_bits(level))) if part_bits(level) else pl.lit(0, pl.UInt64)


def _live(
    connection: sqlite3.Connection, key: tuple[str, str]
) -> dict[int, list[tuple[int, segments.StoredSegment]]]:
    """The segments of a client by level, each with its part."""
    there = defaultdict(list)
    for level, part, *stored in connection.execute(LIVE, key):
        there[level].append((part, segments.StoredSegment(TABLE, key[1], *stored)))
    return there


def _read_parts(
    connection: sqlite3.Connection, folder: Path, key: tuple[str, str], marks: pl.DataFrame
) -> Iterator[pl.DataFrame]:
    """The marks of a client's segments, one after the other, where one of these could stand."""
    for level, parts in _live(connection, key).items():
        touched = set(marks.select(_part(level).alias("part"))["part"])
        for part, segment in parts:
            if part in touched:
                yield _read(folder, segment)


def _read(folder: Path, segment: segments.StoredSegment) -> pl.DataFrame:
    return segments.scan_segment(folder, segment).collect()
