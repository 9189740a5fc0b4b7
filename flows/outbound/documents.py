"""Documents: what a renderer makes, before it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.disk.durable import make_folder, put_file, sync_folder
from schemas.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    import polars as pl

MAX_LABEL = 120


@dataclass(frozen=True)
class Document:
    """A file to be: its path below a version's folder, with slashes, and its bytes."""

    path: str
    content: bytes

    @property
    def chunks(self) -> Iterable[bytes]:
        """Its bytes, in pieces that follow one another."""
        return [self.content]


@dataclass(frozen=True)
class LongDocument:
    """A file to be whose bytes are made, or read, while it is written: they are never held together."""

    path: str
    make: Callable[[], Iterable[bytes]]

    @property
    def chunks(self) -> Iterable[bytes]:
        """Its bytes, in pieces that follow one another."""
        return self.make()

    @property
    def content(self) -> bytes:
        """All of its bytes."""
        return b"".join(self.chunks)


AnyDocument = Document | LongDocument


def write_documents(documents: Iterable[AnyDocument], folder: Path, *, over: bool = False) -> int:
    """Number of documents that now stand below `folder`; each is written as it comes, and none is held.

    Args:
        documents: the files to be.
        folder: what their paths are below.
        over: what stands there already is replaced.

    Raises:
        InvariantError: something stands there already, so two documents have one path.
    """
    parents: set[Path] = set()
    written = 0
    for written, document in enumerate(documents, start=1):  # noqa: B007 -- the last one is their number
        place = folder / document.path
        if place.parent not in parents:
            parents.add(make_folder(place.parent))
        if not over and place.exists():
            message = f"{document.path} is written twice"
            raise InvariantError(message)
        put_file(place, document.chunks)
    for parent in sorted(parents):
        sync_folder(parent)
    return written


def csv_content(rows: pl.DataFrame) -> bytes:
    """Rows as CSV: UTF-8 without a mark, line feeds, ISO dates, null as nothing, quoted only where needed."""
    return rows.write_csv(line_terminator="\n").encode()


def path_label(name: str) -> str:
    """A name from outside as a part of a path: letters, digits, space, dot, dash, underscore; not hidden."""
    return re.sub(r"[^A-Za-z0-9._ -]+", "_", name).lstrip(". ")[:MAX_LABEL] or "_"
