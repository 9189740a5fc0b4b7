"""Step 2: what the warehouse says about its releases.

Assumptions
    All rows of a night for a release are one confirmation, whatever file they stand in. A row names a
    release, or an order line whose releases it fills oldest first. Of a line of kits, a row that names a part
    counts that part, any other kits. A confirmation closes the releases it reaches, unless it says it is not
    final or the client's shorts are explicit.

Stages
    1. Each row finds its line.
    2. Each row is spread over the line's open releases (`spread_rows`).
    3. What was shipped, from elsewhere, too much or short is posted (`confirm`).
    4. What left without an open release is posted all the same (`post_late_shipments`).
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.intake.verdicts import RejectedRow, RowOutcome
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import Verdict
from transforms.calendars import add_working_days
from transforms.findings import findings_of
from transforms.keys import LINE
from transforms.posting.confirmations.confirming import confirm
from transforms.posting.confirmations.late_shipments import (
    SAID_AGAIN,
    placed_rows,
    post_late_shipments,
    say_nothing_new,
)
from transforms.posting.confirmations.reaching import RELEASE, open_releases
from transforms.posting.confirmations.shipment_lines import find_lines
from transforms.posting.confirmations.slips import take_back
from transforms.posting.confirmations.spreading import spread_rows
from transforms.posting.core.posting import Posting
from transforms.posting.core.rows import in_order_of_facts, outcomes_of, rejections_of
from transforms.published_paths import path_label
from transforms.units import counted, units

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.intake.feeds import ShipmentRow
    from schemas.night import Books
    from transforms.terms import Terms

ROW = RowOutcome.key()


def post_shipments(books: Books, rows: DataFrame[ShipmentRow], terms: Terms) -> Posting:
    """Confirmed shipments and short picks."""
    if rows.is_empty():
        return Posting.of(books)
    timed = in_order_of_facts(_with_warehouse(books, rows, terms), terms)
    found = find_lines(books, timed.with_columns(warehouse_id="named_warehouse_id"))
    other, mine = found.filter("is_other_sku"), found.filter(~pl.col("is_other_sku"))
    known, unknown = mine.filter(pl.col("sku").is_not_null()), mine.filter(pl.col("sku").is_null())
    by_release = pl.col("release_id").is_not_null()
    posting = Posting.of(
        books,
        outcomes=pl.concat([outcomes_of(unknown, Verdict.REJECTED), outcomes_of(other, Verdict.REJECTED)]),
        rejected_rows=pl.concat(
            [
                rejections_of(other, ReasonCode.OTHER_SKU, "sku"),
                rejections_of(unknown.filter(by_release), ReasonCode.UNKNOWN_RELEASE, "release_id"),
                rejections_of(unknown.filter(~by_release), ReasonCode.UNKNOWN_ORDER, "order_id"),
            ]
        ),
    )
    return _with_one_verdict(posting.then(partial(_post_known, rows=known, terms=terms)))


def _with_one_verdict(posting: Posting) -> Posting:
    """The posting with one verdict a row: one of several lines is accepted if any of them took units."""
    accepted = posting.outcomes.filter(pl.col("verdict") == Verdict.ACCEPTED)
    first = posting.outcomes.sort(pl.col("verdict") != Verdict.ACCEPTED, maintain_order=True)
    return replace(
        posting,
        outcomes=first.unique(ROW, keep="first", maintain_order=True).pipe(RowOutcome.validate),
        rejected_rows=posting.rejected_rows.join(accepted, on=ROW, how="anti")
        .unique(maintain_order=True)
        .pipe(RejectedRow.validate),
    )


def _with_warehouse(books: Books, rows: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """Rows with the warehouse whose day it is: their own, that of their release, else the client's first."""
    first = terms.of_clients(first_warehouse=lambda client: client.warehouses[0])
    releases = books.releases.select(*RELEASE, released_from="warehouse_id")
    return (
        rows.join(releases, on=RELEASE, how="left", maintain_order="left")
        .join(first, on="client_id", how="left", maintain_order="left")
        .with_columns(
            named_warehouse_id="warehouse_id",
            warehouse_id=pl.coalesce("warehouse_id", "released_from", "first_warehouse"),
        )
        .drop("released_from", "first_warehouse")
    )


def _post_known(books: Books, rows: pl.DataFrame, terms: Terms) -> Posting:
    """Rows that reach an open release are confirmed; of the others what left is posted all the same.

    Not so of kits: which of their parts left in a late parcel, no row of kits tells. Nor is a short taken
    that contradicts a closed release.
    """
    slips, told = rows.filter(pl.col("shipped_qty") < 0), rows.filter(pl.col("shipped_qty") >= 0)
    spread = spread_rows(open_releases(books), told, terms)
    reached = told.join(spread, on="row", how="semi", maintain_order="left")
    unreached = told.join(spread, on="row", how="anti", maintain_order="left")
    silent = say_nothing_new(books, unreached)
    others = unreached.join(silent, on="row", how="anti", maintain_order="left")
    kits = books.releases.filter(pl.col("kit_id").is_not_null()).select(LINE).unique()
    late = others.join(kits, on=LINE, how="anti", maintain_order="left").filter(pl.col("shipped_qty") > 0)
    refused = others.join(late, on="row", how="anti", maintain_order="left")
    answered = Posting.of(
        books,
        outcomes=pl.concat(
            [
                outcomes_of(reached, Verdict.ACCEPTED),
                outcomes_of(silent, Verdict.ACCEPTED, pl.lit(SAID_AGAIN)),
                outcomes_of(refused, Verdict.REJECTED),
            ]
        ),
        rejected_rows=rejections_of(refused, ReasonCode.RELEASE_CLOSED, "release_id"),
    )
    return (
        answered.then(partial(confirm, records=spread, terms=terms))
        .then(partial(take_back, rows=placed_rows(books, slips), terms=terms))
        .then(partial(post_late_shipments, rows=late, terms=terms))
    )


def list_overdue_releases(books: Books, terms: Terms) -> Posting:
    """Releases not confirmed `overdue_release_days` after their shipping day, for a person to ask about.

    These are working days of the warehouse.
    """
    if books.releases.is_empty():
        return Posting.of(books)
    waiting = books.releases.filter("is_open").with_columns(
        allowed_days=pl.col("warehouse_id").replace_strict(
            {key: warehouse.overdue_release_days for key, warehouse in terms.warehouses.items()},
            default=0,
            return_dtype=pl.Int64,
        )
    )
    dated = add_working_days(
        waiting,
        date_column="ships_on",
        days=pl.col("allowed_days"),
        name="until",
        warehouses=terms.warehouses,
    )
    waiting_qty = pl.col("released_qty") - pl.col("shipped_qty") - pl.col("short_qty")
    days_late = (pl.lit(terms.as_of.business_date) - pl.col("until")).dt.total_days()
    late = dated.filter(pl.col("until") < terms.as_of.business_date).with_columns(
        waiting_qty=waiting_qty,
        days_late=days_late,
        file_name=pl.format("picks_{}_{}_{}.csv", path_label("warehouse_id"), "released_on", "run_no"),
    )
    return Posting.of(
        books,
        findings=findings_of(
            late,
            FindingCode.OVERDUE_RELEASE,
            terms,
            subject=pl.col("order_id"),
            detail=pl.format(
                "line {}: {} of {} in bin {} at {}, release {} of {}, was due by {}: {} late",
                "line_no",
                units("waiting_qty"),
                "sku",
                "bin_id",
                "warehouse_id",
                "release_id",
                "file_name",
                "until",
                counted("days_late", "day"),
            ),
        ),
    )
