"""Confirmed releases: shipped, shipped from elsewhere, too many, too few."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import Release, Shipment
from schemas.table import conform
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import NO_LOT, Cause, LineAccount, ShipmentBasis, StockAccount
from transforms.effects import with_effect_id
from transforms.findings import findings_of
from transforms.keys import CELL, LINE
from transforms.matching import match_in_order
from transforms.posting.confirmations.reaching import RELEASE
from transforms.posting.confirmations.short_picks import hold_the_rest
from transforms.posting.confirmations.slips import note_excess
from transforms.posting.confirmations.withholding import mark_unsaid_kits, withhold
from transforms.posting.core.kits import count_answered, find_loose_parts
from transforms.posting.core.movements import line_movements, post, stock_movements
from transforms.posting.facts.shelf_facts import facts_of
from transforms.units import units

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from schemas.results import Finding
    from transforms.posting.core.posting import Posting
    from transforms.terms import Terms


def confirm(books: Books, records: pl.DataFrame, terms: Terms) -> Posting:
    """What `spread_rows` found: units shipped and short, then those that came from elsewhere on the shelf.

    Short units are back in the queue before units beyond the release are charged to the line, so that a
    line that got too many from one release and too few from another is even.
    """
    shipments = _named(mark_unsaid_kits(records))
    answered = replace(books, releases=_releases_after(books, shipments))
    of_lines = count_answered(shipments, books.releases, answered.releases)
    posted = _post_told(withhold(answered, of_lines, terms), shipments, of_lines, terms)
    return posted.then(partial(_post_from_shelf, shipments=shipments, of_lines=of_lines, terms=terms)).then(
        partial(hold_the_rest, short=_short(shipments), terms=terms)
    )


def _named(records: pl.DataFrame) -> pl.DataFrame:
    """Records with the shipment's id, and the place the units really came from."""
    identified = with_effect_id(
        records,
        "shipment_id",
        ["client_id", "file_feed", "file_hash", "row_no", "release_id"],
        kind="shipment",
    )
    is_other = (pl.col("real_lot_id") != pl.col("lot_id")).fill_null(value=False) | (
        pl.col("real_bin_id") != pl.col("bin_id")
    ).fill_null(value=False)
    return identified.with_columns(
        is_other=is_other,
        real_lot_id=pl.coalesce("real_lot_id", "lot_id"),
        real_bin_id=pl.coalesce("real_bin_id", "bin_id"),
        effect_id=pl.col("shipment_id"),
    )


def _post_told(books: Books, shipments: pl.DataFrame, of_lines: pl.DataFrame, terms: Terms) -> Posting:
    """Released units: shipped as told, back on the shelf where others were taken, or short and open again."""
    stock, line = StockAccount, LineAccount
    taken = shipments.with_columns(qty=pl.col("shipped"))
    told, other = taken.filter(~pl.col("is_other")), taken.filter("is_other")
    shipped = of_lines.with_columns(qty=pl.col("shipped"))
    short = of_lines.with_columns(qty=pl.col("short"))
    findings = [
        _other_findings(other, terms),
        _over_findings(shipments, terms),
        find_loose_parts(shipments, books.releases, terms),
    ]
    return post(
        books,
        [
            stock_movements(told, out=stock.RELEASED, into=stock.SHIPPED, cause=Cause.SHIPPED),
            stock_movements(other, out=stock.RELEASED, into=stock.FREE, cause=Cause.OTHER_LOT),
            line_movements(shipped, out=line.RELEASED, into=line.SHIPPED, cause=Cause.SHIPPED),
            line_movements(short, out=line.RELEASED, into=line.OPEN, cause=Cause.SHORT),
        ],
        terms,
        shipments=_rows_of(shipments, ShipmentBasis.CONFIRMED, terms),
        facts=facts_of(_left(shipments), -pl.col("qty"), terms),
        findings=pl.concat(findings),
    )


def _left(shipments: pl.DataFrame) -> pl.DataFrame:
    """Units that left their real places, whatever they were released from."""
    return shipments.with_columns(
        lot_id=pl.col("real_lot_id"), bin_id=pl.col("real_bin_id"), qty=pl.col("shipped") + pl.col("over")
    )


def _post_from_shelf(books: Books, shipments: pl.DataFrame, of_lines: pl.DataFrame, terms: Terms) -> Posting:
    """Units that left the shelf without a release of their place: of another lot or bin, or too many."""
    from_shelf = pl.concat(
        [
            shipments.filter("is_other").with_columns(qty=pl.col("shipped"), is_over=False),
            shipments.with_columns(qty=pl.col("over"), is_over=True),
        ]
    ).filter(pl.col("qty") > 0)
    placed = _as_wants(
        from_shelf.with_columns(lot_id=pl.col("real_lot_id"), bin_id=pl.col("real_bin_id")), "is_over"
    )
    gaps = _gaps(books, placed)
    beyond = _as_wants(of_lines.with_columns(qty=pl.col("over")))
    charged = _charged(books, beyond)
    parts = [beyond.select(*LINE, "qty"), charged.select(*LINE, qty=-pl.col("qty"))]
    exceeding = pl.concat(parts).group_by(LINE).agg(pl.col("qty").sum())
    stock = StockAccount
    return post(
        note_excess(books, exceeding),
        [
            stock_movements(gaps, out=stock.ADJUSTED, into=stock.FREE, cause=Cause.BOOK_GAP),
            stock_movements(
                placed.filter(~pl.col("is_over")), out=stock.FREE, into=stock.SHIPPED, cause=Cause.OTHER_LOT
            ),
            stock_movements(
                placed.filter("is_over"), out=stock.FREE, into=stock.SHIPPED, cause=Cause.OVER_SHIPPED
            ),
            line_movements(charged, out=LineAccount.OPEN, into=LineAccount.SHIPPED, cause=Cause.OVER_SHIPPED),
        ],
        terms,
    )


def _as_wants(units: pl.DataFrame, *then_by: str) -> pl.DataFrame:
    """Units in the order of the rows that tell of them."""
    in_order = units.sort("row", "release_id", *then_by)
    return in_order.with_columns(want_id=pl.int_range(pl.len(), dtype=pl.Int64))


def _gaps(books: Books, placed: pl.DataFrame) -> pl.DataFrame:
    """Units that left a cell in which the books have too few free ones."""
    free = (
        books.stock_balances.filter(pl.col("account") == StockAccount.FREE)
        .with_row_index("offer_id")
        .cast({"offer_id": pl.Int64})
    )
    had = match_in_order(placed, free, on=CELL).group_by("want_id").agg(had=pl.col("qty").sum())
    return (
        placed.join(had, on="want_id", how="left", maintain_order="left")
        .with_columns(qty=pl.col("qty") - pl.col("had").fill_null(0))
        .filter(pl.col("qty") > 0)
    )


def _charged(books: Books, over: pl.DataFrame) -> pl.DataFrame:
    """Units beyond a release that the line takes, up to what it has open."""
    is_open = pl.col("account") == LineAccount.OPEN
    offers = books.line_balances.filter(is_open).with_row_index("offer_id").cast({"offer_id": pl.Int64})
    taken = match_in_order(over, offers, on=LINE).drop("offer_id")
    return over.drop("qty").join(taken, on="want_id")


def _short(shipments: pl.DataFrame) -> pl.DataFrame:
    """One row a release that came up short, at the place where its units were not found."""
    return (
        shipments.filter(pl.col("short") > 0)
        .sort("row")
        .group_by(RELEASE, maintain_order=True)
        .agg(
            pl.col("short").sum().alias("qty"),
            pl.col(*CELL[1:], "order_id", "line_no", "at", "effective_on", "file_hash", "row_no").last(),
        )
    )


def _releases_after(books: Books, shipments: pl.DataFrame) -> DataFrame[Release]:
    """Releases with what was shipped and short of them, closed where the confirmation closes them."""
    answered = shipments.group_by(RELEASE).agg(pl.col("shipped", "short").sum(), pl.col("closes").any())
    after = books.releases.join(answered, on=RELEASE, how="left", maintain_order="left").with_columns(
        shipped_qty=pl.col("shipped_qty") + pl.col("shipped").fill_null(0),
        short_qty=pl.col("short_qty") + pl.col("short").fill_null(0),
        is_open=pl.col("is_open") & ~pl.col("closes").fill_null(value=False),
    )
    return conform(after, Release)


def _rows_of(shipments: pl.DataFrame, basis: ShipmentBasis, terms: Terms) -> DataFrame[Shipment]:
    """Shipments as history keeps them; units beyond the release are shipped like others."""
    rows = shipments.with_columns(
        business_date=pl.lit(terms.as_of.business_date),
        lot_id=pl.col("real_lot_id"),
        bin_id=pl.col("real_bin_id"),
        shipped_qty=pl.col("shipped") + pl.col("over"),
        short_qty=pl.col("short"),
        shipped_on=pl.col("effective_on"),
        basis=pl.lit(basis.value),
    )
    return conform(rows.sort("client_id", "shipment_id"), Shipment)


def _other_findings(other: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    return findings_of(
        other.filter(pl.col("qty") > 0),
        FindingCode.OTHER_LOT,
        terms,
        subject=pl.col("order_id"),
        detail=pl.format(
            "line {}: {} from {} instead of {}",
            "line_no",
            units("qty"),
            _place("real_lot_id", "real_bin_id"),
            _place("lot_id", "bin_id"),
        ),
    )


def _place(lot_id: str, bin_id: str) -> pl.Expr:
    """A bin in words, and the lot in it where there are lots."""
    in_lot = pl.format("lot {} in {}", lot_id, bin_id)
    return pl.when(pl.col(lot_id) == NO_LOT).then(pl.col(bin_id)).otherwise(in_lot)


def _over_findings(shipments: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    return findings_of(
        shipments.filter(pl.col("over") > 0),
        FindingCode.OVER_SHIPPED,
        terms,
        subject=pl.col("order_id"),
        detail=pl.format("line {}: {} of {} more than released", "line_no", units("over"), "sku"),
    )
