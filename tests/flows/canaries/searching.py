"""Everything that a workspace holds, opened: which marker stands in which place.

A place is a folder of the workspace, and of a database or Parquet file the table and column. Bytes are
searched as they are, too: a page that SQLite or DuckDB no longer uses may still hold what was deleted.
"""

from __future__ import annotations

import gzip
import quopri
import re
import sqlite3
import zlib
from collections import defaultdict
from contextlib import closing
from typing import TYPE_CHECKING
from zipfile import ZipFile

import duckdb
import polars as pl
import polars.selectors as cs

from tests.flows.canaries.markers import marks_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from flows.workspace import Workspace

Found = dict[str, set[str]]
"""Places by marker."""

GZIP = b"\x1f\x8b"
PACKED = re.compile(rb"/FlateDecode[^>]*>>stream\n(.*?)\nendstream", re.DOTALL)
MAPPED = re.compile(rb"<([0-9a-f]{4})> <([0-9a-f]+)>\n")
SHOWN = re.compile(rb"/F(\d) \S+ Tf <([0-9a-f]*)> Tj")


def search_workspace(workspace: Workspace) -> Found:
    """Where each marker stands: in names, bytes, rows, and in what is packed."""
    found: Found = defaultdict(set)
    for path in sorted(workspace.root.rglob("*")):
        if workspace.published / "current" in (path, *path.parents):
            continue
        place = name_place(path.relative_to(workspace.root))
        for marker in marks_in(path.name):
            found[marker].add(f"name:{place}")
        if path.is_file() and not path.is_symlink():
            for inner, text in _texts_of(path):
                for marker in marks_in(text):
                    found[marker].add(f"{place}{inner}")
    return dict(found)


def name_place(path: Path) -> str:
    """What a path below the workspace is called here: `picks`, `people.sqlite`, `books/order_lines`..."""
    first, *rest = path.parts
    if first == "published" and len(rest) > 1:
        return f"history/{rest[1]}" if rest[0] == "history" else rest[1]
    if first == "ledger" and rest[:1] == ["segments"] and len(rest) > 1:
        return f"books/{rest[1]}"
    if first in ("ledger", "backups") and rest:
        return rest[-1]
    return "picks" if first == "outbox" else first


def _texts_of(path: Path) -> Iterator[tuple[str, str]]:
    """Each text of a file, and where in it: its bytes, and what a reader of its kind sees."""
    content = path.read_bytes()
    if content.startswith(GZIP):
        content = gzip.decompress(content)
    yield "", content.decode("latin-1")
    if path.suffix == ".xlsx":
        with ZipFile(path) as parts:
            for name in parts.namelist():
                yield "", parts.read(name).decode("utf-8")
    if path.suffix in UNPACKED:
        yield "", UNPACKED[path.suffix](content)
    if path.suffix == ".parquet":
        yield from _columns_of(pl.read_parquet(path))
    if path.suffix == ".sqlite":
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            for (table,) in tables:
                rows = pl.read_database(f"SELECT * FROM {table}", connection, infer_schema_length=None)  # noqa: S608 -- names of our own tables
                yield from _columns_of(rows, f"/{table}")
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as database:
            for (table,) in database.execute("SELECT table_name FROM duckdb_tables()").fetchall():
                yield from _columns_of(database.table(table).pl(), f"/{table}")


def words_of(pdf: bytes) -> str:
    """What our own PDFs show, a line for each text: the numbers of signs by the map of their face."""
    streams = [zlib.decompress(packed) for packed in PACKED.findall(pdf)]
    maps = [
        {number: bytes.fromhex(sign.decode()).decode("utf-16-be") for number, sign in MAPPED.findall(one)}
        for one in streams
        if b"beginbfchar" in one or b"begincmap" in one
    ]
    return "\n".join(
        "".join(maps[int(face)].get(text[at : at + 4], "?") for at in range(0, len(text), 4))
        for one in streams
        for face, text in SHOWN.findall(one)
    )


UNPACKED: dict[str, Callable[[bytes], str]] = {
    ".eml": lambda content: quopri.decodestring(content).decode("latin-1"),
    ".pdf": words_of,
}


def _columns_of(rows: pl.DataFrame, table: str = "") -> Iterator[tuple[str, str]]:
    """The text of each column."""
    for column in rows.select(cs.string(), cs.binary().cast(pl.String, strict=False)):
        yield f"{table}.{column.name}", "\n".join(column.drop_nulls().unique())
