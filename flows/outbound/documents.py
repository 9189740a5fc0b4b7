"""Documents: what a renderer makes, before it is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.ledger.durable import make_folder, put_file, sync_folder
from schemas.errors import InvariantError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    import polars as pl

MAX_LABEL = 120


@dataclass(frozen=True)
class Document:
    """A file to be: its path below a version's folder, with slashes, and its bytes."""

    path: str
    content: bytes


def write_documents(documents: Iterable[Document], folder: Path) -> list[tuple[str, str]]:
    """Path and SHA-256 of each document, by path; they now stand below `folder`.

    Raises:
        InvariantError: two documents have one path.
    """
    ordered = sorted(documents, key=lambda document: document.path)
    paths = [document.path for document in ordered]
    if twice := sorted(
        {path for path in paths if paths.count(path) > 1} if len(set(paths)) < len(paths) else ()
    ):
        message = f"{len(twice)} paths are written twice, for example {', '.join(twice[:3])}"
        raise InvariantError(message)
    parents = sorted({(folder / path).parent for path in paths})
    for parent in parents:
        make_folder(parent)
    written = [(document.path, put_file(folder / document.path, [document.content])) for document in ordered]
    for parent in parents:
        sync_folder(parent)
    return written


def csv_content(rows: pl.DataFrame) -> bytes:
    """Rows as CSV: UTF-8 without a mark, line feeds, ISO dates, null as nothing, quoted only where needed."""
    return rows.write_csv(line_terminator="\n").encode()


def path_label(name: str) -> str:
    """A name from outside as a part of a path: letters, digits, space, dot, dash, underscore; not hidden."""
    return re.sub(r"[^A-Za-z0-9._ -]+", "_", name).lstrip(". ")[:MAX_LABEL] or "_"
