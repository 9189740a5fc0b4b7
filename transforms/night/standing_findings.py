"""What stands in the books and needs a person: read every night, so that it is told until it is gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.results import Finding
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import HoldReason, StockAccount
from transforms.findings import findings_of
from transforms.first_counts import LISTED, awaited_counts
from transforms.keys import CELL, ITEM
from transforms.posting.orders.holds import DOUBTS, unknown_skus
from transforms.published_paths import in_quarantine, workbook_clients
from transforms.units import counted, in_units, units

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from transforms.terms import Terms

MEANINGS = {reason.value: reason.meaning for reason in HoldReason}
TOLD_APART = (HoldReason.SHORT_PICK, HoldReason.OVER_RECEIPT)
"""Reasons of held units that have a code of their own."""

ROWS_TOLD_APART = (
    ReasonCode.FILE_GROWS,
    ReasonCode.COUNT_HELD,
    ReasonCode.ORDER_DIFFERS,
    ReasonCode.TOO_LATE,
)
"""Reasons of rejected rows that have a code of their own: one cause is one task."""

OF_INTAKE = (HoldReason.UNKNOWN_SKU, HoldReason.INCOMPLETE_INTAKE, *DOUBTS)
"""Reasons of held orders that have a code of their own."""


def find_standing(books: Books, terms: Terms) -> DataFrame[Finding]:
    """Units and orders on hold, stock that nobody counted or knows, and rows that nobody corrected."""
    held = books.stock_balances.filter(pl.col("account") == StockAccount.HOLD, pl.col("qty") > 0)
    found = [
        _not_found(held.filter(pl.col("hold_reason") == HoldReason.SHORT_PICK), books, terms),
        _too_many(held.filter(pl.col("hold_reason") == HoldReason.OVER_RECEIPT), terms),
        _to_judge(held.filter(~pl.col("hold_reason").is_in(TOLD_APART)), terms),
        _unknown_stock(books, terms),
        *_held_orders(books, terms),
        _uncounted(books, terms),
        _uncorrected(books, terms),
        _growing(books, terms),
    ]
    return pl.concat(found).pipe(Finding.validate)


def _not_found(held: pl.DataFrame, books: Books, terms: Terms) -> DataFrame[Finding]:
    """Bins in which a picker did not find units, until somebody has looked."""
    looked_for = books.stock_holds.group_by(CELL).agg(
        missing=pl.col("missing_qty").sum(), since_on=pl.col("held_on").min()
    )
    bins = held.join(looked_for, on=CELL, how="left", maintain_order="left").with_columns(
        missing=pl.min_horizontal("qty", pl.col("missing").fill_null(0))
    )
    since = pl.concat_str(pl.lit(" since "), pl.col("since_on").cast(pl.String)).fill_null("")
    return findings_of(
        bins.with_columns(rest=pl.col("qty") - pl.col("missing")),
        FindingCode.SHORT_PICK,
        terms,
        subject=pl.col("sku"),
        cause=pl.concat_str("warehouse_id", "bin_id", separator=" "),
        detail=pl.format(
            "{} not found in {} at {}{}{}",
            units("missing"),
            "bin_id",
            "warehouse_id",
            since,
            pl.when(pl.col("rest") > 0)
            .then(pl.format("; {} more of the bin on hold", units("rest")))
            .otherwise(pl.lit("")),
        ),
    )


def _too_many(held: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    return findings_of(
        _by_place(held),
        FindingCode.OVER_RECEIPT,
        terms,
        subject=pl.col("sku"),
        detail=pl.format("{} on hold at {} ({})", in_units(units("qty")), "warehouse_id", "bins"),
    )


def _to_judge(held: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    """Held units by warehouse and reason, with their bins."""
    meaning = pl.col("hold_reason").replace_strict(MEANINGS, default=pl.col("hold_reason"))
    return findings_of(
        _by_place(held),
        FindingCode.STOCK_HELD,
        terms,
        subject=pl.col("sku"),
        cause=pl.concat_str("warehouse_id", "hold_reason", separator=" "),
        detail=pl.format("{} at {} ({}): {}", in_units(units("qty")), "warehouse_id", "bins", meaning),
    )


def _by_place(held: pl.DataFrame) -> pl.DataFrame:
    """Held units of a sku in a warehouse, for one reason, and the `bins` where they are."""
    return held.group_by(*ITEM, "warehouse_id", "hold_reason").agg(
        pl.col("qty").sum(), bins=pl.col("bin_id").unique().sort().str.join(", ")
    )


def _unknown_stock(books: Books, terms: Terms) -> DataFrame[Finding]:
    there = books.stock_balances.filter(pl.col("qty") > 0).group_by(ITEM).agg(pl.col("qty").sum())
    return findings_of(
        there.join(unknown_skus(books), on=ITEM, how="semi"),
        FindingCode.UNKNOWN_SKU_STOCK,
        terms,
        subject=pl.col("sku"),
        detail=pl.format("{} that no order can get", in_units(units("qty"))),
    )


def _held_orders(books: Books, terms: Terms) -> list[pl.DataFrame]:
    """Orders on hold; those that wait for an item as one finding of that item."""
    waiting_qty = pl.col("open_qty") + pl.col("reserved_qty") + pl.col("released_qty")
    lines = books.order_lines.filter(pl.col("hold_reason").is_not_null(), waiting_qty > 0)
    meaning = pl.col("hold_reason").replace_strict(MEANINGS, default=pl.col("hold_reason"))
    is_unknown = pl.col("hold_reason") == HoldReason.UNKNOWN_SKU
    skus = (
        lines.filter(is_unknown)
        .group_by(ITEM)
        .agg(lines=pl.len(), orders=pl.col("order_id").n_unique(), since_on=pl.col("hold_since").min())
    )
    return [
        findings_of(
            skus,
            FindingCode.UNKNOWN_SKU,
            terms,
            subject=pl.col("sku"),
            detail=pl.format(
                "{} of {} held since {}", counted("lines", "line"), counted("orders", "order"), "since_on"
            ),
        ),
        findings_of(
            lines.filter(~pl.col("hold_reason").is_in(OF_INTAKE)),
            FindingCode.ORDER_ON_HOLD,
            terms,
            subject=pl.col("order_id"),
            cause=pl.col("hold_reason"),
            detail=pl.format("{} since {}", meaning, "hold_since"),
        ),
    ]


def _uncounted(books: Books, terms: Terms) -> DataFrame[Finding]:
    """Warehouses of which no count came yet, where lines wait that they may serve."""
    waiting = books.order_lines.filter(pl.col("open_qty") + pl.col("reserved_qty") > 0)
    awaited = awaited_counts(waiting, books.first_counts, terms.clients)
    places = (
        waiting.join(awaited, on=LISTED)
        .group_by("client_id", "warehouse_id")
        .agg(lines=pl.len(), orders=pl.col("order_id").n_unique(), since_on=pl.col("accepted_on").min())
    )
    return findings_of(
        places,
        FindingCode.STOCK_NOT_COUNTED,
        terms,
        subject=pl.col("warehouse_id"),
        detail=pl.format(
            "no count came to ./inbound/{}/stock yet; {} of {} waiting, the first since {}",
            "client_id",
            counted("lines", "line"),
            counted("orders", "order"),
            "since_on",
        ),
    )


def _uncorrected(books: Books, terms: Terms) -> DataFrame[Finding]:
    """Files of which rejected rows are not corrected, with the reasons of these rows."""
    said_by = ["client_id", "feed", "last_hash", "last_name", "since_on"]
    reasons = (
        books.uncorrected_rows.filter(~pl.col("reason_code").is_in(ROWS_TOLD_APART))
        .group_by(*said_by, "reason_code")
        .agg(pl.len().alias("rows"))
        .sort("rows", "reason_code", descending=[True, False])
        .group_by(said_by, maintain_order=True)
        .agg(
            pl.col("rows").sum(),
            reasons=pl.format("{} {}", pl.col("rows"), pl.col("reason_code")).str.join(", "),
        )
    )
    return findings_of(
        reasons.with_columns(path=in_quarantine("last_hash", "last_name", workbook_clients(terms.clients))),
        FindingCode.ROWS_REJECTED,
        terms,
        subject=pl.concat_str("feed", "last_name", separator="/"),
        cause=pl.col("last_hash"),
        detail=pl.format("{} rejected on {}: {}", counted("rows", "row"), "since_on", "reasons"),
    )


def _growing(books: Books, terms: Terms) -> DataFrame[Finding]:
    """Files of events without times that have all rows of an earlier one in them, until a row is meant."""
    rows = books.uncorrected_rows.filter(pl.col("reason_code") == ReasonCode.FILE_GROWS)
    files = rows.group_by("client_id", "feed", "last_hash", "last_name", "since_on").agg(rows=pl.len())
    return findings_of(
        files.with_columns(path=in_quarantine("last_hash", "last_name", workbook_clients(terms.clients))),
        FindingCode.FILE_GROWS,
        terms,
        subject=pl.concat_str("feed", "last_name", separator="/"),
        cause=pl.col("last_hash"),
        detail=pl.format("{} that came on {} not posted", counted("rows", "row"), "since_on"),
    )
