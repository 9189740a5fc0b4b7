"""What became of each file, counted from the verdicts of its rows; and what of it needs a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.intake.verdicts import FileOutcome
from schemas.results import Finding
from schemas.table import conform
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import FileVerdict, Verdict
from transforms.findings import make_findings

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.intake.verdicts import RowOutcome
    from schemas.night import AsOf

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


def find_bad_files(files: DataFrame[FileOutcome], *, as_of: AsOf) -> DataFrame[Finding]:
    """A finding for each file that was refused, waits, or repeats another; bad rows stand in the books."""
    lies = pl.when((pl.col("verdict") == FileVerdict.HELD) | (pl.col("file_hash") == "")).then(
        pl.lit("./inbound")
    )
    told = files.with_columns(
        subject=pl.when(pl.col("feed") == "")
        .then("file_name")
        .otherwise(pl.concat_str("feed", "file_name", separator="/")),
        cause=pl.col("file_hash"),
        path=pl.concat_str(
            lies.otherwise(pl.lit("./archive")), "client_id", "feed", "file_name", separator="/"
        ),
    )
    is_bad = {
        FindingCode.FILE_REFUSED: pl.col("verdict") == FileVerdict.REFUSED,
        FindingCode.FILE_HELD: pl.col("verdict") == FileVerdict.HELD,
        FindingCode.FILE_REPEATED: pl.col("reason_code") == ReasonCode.FILE_REPEATED,
    }
    found = [make_findings(told.filter(rule), code, as_of=as_of) for code, rule in is_bad.items()]
    return pl.concat(found).pipe(Finding.validate)
