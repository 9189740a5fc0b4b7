"""Documents: what a renderer makes, before it is written."""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.disk.durable import lay_file, make_folder, mode_of_laid, partial_of, put_file, sync_folder
from flows.fence import UNFORESEEN
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


def write_documents(
    documents: Iterable[AnyDocument],
    folder: Path,
    *,
    over: bool = False,
    missed: Callable[[AnyDocument, BaseException], bool] | None = None,
) -> dict[str, str]:
    """The SHA-256 of each document that now stands below `folder`, by its path there.

    Each is written as it comes, and none is held.

    They are durable once the caller has synced all of the folder, or, where they replace others, at once.

    Args:
        documents: the files to be.
        folder: what their paths are below.
        over: what stands there already is replaced.
        missed: hears of a document that cannot be written, and says whether the others may go on.

    Raises:
        InvariantError: something stands there already, so two documents have one path.
    """
    parents: dict[str, tuple[Path, int]] = {}
    digests: dict[str, str] = {}
    for document in documents:
        above, _, name = document.path.rpartition("/")
        try:
            if above not in parents:
                parent = make_folder(folder / above)
                parents[above] = parent, mode_of_laid(parent)
            parent, mode = parents[above]
            place = parent / name
            digests[document.path] = _replace(document, place) if over else _lay(document, place, mode)
        except UNFORESEEN as error:
            if missed is None or not missed(document, error):
                raise
    for above in sorted(parents) if over else ():
        sync_folder(parents[above][0])
    return digests


def _replace(document: AnyDocument, place: Path) -> str:
    """Let a document stand in its place, whatever stood there."""
    try:
        return put_file(place, document.chunks)
    except UNFORESEEN:
        _take_away(partial_of(place))
        raise


def _lay(document: AnyDocument, place: Path, mode: int) -> str:
    """Let a document stand where nothing does."""
    try:
        return lay_file(place, document.chunks, mode)
    except FileExistsError as error:
        message = f"{document.path} is written twice"
        raise InvariantError(message) from error
    except UNFORESEEN:
        _take_away(place)
        raise


def _take_away(begun: Path) -> None:
    """Nothing stays of a file that could not be written, if the disk lets us."""
    with suppress(OSError):
        begun.unlink(missing_ok=True)


def csv_content(rows: pl.DataFrame, *, is_marked: bool = False, has_header: bool = True) -> bytes:
    """Rows as CSV: UTF-8, line feeds, ISO dates, null as nothing, quoted only where needed.

    A mark at the start tells a spreadsheet program how accents are written; programs that import take it for
    a part of the first column's name.
    """
    return (BOM_UTF8 if is_marked else b"") + rows.write_csv(
        line_terminator="\n", include_header=has_header
    ).encode()


def path_label(name: str) -> str:
    """A name from outside as a part of a path: letters, digits, space, dot, dash, underscore; not hidden."""
    return re.sub(r"[^A-Za-z0-9._ -]+", "_", name).lstrip(". ")[:MAX_LABEL] or "_"
