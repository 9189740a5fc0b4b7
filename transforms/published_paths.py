"""Where things lie in a published version, as the words of a night name them before it has its number."""

from __future__ import annotations

import polars as pl

MAX_LABEL = 120
SHOWN_OF_HASH = 12
"""Characters of a file's hash that name its folder in quarantine."""

VERSION = "{version}"
"""The place in a command that is filled in when the night gets its version."""

QUARANTINE = f"./published/{VERSION}/quarantine"


def path_label(name: str) -> pl.Expr:
    """A name from outside as a part of a path: letters, digits, space, dot, dash, underscore; not hidden."""
    label = (
        pl.col(name).str.replace_all("[^A-Za-z0-9._ -]+", "_").str.strip_chars_start(". ").str.head(MAX_LABEL)
    )
    return pl.when(label == "").then(pl.lit("_")).otherwise(label)


def in_quarantine(file_hash: str, file_name: str) -> pl.Expr:
    """Where the rejected rows of a file lie; in the archive another file may have its name."""
    folder, shown = pl.lit(QUARANTINE), pl.col(file_hash).str.head(SHOWN_OF_HASH)
    return pl.concat_str(folder, path_label("client_id"), "feed", shown, path_label(file_name), separator="/")
