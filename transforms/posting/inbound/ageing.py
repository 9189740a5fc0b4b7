"""What time makes of announced lines: overdue ones, and rests that nobody expects any more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.inbound import InboundLine
from schemas.table import conform
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import InboundStatus
from transforms.calendars import add_working_days
from transforms.findings import findings_of
from transforms.posting.core.posting import Posting
from transforms.posting.inbound.credits import with_rest_until
from transforms.units import counted, units

if TYPE_CHECKING:
    from schemas.night import Books
    from transforms.terms import Terms


def age_inbound(books: Books, terms: Terms) -> Posting:
    """Announced lines as time leaves them.

    The rest of a part-received line is no longer expected after the client's `asn_rest_days`, counted from
    the last of its date, what came, and when that date or quantity changed; a line of which nothing came by
    its date is overdue, and a finding once its `overdue_grace_days` are over.
    """
    if books.inbound_lines.is_empty():
        return Posting.of(books)
    night = terms.as_of.business_date
    is_waiting = pl.col("remaining_qty") > 0
    has_come = pl.col("received_qty") > 0
    is_over = is_waiting & has_come & (pl.col("rest_until") < night).fill_null(value=False)
    is_late = is_waiting & ~has_come & (pl.col("expected_on") < night)
    status = (
        pl.when(is_over)
        .then(pl.lit(InboundStatus.CLOSED.value))
        .when(is_late)
        .then(pl.lit(InboundStatus.OVERDUE.value))
        .otherwise("status")
    )
    remaining = pl.when(is_over).then(0).otherwise("remaining_qty")
    dated = _with_limits(books, terms)
    aged = conform(dated.with_columns(status=status, remaining_qty=remaining), InboundLine)
    days_late = (pl.lit(night) - pl.col("expected_on")).dt.total_days()
    missed = findings_of(
        dated.filter(is_late, pl.col("grace_until") < night).with_columns(days_late=days_late),
        FindingCode.OVERDUE_ASN,
        terms,
        subject=pl.col("asn_id"),
        detail=pl.format(
            "line {}: {} of {} expected at {} on {}, {} late",
            "asn_line_no",
            units("remaining_qty"),
            "sku",
            "warehouse_id",
            "expected_on",
            counted("days_late", "day"),
        ),
    )
    return Posting.of(replace(books, inbound_lines=aged), findings=missed)


def _with_limits(books: Books, terms: Terms) -> pl.DataFrame:
    """Announced lines with the last day on which their rest is expected, and that of their grace."""
    rules = terms.of_clients(
        rest_days=lambda client: client.policy.asn_rest_days,
        grace_days=lambda client: client.policy.overdue_grace_days,
    )
    dated = books.inbound_lines.join(rules, on="client_id", how="left", maintain_order="left")
    return with_rest_until(dated, came_on="last_received_on", terms=terms).pipe(
        add_working_days,
        date_column="expected_on",
        days=pl.col("grace_days"),
        name="grace_until",
        warehouses=terms.warehouses,
    )
