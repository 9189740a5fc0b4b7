"""Step 1: shipments taken for granted, by a client's explicit choice."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import Release, Shipment
from schemas.table import conform
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import Cause, LineAccount, ShipmentBasis, StockAccount
from transforms.calendars import with_instant_of_day
from transforms.effects import with_effect_id
from transforms.findings import findings_of
from transforms.posting.confirmations.reaching import RELEASE
from transforms.posting.core.kits import count_answered, find_loose_parts
from transforms.posting.core.movements import line_movements, post, stock_movements
from transforms.posting.core.posting import Posting
from transforms.posting.facts.shelf_facts import facts_of
from transforms.units import in_millionths, written_total

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from schemas.results import Finding
    from transforms.terms import Terms


def assume_shipments(books: Books, terms: Terms) -> Posting:
    """Open releases count as shipped when their shipping day is over, for clients that assume so.

    They left at `day_only_at` of that day.
    """
    assumed = _gone_releases(books, terms)
    if assumed.is_empty():
        return Posting.of(books)
    named = with_effect_id(assumed, "shipment_id", RELEASE, kind="assumed")
    identified = with_instant_of_day(
        named.with_columns(effect_id=pl.col("shipment_id"), effective_on=pl.col("ships_on")),
        date_column="ships_on",
        name="at",
        warehouses=terms.warehouses,
    )
    made = identified.with_columns(
        business_date=pl.lit(terms.as_of.business_date),
        shipped_on=pl.col("ships_on"),
        shipped_qty=pl.col("qty"),
        short_qty=pl.lit(0, pl.Int64),
        basis=pl.lit(ShipmentBasis.ASSUMED.value),
    )
    closed = assumed.with_columns(shipped_qty=pl.col("shipped_qty") + pl.col("qty"), is_open=False)
    both = pl.concat([books.releases.join(closed, on=RELEASE, how="anti"), conform(closed, Release)])
    releases = both.sort(RELEASE).pipe(Release.validate)
    shipped = _counted(books, identified, releases)
    stock, line = StockAccount, LineAccount
    return post(
        replace(books, releases=releases),
        [
            stock_movements(identified, out=stock.RELEASED, into=stock.SHIPPED, cause=Cause.ASSUMED),
            line_movements(shipped, out=line.RELEASED, into=line.SHIPPED, cause=Cause.ASSUMED),
        ],
        terms,
        shipments=conform(made.sort("client_id", "shipment_id"), Shipment),
        facts=facts_of(identified, -pl.col("qty"), terms),
        findings=pl.concat([_findings(assumed, terms), find_loose_parts(assumed, releases, terms)]),
    )


def _counted(books: Books, assumed: pl.DataFrame, releases: DataFrame[Release]) -> pl.DataFrame:
    """Units that count as shipped as their lines count them: of parts, the kits that are whole now."""
    none = pl.lit(0, pl.Int64)
    records = assumed.with_columns(row=pl.int_range(pl.len()), shipped="qty", short=none, over=none)
    of_lines = count_answered(records, books.releases, releases)
    return of_lines.with_columns(qty=pl.col("shipped"))


def _gone_releases(books: Books, terms: Terms) -> pl.DataFrame:
    """Open releases whose shipping day the night closes, or one before it did; unconfirmed units as `qty`."""
    choice = terms.of_clients(confirm=lambda client: client.feeds.shipments.confirm)
    return (
        books.releases.filter("is_open")
        .join(choice.filter(pl.col("confirm") == "assume"), on="client_id", how="semi")
        .filter(pl.col("ships_on") <= terms.as_of.business_date)
        .with_columns(qty=pl.col("released_qty") - pl.col("shipped_qty") - pl.col("short_qty"))
    )


def _findings(assumed: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    units = in_millionths(pl.col("qty"), pl.col("decimals")).sum()
    shipped = terms.with_decimals(assumed).group_by("client_id", "warehouse_id").agg(units=units)
    return findings_of(
        shipped,
        FindingCode.ASSUMED_SHIPMENT,
        terms,
        subject=pl.col("warehouse_id"),
        detail=pl.format("{} units count as shipped without a confirmation", written_total(pl.col("units"))),
    )
