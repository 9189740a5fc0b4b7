"""Where things lie in a published version, as the words of a night name them before it has its number."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from schemas.settings.client import Client

MAX_LABEL = 120
SHOWN_OF_HASH = 12
"""Characters of a file's hash that name its folder in quarantine."""

VERSION = "{version}"
"""The place in a command that is filled in when the night gets its version."""

WORKBOOKS = r"(?i)\.(?:xlsx|xlsm|xltx|xls|xlsb|ods)$"
PACKED = r"(?i)\.(?:gz|zip|json|jsonl|ndjson|xml|parquet)$"
"""Names whose files are read as rows, and are not what comes back of them."""

QUARANTINE = f"./published/{VERSION}/quarantine"


def path_label(name: str) -> pl.Expr:
    """A name from outside as a part of a path: letters, digits, space, dot, dash, underscore; not hidden."""
    label = (
        pl.col(name).str.replace_all("[^A-Za-z0-9._ -]+", "_").str.strip_chars_start(". ").str.head(MAX_LABEL)
    )
    return pl.when(label == "").then(pl.lit("_")).otherwise(label)


def workbook_clients(clients: Mapping[str, Client]) -> list[str]:
    """The clients whose files for people are workbooks."""
    return sorted(client_id for client_id, client in clients.items() if client.spreadsheets == "xlsx")


def quarantine_label(name: str, workbooks: Iterable[str]) -> pl.Expr:
    """The name of a file's rejected rows: its own, unless its ending says what they are not written in.

    `workbooks` are the clients that get a workbook whatever they send; any gets one for a workbook.
    """
    label, named = path_label(name), pl.col(name)
    is_workbook = named.str.contains(WORKBOOKS) | pl.col("client_id").is_in(list(workbooks))
    has_ending = label.str.to_lowercase().str.ends_with(".xlsx")
    return (
        pl.when(is_workbook & ~has_ending)
        .then(label + ".xlsx")
        .when(~is_workbook & named.str.contains(PACKED))
        .then(label + ".csv")
        .otherwise(label)
    )


def in_quarantine(file_hash: str, file_name: str, workbooks: Iterable[str]) -> pl.Expr:
    """Where the rejected rows of a file lie; in the archive another file may have its name."""
    folder, shown = pl.lit(QUARANTINE), pl.col(file_hash).str.head(SHOWN_OF_HASH)
    label = quarantine_label(file_name, workbooks)
    return pl.concat_str(folder, path_label("client_id"), "feed", shown, label, separator="/")
