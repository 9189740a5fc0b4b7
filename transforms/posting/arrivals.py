"""Which announced lines a receipt fulfils, and how many units came beyond them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books import InboundLine
from schemas.table import conform
from schemas.vocabulary import InboundStatus
from transforms.matching import match_in_order

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from transforms.posting.posting import Terms

ASN_LINE = ["client_id", "asn_id", "asn_line_no"]
POOL = ["client_id", "warehouse_id", "sku"]
NO_SUPPLIER = ["return", "transfer"]
"""Receipts that no supplier announced."""


@dataclass(frozen=True)
class Arrivals:
    """Receipts against announcements.

    Attributes:
        books: with the announced lines after the receipts.
        rows: the receipts with `over_qty`, units above the announced quantity and its allowance.
    """

    books: Books
    rows: pl.DataFrame


def fulfil(books: Books, rows: pl.DataFrame, terms: Terms) -> Arrivals:
    """Receipts (in posting order) that name an announcement fulfil it; others the oldest of their sku.

    A receipt that names an announcement we do not know fulfils nothing: it may be announced tonight.
    A correction takes units back from the line it names.
    """
    if books.inbound_lines.is_empty():
        return Arrivals(books, rows.with_columns(over_qty=pl.lit(0, pl.Int64)))
    named = _named(books.inbound_lines, rows)
    lines = _received(books.inbound_lines, named)
    blind = _blind(lines, rows)
    after = _closed_as_final(_received(lines, blind), named)
    judged = rows.join(_over(books, named, terms), on="row", how="left", maintain_order="left")
    return Arrivals(replace(books, inbound_lines=after), judged.with_columns(pl.col("over_qty").fill_null(0)))


def _named(lines: DataFrame[InboundLine], rows: pl.DataFrame) -> pl.DataFrame:
    """Units of receipts that name an announced line, or its announcement and sku: row, line and qty."""
    wanted = rows.filter(pl.col("asn_id").is_not_null()).select(
        "row",
        "client_id",
        "asn_id",
        "asn_line_no",
        "sku",
        "at",
        "is_final",
        qty="received_qty",
        on="effective_on",
    )
    known = lines.filter(pl.col("status") != InboundStatus.CANCELLED).select(
        *ASN_LINE, "sku", "remaining_qty"
    )
    exact = wanted.filter(pl.col("asn_line_no").is_not_null()).join(known, on=[*ASN_LINE, "sku"], how="semi")
    loose = wanted.filter(pl.col("asn_line_no").is_null()).drop("asn_line_no")
    offers = known.sort(ASN_LINE).with_row_index("offer_id").cast({"offer_id": pl.Int64})
    key = ["client_id", "asn_id", "sku"]
    filled = match_in_order(
        loose.filter(pl.col("qty") > 0).rename({"row": "want_id"}),
        offers.with_columns(qty=pl.col("remaining_qty")),
        on=key,
    ).join(offers.select("offer_id", "asn_line_no"), on="offer_id")
    spread = filled.select("asn_line_no", "qty", row="want_id")
    spread_qty = spread.group_by("row").agg(spread_qty=pl.col("qty").sum())
    first_line = offers.group_by(key).agg(pl.col("asn_line_no").min())
    rest = (
        loose.join(first_line, on=key)
        .join(spread_qty, on="row", how="left")
        .with_columns(qty=pl.col("qty") - pl.col("spread_qty").fill_null(0))
        .filter((pl.col("qty") != 0) | pl.col("is_final"))
        .select("asn_line_no", "qty", "row")
    )
    parts = pl.concat([spread, rest]).group_by("row", "asn_line_no").agg(pl.col("qty").sum())
    spread_rows = loose.drop("qty").join(parts, on="row").select(exact.columns)
    return pl.concat([exact, spread_rows]).sort("row", "asn_line_no")


def _blind(lines: DataFrame[InboundLine], rows: pl.DataFrame) -> pl.DataFrame:
    """Units of receipts without an announcement, against the oldest expected lines of warehouse and sku."""
    is_ours = ~pl.col("receipt_type").is_in(NO_SUPPLIER).fill_null(value=False)
    wants = rows.filter(pl.col("asn_id").is_null(), is_ours, pl.col("received_qty") > 0).select(
        *POOL, "effective_on", want_id="row", qty="received_qty"
    )
    offers = (
        lines.sort("client_id", "expected_on", "asn_id", "asn_line_no")
        .with_row_index("offer_id")
        .cast({"offer_id": pl.Int64})
    )
    taken = match_in_order(wants, offers.select("offer_id", *POOL, qty="remaining_qty"), on=POOL)
    return taken.join(offers.select("offer_id", *ASN_LINE), on="offer_id").join(
        wants.select("want_id", on="effective_on"), on="want_id"
    )


def _received(lines: DataFrame[InboundLine], units: pl.DataFrame) -> DataFrame[InboundLine]:
    """Announced lines with units received (negative: taken back) on them."""
    came = units.group_by(ASN_LINE).agg(came=pl.col("qty").sum(), came_on=pl.col("on").max())
    is_open = ~pl.col("status").is_in([InboundStatus.CLOSED, InboundStatus.CANCELLED])
    received = (pl.col("received_qty") + pl.col("came")).clip(0)
    remaining = pl.when(is_open).then((pl.col("announced_qty") - received).clip(0)).otherwise("remaining_qty")
    touched = (
        lines.join(came, on=ASN_LINE)
        .with_columns(
            received_qty=received,
            remaining_qty=remaining,
            last_received_on=pl.max_horizontal("last_received_on", "came_on"),
        )
        .with_columns(status=status_of())
    )
    return _replace_lines(lines, touched)


def _closed_as_final(lines: DataFrame[InboundLine], named: pl.DataFrame) -> DataFrame[InboundLine]:
    """Nothing more comes of lines whose receipt says so."""
    final = named.filter(pl.col("is_final"))
    closed = lines.join(final, on=ASN_LINE, how="semi").with_columns(
        remaining_qty=pl.lit(0, pl.Int64),
        status=pl.when(pl.col("remaining_qty") > 0)
        .then(pl.lit(InboundStatus.CLOSED.value))
        .otherwise("status"),
    )
    return _replace_lines(lines, closed)


def _over(books: Books, named: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """Units of each row above what its line announced and the client's allowance, the last rows first."""
    allowance = terms.of_clients(pct=lambda client: client.policy.over_receipt_pct)
    allowed = pl.col("announced_qty") + pl.col("announced_qty") * pl.col("pct") // 100
    lines = books.inbound_lines.select(*ASN_LINE, "announced_qty", "received_qty").join(
        allowance, on="client_id"
    )
    so_far = pl.col("received_qty") + pl.col("qty").cum_sum().over(ASN_LINE)
    return (
        named.filter(pl.col("qty") > 0)
        .join(lines, on=ASN_LINE)
        .sort("row", "asn_line_no")
        .with_columns(over_qty=pl.min_horizontal((so_far - allowed).clip(0), "qty"))
        .group_by("row")
        .agg(pl.col("over_qty").sum())
    )


def status_of() -> pl.Expr:
    """Where an announced line stands by its quantities; closed and cancelled ones stay so."""
    status = pl.col("status")
    ended = [InboundStatus.CLOSED.value, InboundStatus.CANCELLED.value]
    return (
        pl.when(status.is_in(ended))
        .then(status)
        .when(pl.col("remaining_qty") == 0)
        .then(pl.lit(InboundStatus.RECEIVED.value))
        .when(pl.col("received_qty") > 0)
        .then(pl.lit(InboundStatus.PART_RECEIVED.value))
        .otherwise(pl.lit(InboundStatus.EXPECTED.value))
    )


def _replace_lines(lines: DataFrame[InboundLine], changed: pl.DataFrame) -> DataFrame[InboundLine]:
    kept = lines.join(changed, on=ASN_LINE, how="anti")
    return pl.concat([kept, conform(changed, InboundLine)]).sort(ASN_LINE).pipe(InboundLine.validate)
