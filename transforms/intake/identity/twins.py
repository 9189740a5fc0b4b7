"""Rows that say the same in one night: two lines, or one fact said twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.results import Finding
from schemas.table import conform
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.findings import FindingCode
from transforms.findings import findings_of
from transforms.intake.identity.verdicts import DUPLICATE
from transforms.intake.keys.line_numbers import ROW

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from transforms.terms import Terms


def with_repeated(rows: pl.DataFrame) -> pl.DataFrame:
    """Cancellations, where all but the first of those that say the same without a number are duplicates.

    Only of those that cancel all that is left: said again it is the same wish. Two that cancel two units
    each are both meant, as rows without a key are.
    """
    in_order = rows.sort(*ROW, "file_feed")
    is_all = pl.col("qty").is_null() & pl.col("event_id").is_null()
    is_first = pl.struct("client_id", "qty", "event_id", "content_hash").is_first_distinct()
    return in_order.with_columns(
        fate=pl.coalesce("fate", pl.when(is_all & ~is_first).then(pl.lit(DUPLICATE)))
    )


def twin_findings(new: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    """Orders of which identical rows were taken as lines."""
    alike = new.filter("is_guessed")
    twins = findings_of(
        alike.filter(alike.select("client_id", "order_id", "file_hash", "content_hash").is_duplicated()),
        FindingCode.TWIN_ROWS,
        terms,
        subject=pl.col("order_id"),
        detail=pl.format("{} of {} is line {} of the order", "said_at", "said_in", "line_no"),
    )
    return conform(twins, Finding)


def order_findings(judged: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    """Orders whose number another order has, too: in which columns they differ."""
    differing = judged.filter(pl.col("fate") == ReasonCode.ORDER_DIFFERS.value)
    others = findings_of(
        differing.with_columns(path=terms.with_file_names(differing)["quarantine"]),
        FindingCode.ORDER_DIFFERS,
        terms,
        subject=pl.col("order_id"),
        detail=pl.format(
            "{} of {} says another {} than the order that has the number", "said_at", "said_in", "differs"
        ),
    )
    return conform(others, Finding)
