"""Step 6: announced goods."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.books import InboundLine
from schemas.codes import ReasonCode
from schemas.table import conform
from schemas.vocabulary import InboundStatus, Verdict
from transforms.posting.arrivals import ASN_LINE, status_of
from transforms.posting.posting import Posting
from transforms.posting.rows import in_posting_order, outcomes_of, rejections_of

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.feeds import AsnRow, ReceiptRow
    from schemas.night import Books
    from transforms.posting.posting import Terms

REPLACED = ("warehouse_id", "sku", "expected_on", "announced_qty", "supplier_id", "delay_reason")


def post_asns(
    books: Books, rows: DataFrame[AsnRow], receipts: DataFrame[ReceiptRow], terms: Terms
) -> Posting:
    """Announced lines: new, changed (an empty cell changes nothing) or cancelled, one row a line at a time.

    Receipts are posted before announcements. So a line announced tonight is credited with tonight's
    receipts that name it: goods that are here are not on their way.
    """
    ordered = in_posting_order(rows, terms).rename({"line_no": "asn_line_no", "qty": "announced_qty"})
    numbered = ordered.with_columns(place=pl.int_range(pl.len()).over(ASN_LINE))
    posting = Posting.of(books)
    for place in numbered["place"].unique().sort():
        turn = numbered.filter(pl.col("place") == place)
        posting = posting.then(partial(_post_turn, rows=turn, receipts=receipts))
    return posting


def _post_turn(books: Books, rows: pl.DataFrame, receipts: DataFrame[ReceiptRow]) -> Posting:
    """At most one row a line over the announced lines."""
    known = books.inbound_lines.select(ASN_LINE).with_columns(is_known=True)
    found = rows.join(known, on=ASN_LINE, how="left", maintain_order="left").with_columns(
        pl.col("is_known").fill_null(value=False)
    )
    incomplete = pl.any_horizontal(pl.col("asn_line_no", "expected_on", "announced_qty").is_null())
    fault = (
        pl.when("is_known")
        .then(None)
        .when(pl.col("action") == "cancel")
        .then(pl.lit(ReasonCode.UNKNOWN_ORDER.value))
        .when(incomplete)
        .then(pl.lit(ReasonCode.MISSING.value))
    )
    judged = found.with_columns(fault.alias("fault"))
    good, bad = judged.filter(pl.col("fault").is_null()), judged.filter(pl.col("fault").is_not_null())
    lines = _over_known(books, good)
    unplaced = _unplaced(books, receipts)
    made = _credited(_made(good), unplaced)
    after = pl.concat([lines, made]).sort(ASN_LINE).pipe(InboundLine.validate)
    return Posting.of(
        replace(books, inbound_lines=after),
        outcomes=pl.concat([outcomes_of(good, Verdict.ACCEPTED), outcomes_of(bad, Verdict.REJECTED)]),
        rejected_rows=pl.concat(
            rejections_of(bad.filter(pl.col("fault") == reason), reason, "asn_id")
            for reason in (ReasonCode.UNKNOWN_ORDER, ReasonCode.MISSING)
        ),
    )


def _over_known(books: Books, rows: pl.DataFrame) -> DataFrame[InboundLine]:
    """Known lines with what their row says; what came stays received, a new date opens a closed line."""
    said = rows.filter("is_known").select(
        *ASN_LINE, "action", *(pl.col(name).alias(f"{name}_said") for name in REPLACED)
    )
    joined = books.inbound_lines.join(said, on=ASN_LINE, how="left", maintain_order="left").with_columns(
        pl.coalesce(f"{name}_said", name).alias(name) for name in REPLACED
    )
    is_cancelled = pl.col("action") == "cancel"
    is_said = pl.col("action").is_not_null()
    is_opened = pl.col("expected_on_said").is_not_null() | pl.col("announced_qty_said").is_not_null()
    left = (pl.col("announced_qty") - pl.col("received_qty")).clip(0)
    after = joined.with_columns(
        remaining_qty=pl.when(is_cancelled)
        .then(0)
        .when(is_said & is_opened)
        .then(left)
        .otherwise("remaining_qty"),
        status=pl.when(is_cancelled)
        .then(pl.lit(InboundStatus.CANCELLED.value))
        .when(is_said & is_opened)
        .then(pl.lit(InboundStatus.EXPECTED.value))
        .otherwise("status"),
    ).with_columns(status=pl.when(is_said).then(status_of()).otherwise("status"))
    return conform(after, InboundLine)


def _made(rows: pl.DataFrame) -> pl.DataFrame:
    """Lines that were not known."""
    return rows.filter(~pl.col("is_known")).with_columns(
        first_expected_on=pl.col("expected_on"),
        received_qty=pl.lit(0, pl.Int64),
        remaining_qty=pl.col("announced_qty"),
        status=pl.lit(InboundStatus.EXPECTED.value),
        last_received_on=pl.lit(None, pl.Date),
    )


def _unplaced(books: Books, receipts: DataFrame[ReceiptRow]) -> pl.DataFrame:
    """Receipts that name an announcement of their sku which the books did not know when they were posted."""
    known = books.inbound_lines
    lines = receipts.filter(pl.col("asn_line_no").is_not_null()).join(known, on=ASN_LINE, how="anti")
    whole = receipts.filter(pl.col("asn_line_no").is_null(), pl.col("asn_id").is_not_null())
    return pl.concat([lines, whole.join(known, on=["client_id", "asn_id", "sku"], how="anti")])


def _credited(made: pl.DataFrame, receipts: pl.DataFrame) -> DataFrame[InboundLine]:
    """New lines less what tonight's receipts brought of them; one without a line counts for the first."""
    named = receipts.filter(pl.col("asn_id").is_not_null()).with_columns(
        on=pl.coalesce("received_on", pl.col("received_at").dt.date())
    )
    key = ["client_id", "asn_id", "sku"]
    first = made.group_by(key).agg(first_line=pl.col("asn_line_no").min())
    came = (
        named.join(first, on=key)
        .with_columns(pl.coalesce("asn_line_no", "first_line").alias("asn_line_no"))
        .group_by(*key, "asn_line_no")
        .agg(
            came=pl.col("received_qty").sum().clip(0),
            came_on=pl.col("on").max(),
            is_done=pl.col("is_final").any(),
        )
    )
    left = (pl.col("announced_qty") - pl.col("came").fill_null(0)).clip(0)
    is_done = pl.col("is_done").fill_null(value=False)
    after = (
        made.join(came, on=[*key, "asn_line_no"], how="left", maintain_order="left")
        .with_columns(
            received_qty=pl.col("came").fill_null(0),
            remaining_qty=pl.when(is_done).then(0).otherwise(left),
            last_received_on="came_on",
        )
        .with_columns(
            status=pl.when(is_done & (left > 0))
            .then(pl.lit(InboundStatus.CLOSED.value))
            .otherwise(status_of())
        )
    )
    return conform(after, InboundLine)
