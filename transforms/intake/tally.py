"""What became of each file, counted from the verdicts of its rows; and what of it needs a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.codes import ReasonCode
from schemas.findings import FindingCode
from schemas.intake import FileOutcome
from schemas.results import Finding
from schemas.table import conform
from schemas.vocabulary import FileVerdict, Verdict

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.intake import RejectedRow, RowOutcome

FILE = ["client_id", "feed", "file_hash"]

COUNTS = {f"rows_{verdict.value}": verdict for verdict in Verdict}
"""The count of each verdict."""


def tally_files(files: DataFrame[FileOutcome], outcomes: DataFrame[RowOutcome]) -> DataFrame[FileOutcome]:
    """The files with their rows counted by verdict.

    All rows of a file with the verdict `duplicate` are duplicates; a refused or held file has no rows.
    """
    counted = outcomes.group_by(FILE).agg(
        (pl.col("verdict") == verdict).sum().cast(pl.Int64).alias(name) for name, verdict in COUNTS.items()
    )
    is_loaded = pl.col("verdict") == FileVerdict.LOADED
    is_duplicate = pl.col("verdict") == FileVerdict.DUPLICATE
    tallied = (
        files.drop(list(COUNTS))
        .join(counted, on=FILE, how="left", maintain_order="left")
        .with_columns(
            pl.when(is_loaded).then(pl.col(name).fill_null(0)).otherwise(0).alias(name) for name in COUNTS
        )
        .with_columns(rows_duplicate=pl.when(is_duplicate).then("rows_read").otherwise("rows_duplicate"))
    )
    return conform(tallied, FileOutcome)


def find_bad_files(
    files: DataFrame[FileOutcome], rejected_rows: DataFrame[RejectedRow]
) -> DataFrame[Finding]:
    """A finding for each file that was refused, waits, repeats another one, or has rejected rows."""
    code = (
        pl.when(pl.col("verdict") == FileVerdict.REFUSED)
        .then(pl.lit(FindingCode.FILE_REFUSED.value))
        .when(pl.col("verdict") == FileVerdict.HELD)
        .then(pl.lit(FindingCode.FILE_HELD.value))
        .when(pl.col("reason_code") == ReasonCode.FILE_REPEATED)
        .then(pl.lit(FindingCode.FILE_REPEATED.value))
        .when("is_growing")
        .then(pl.lit(FindingCode.FILE_GROWS.value))
        .when(pl.col("rows_rejected") > 0)
        .then(pl.lit(FindingCode.ROWS_REJECTED.value))
    )
    rows = pl.format("{} of {} rows rejected", "rows_rejected", "rows_read")
    command = code.replace_strict({term.value: term.command for term in FindingCode}, default="")
    growing = rejected_rows.filter(pl.col("reason_code") == ReasonCode.FILE_GROWS).select(FILE).unique()
    found = (
        files.join(
            growing.with_columns(is_growing=pl.lit(value=True)), on=FILE, how="left", maintain_order="left"
        )
        .with_columns(code=code)
        .filter(pl.col("code").is_not_null())
        .with_columns(
            subject=pl.concat_str("feed", pl.lit("/"), "file_name"),
            detail=pl.when(pl.col("verdict") == FileVerdict.LOADED).then(rows).otherwise("detail"),
            owner=pl.col("code").replace_strict({term.value: term.owner.value for term in FindingCode}),
        )
        .with_columns(
            command=command.str.replace("{client_id}", pl.col("client_id"), literal=True)
            .str.replace("{feed}", pl.col("feed"), literal=True)
            .str.replace("{subject}", pl.col("subject"), literal=True)
        )
    )
    return conform(found, Finding)
