"""Step 2: what the warehouse says about its releases.

Assumptions
    All rows of one file for a release are one confirmation. A row names a release, or an order line whose
    releases it fills oldest first. Of a line of kits, a row that names a part counts that part, any other
    kits. A confirmation closes the releases it reaches, unless it says it is not
    final or the client's shorts are explicit.

Stages
    1. Each row finds its line; files that speak of one line take turns, in the order of their times.
    2. In a turn, each row is spread over the line's open releases (`spread_rows`).
    3. What was shipped, from elsewhere, too much or short is posted (`confirm`).
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.codes import ReasonCode
from schemas.findings import FindingCode
from schemas.vocabulary import Verdict
from transforms.balances import LINE
from transforms.calendars import add_working_days
from transforms.findings import path_label
from transforms.posting.confirmations import confirm
from transforms.posting.posting import Posting
from transforms.posting.reaching import RELEASE, open_releases
from transforms.posting.rows import findings_of, in_posting_order, outcomes_of, rejections_of, units
from transforms.posting.spreading import spread_rows

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.feeds import ShipmentRow
    from schemas.night import Books
    from transforms.posting.posting import Terms

SKU = ["client_id", "order_id", "sku"]


def post_shipments(books: Books, rows: DataFrame[ShipmentRow], terms: Terms) -> Posting:
    """Confirmed shipments and short picks."""
    if rows.is_empty():
        return Posting.of(books)
    found = _with_line(books, in_posting_order(rows, terms))
    known, unknown = found.filter(pl.col("sku").is_not_null()), found.filter(pl.col("sku").is_null())
    by_release = pl.col("release_id").is_not_null()
    posting = Posting.of(
        books,
        outcomes=outcomes_of(unknown, Verdict.REJECTED),
        rejected_rows=pl.concat(
            [
                rejections_of(unknown.filter(by_release), ReasonCode.UNKNOWN_RELEASE, "release_id"),
                rejections_of(unknown.filter(~by_release), ReasonCode.UNKNOWN_ORDER, "order_id"),
            ]
        ),
    )
    came = pl.col("row").min().over("client_id", "file_hash")
    turns = known.with_columns(turn=came.rank("dense").over(LINE))
    for turn in turns["turn"].unique().sort():
        posting = posting.then(partial(_post_turn, rows=turns.filter(pl.col("turn") == turn), terms=terms))
    return posting


def _with_line(books: Books, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the order line they speak of, and its SKU as `line_sku`; `sku` is null where it is unknown.

    A row without line number means the order's first line of the sku, else the first of which that sku was
    released: a part of a kit, or what is shipped instead.
    """
    by_release = pl.col("release_id").is_not_null()
    columns = [*rows.columns, "line_sku"]
    releases = books.releases.select(*RELEASE, "order_id", "line_no", "sku", "kit_sku")
    named = rows.filter(by_release).drop("order_id", "line_no", "sku")
    of_releases = named.join(releases, on=RELEASE, how="left").with_columns(line_sku="sku")
    lines = books.order_lines.select(*LINE, line_sku="sku")
    kits = releases.drop_nulls("kit_sku").select(*LINE, sku="kit_sku")
    picked = pl.concat([releases.select(*LINE, "sku"), kits]).unique().with_columns(is_picked=True)
    is_known = pl.col("sku").is_null() | (pl.col("sku") == pl.col("line_sku")) | pl.col("is_picked")
    of_lines = (
        rows.filter(~by_release)
        .join(_first_lines(lines.rename({"line_sku": "sku"}), "of_sku"), on=SKU, how="left")
        .join(_first_lines(picked, "of_picked"), on=SKU, how="left")
        .with_columns(line_no=pl.coalesce("line_no", "of_sku", "of_picked"))
        .join(lines, on=LINE, how="left")
        .join(picked, on=[*LINE, "sku"], how="left")
        .with_columns(sku=pl.when(is_known).then(pl.coalesce("sku", "line_sku")))
    )
    return pl.concat([of_releases.select(columns), of_lines.select(columns)]).sort("row")


def _first_lines(lines: pl.DataFrame, name: str) -> pl.DataFrame:
    """The first line of each order and sku, as `name`."""
    return lines.group_by(SKU).agg(pl.col("line_no").min().alias(name))


def _post_turn(books: Books, rows: pl.DataFrame, terms: Terms) -> Posting:
    """At most one file a line: rows that reach an open release are confirmed, others rejected."""
    spread = spread_rows(open_releases(books), rows, terms)
    refused = rows.join(spread, on="row", how="anti", maintain_order="left")
    had_any = books.releases.select(LINE).unique()
    closed = refused.join(had_any, on=LINE, how="semi", maintain_order="left")
    never = refused.join(had_any, on=LINE, how="anti", maintain_order="left")
    return confirm(books, spread, terms).then(
        lambda after: Posting.of(
            after,
            outcomes=pl.concat(
                [
                    outcomes_of(
                        rows.join(spread, on="row", how="semi", maintain_order="left"), Verdict.ACCEPTED
                    ),
                    outcomes_of(refused, Verdict.REJECTED),
                ]
            ),
            rejected_rows=pl.concat(
                [
                    rejections_of(closed, ReasonCode.RELEASE_CLOSED, "release_id"),
                    rejections_of(never, ReasonCode.UNKNOWN_RELEASE, "release_id"),
                ]
            ),
        )
    )


def list_overdue_releases(books: Books, terms: Terms) -> Posting:
    """Releases not confirmed in the warehouse's `overdue_release_days`, for a person to ask about."""
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
        date_column="released_on",
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
                "line {}: {} of {} in bin {} at {}, release {} of {}, was due by {}: {} days late",
                "line_no",
                units("waiting_qty"),
                "sku",
                "bin_id",
                "warehouse_id",
                "release_id",
                "file_name",
                "until",
                "days_late",
            ),
        ),
    )
