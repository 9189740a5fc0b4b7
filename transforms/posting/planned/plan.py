"""Step 10: tonight's plan becomes movements and releases, and what of it a person must see."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import Release
from schemas.table import conform
from schemas.vocabulary.explanations import DecisionCode
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import NO_LOT, AllocationKind, Cause, LineAccount, StockAccount
from schemas.vocabulary.words import Standing as StandingRule
from transforms.allocation.demand.lines import last_ship_day
from transforms.allocation.demand.policies import KEEPS
from transforms.findings import findings_of
from transforms.keys import LINE
from transforms.posting.core.kits import count_released
from transforms.posting.core.movements import line_movements, post, stock_movements
from transforms.posting.planned.withdrawals import lost_movements
from transforms.terms import Terms
from transforms.units import units

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf, Books
    from schemas.results import Allocation, Decision, Finding, LostReservation, QueuePosition
    from transforms.posting.core.posting import Posting
    from transforms.shipping_days import ShippingDays


def post_plan(
    books: Books,
    *,
    allocations: DataFrame[Allocation],
    lost_reservations: DataFrame[LostReservation],
    as_of: AsOf,
) -> Posting:
    """Books, movements and findings after tonight's plan: lost reservations, then releases, then reserves.

    A release moves its units in both ledgers under one effect id; the part that was reserved before
    leaves RESERVED, the rest OPEN. Releases of parts move stock row by row, and of their line the kits that
    they make together, under the id of these kits.
    """
    terms = Terms(as_of, {}, {}, books.items)
    lost = lost_reservations.rename({"lost_qty": "qty"})
    released = _released(allocations)
    reserved = allocations.filter(pl.col("kind") == AllocationKind.RESERVE).rename({"allocated_qty": "qty"})
    of_lines = count_released(released)
    from_reserved = of_lines.with_columns(qty=pl.col("from_reserved_qty"))
    from_open = of_lines.with_columns(qty=pl.col("qty") - pl.col("from_reserved_qty"))
    accounts = LineAccount
    drafts = [
        lost_movements(lost_reservations),
        line_movements(from_reserved, out=accounts.RESERVED, into=accounts.RELEASED, cause=Cause.ALLOCATED),
        line_movements(from_open, out=accounts.OPEN, into=accounts.RELEASED, cause=Cause.ALLOCATED),
        stock_movements(released, out=StockAccount.FREE, into=StockAccount.RELEASED, cause=Cause.ALLOCATED),
        line_movements(reserved, out=accounts.OPEN, into=accounts.RESERVED, cause=Cause.ALLOCATED),
    ]
    with_releases = replace(books, releases=_releases_after(books, released, as_of))
    missed = lost.filter(pl.col("standing").is_in(KEEPS))
    return post(with_releases, drafts, terms, findings=_lost_findings(missed, terms)).numbered()


def find_unserved(books: Books, standings: DataFrame[QueuePosition], *, as_of: AsOf) -> DataFrame[Finding]:
    """Findings for the lines that come before all others (`win`), are due and still lack units."""
    is_unserved = (pl.col("standing") == StandingRule.WIN) & (pl.col("backordered_qty") > 0)
    lines = books.order_lines.select(*LINE, "sku")
    unserved = standings.filter(is_unserved).join(lines, on=LINE, how="left", maintain_order="left")
    return findings_of(
        unserved,
        FindingCode.WIN_UNSERVED,
        Terms(as_of, {}, {}, books.items),
        subject=pl.col("order_id"),
        detail=pl.format("line {} still lacks {} of {}", "line_no", units("backordered_qty"), "sku"),
    )


def find_past_dates(
    books: Books, decisions: DataFrame[Decision], *, days: ShippingDays, as_of: AsOf
) -> DataFrame[Finding]:
    """Findings for the orders whose units cannot ship by their last ship date, every night that it is so.

    The client says what becomes of them. Of a line whose date is past that is all that still waits.
    """
    late = decisions.filter(pl.col("reason_code") == DecisionCode.PAST_CANCEL_DATE)
    waiting_qty = pl.col("open_qty") + pl.col("reserved_qty")
    lines = (
        books.order_lines.with_columns(waiting_qty=waiting_qty, last_ship_on=last_ship_day())
        .filter(pl.col("waiting_qty") > 0, pl.col("last_ship_on").is_not_null())
        .join(late.select(*LINE, late_qty="qty"), on=LINE, how="left", maintain_order="left")
    )
    lines = lines.join(days.of_lists(lines["warehouse_ids"]), on="warehouse_ids", maintain_order="left")
    is_past = pl.col("last_ship_on") < pl.col("soonest_on")
    return findings_of(
        lines.with_columns(late_qty=pl.when(is_past).then("waiting_qty").otherwise("late_qty")).filter(
            pl.col("late_qty") > 0
        ),
        FindingCode.PAST_CANCEL_DATE,
        Terms(as_of, {}, {}, books.items),
        subject=pl.col("order_id"),
        detail=pl.format(
            "line {}: {} of {} cannot ship by {}", "line_no", units("late_qty"), "sku", "last_ship_on"
        ),
    )


def _released(allocations: DataFrame[Allocation]) -> pl.DataFrame:
    """Tonight's releases as units of a cell."""
    return (
        allocations.filter(pl.col("kind") == AllocationKind.RELEASE)
        .with_columns(pl.col("lot_id").fill_null(NO_LOT), effect_id="release_id")
        .rename({"allocated_qty": "qty"})
    )


def _releases_after(books: Books, released: pl.DataFrame, as_of: AsOf) -> DataFrame[Release]:
    """All releases with tonight's, open until the warehouse answers."""
    new = released.rename({"qty": "released_qty"}).with_columns(
        shipped_qty=pl.lit(0, pl.Int64),
        short_qty=pl.lit(0, pl.Int64),
        released_on=pl.lit(as_of.business_date),
        run_no=pl.lit(as_of.run_no, pl.Int64),
        is_open=True,
    )
    both = pl.concat([books.releases, conform(new, Release)])
    return both.sort("client_id", "release_id").pipe(Release.validate)


def _lost_findings(lost: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    return findings_of(
        lost,
        FindingCode.LOST_RESERVATION,
        terms,
        subject=pl.col("order_id"),
        detail=pl.format(
            "line {}: {} reserved units of {} are no longer in {}",
            "line_no",
            units("qty"),
            "sku",
            "warehouse_id",
        ),
    )
