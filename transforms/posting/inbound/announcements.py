"""What announcements say: lines that are new, changed or cancelled. What came of them is counted later."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.inbound import InboundLine, InboundReceipt
from schemas.table import conform
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import InboundStatus, Verdict
from transforms.posting.core.posting import Posting
from transforms.posting.core.rows import in_posting_order, outcomes_of, rejections_of
from transforms.posting.inbound.credits import ASN_LINE

if TYPE_CHECKING:
    from datetime import date

    from pandera.typing.polars import DataFrame

    from schemas.intake.feeds import AsnRow
    from schemas.night import Books
    from transforms.terms import Terms

REPLACED = ("warehouse_id", "sku", "expected_on", "announced_qty", "supplier_id", "delay_reason")
EXPECTED = ("expected_on_said", "announced_qty_said")
"""What a row says of what is to come."""


def post_announcements(books: Books, rows: DataFrame[AsnRow], terms: Terms) -> Posting:
    """Announced lines: new, changed (an empty cell changes nothing) or cancelled, one row a line at a time.

    Rows without a date and quantity say nothing of what is expected; one that says either opens a
    cancelled line, and where it says something new, one that a receipt ended.
    """
    ordered = in_posting_order(rows, terms).rename({"line_no": "asn_line_no", "qty": "announced_qty"})
    numbered = ordered.with_columns(place=pl.int_range(pl.len()).over(ASN_LINE))
    posting = Posting.of(books)
    for place in numbered["place"].unique().sort():
        turn = numbered.filter(pl.col("place") == place)
        posting = posting.then(partial(_post_turn, rows=turn, terms=terms))
    return posting


def _post_turn(books: Books, rows: pl.DataFrame, terms: Terms) -> Posting:
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
    night = terms.as_of.business_date
    said = _over_known(books, good, night)
    lines = pl.concat([conform(said, InboundLine), _made(good, night)])
    after = replace(
        books,
        inbound_lines=lines.sort(ASN_LINE).pipe(InboundLine.validate),
        inbound_receipts=_no_longer_final(books, said.filter("is_changed")),
    )
    return Posting.of(
        after,
        outcomes=pl.concat([outcomes_of(good, Verdict.ACCEPTED), outcomes_of(bad, Verdict.REJECTED)]),
        rejected_rows=pl.concat(
            rejections_of(bad.filter(pl.col("fault") == reason), reason, "asn_id")
            for reason in (ReasonCode.UNKNOWN_ORDER, ReasonCode.MISSING)
        ),
    )


def _over_known(books: Books, rows: pl.DataFrame, night: date) -> pl.DataFrame:
    """Known lines with what their row says, and `is_changed`: something else is expected than before.

    Their quantities and status are counted anew afterwards.
    """
    said = rows.filter("is_known").select(
        *ASN_LINE, "action", *(pl.col(name).alias(f"{name}_said") for name in REPLACED)
    )
    joined = books.inbound_lines.join(said, on=ASN_LINE, how="left", maintain_order="left")
    is_cancelled = pl.col("action") == "cancel"
    expects = ~is_cancelled & pl.any_horizontal(pl.col(name).is_not_null() for name in EXPECTED)
    is_other = pl.any_horizontal(pl.col(name) != pl.col(name[: -len("_said")]) for name in EXPECTED)
    was_cancelled = pl.col("status") == InboundStatus.CANCELLED
    is_changed = (expects & (is_other.fill_null(value=False) | was_cancelled)).fill_null(value=False)
    return joined.with_columns(is_changed=is_changed).with_columns(
        *(pl.coalesce(f"{name}_said", name).alias(name) for name in REPLACED),
        status=pl.when(is_cancelled)
        .then(pl.lit(InboundStatus.CANCELLED.value))
        .when(expects & was_cancelled)
        .then(pl.lit(InboundStatus.EXPECTED.value))
        .otherwise("status"),
        changed_on=pl.when("is_changed").then(night).otherwise("changed_on"),
        ended_on=pl.when(~pl.col("is_changed")).then("ended_on"),
    )


def _no_longer_final(books: Books, changed: pl.DataFrame) -> DataFrame[InboundReceipt]:
    """The kept receipts: what they said of the rest of a line that was changed since holds no longer."""
    lines = [changed.select(ASN_LINE), changed.select(*ASN_LINE[:2], asn_line_no=pl.lit(0, pl.Int64))]
    overtaken = pl.concat(lines).unique().with_columns(is_overtaken=True)
    return conform(
        books.inbound_receipts.join(overtaken, on=ASN_LINE, how="left", maintain_order="left").with_columns(
            is_final=pl.col("is_final") & pl.col("is_overtaken").is_null()
        ),
        InboundReceipt,
    )


def _made(rows: pl.DataFrame, night: date) -> DataFrame[InboundLine]:
    """Lines that were not known."""
    nothing = pl.lit(None, pl.Date)
    made = rows.filter(~pl.col("is_known")).with_columns(
        first_expected_on=pl.col("expected_on"),
        received_qty=pl.lit(0, pl.Int64),
        remaining_qty=pl.col("announced_qty"),
        settled_qty=pl.lit(0, pl.Int64),
        status=pl.lit(InboundStatus.EXPECTED.value),
        announced_on=night,
        changed_on=nothing,
        ended_on=nothing,
        last_received_on=nothing,
    )
    return conform(made, InboundLine)
