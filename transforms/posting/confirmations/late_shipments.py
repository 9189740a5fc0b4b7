"""Shipments that no open release asks for: a second parcel, a pick by hand, a slip.

Rule
    What left the house has left it, whatever the books had planned. The units of the line ship: first those
    that a picker had missed, then released, reserved and open ones. Units that were released again are taken
    out of that pick, and the finding says so first, so that the pick can be stopped. Missed units that nobody
    wants any more (a wish was granted when they came back) ship all the same: they are cancelled no longer.
    What exceeds the line is shipped beyond it. A row of which the line can take no unit moves nothing: it
    says again what is known, as does a row of a closed release by which nothing was shipped. Both are
    accepted, since there is nothing to correct, and say so in their acknowledgement.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import Release, Shipment
from schemas.books.stock import StockHold
from schemas.table import conform
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import Cause, HoldReason, LineAccount, ShipmentBasis, StockAccount, Verdict
from transforms.effects import with_effect_id
from transforms.findings import findings_of
from transforms.keys import CELL, LINE
from transforms.matching import match_in_order
from transforms.posting.confirmations.reaching import RELEASE, stated
from transforms.posting.confirmations.slips import note_excess
from transforms.posting.confirmations.withholding import tell_withheld
from transforms.posting.core.movements import line_movements, post, stock_movements
from transforms.posting.core.posting import Posting
from transforms.posting.core.rows import outcomes_of
from transforms.posting.core.stock import SHIPPABLE, take_out, take_units
from transforms.posting.facts.shelf_facts import facts_of
from transforms.units import in_units, units

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from schemas.results import Finding
    from transforms.terms import Terms

IS_PICKED = pl.col("account") == LineAccount.RELEASED
IS_OF_LINE = pl.col("account") != LineAccount.ORDERED
"""Not of missed units that stand in no account of the line any more: those ship beyond it."""

SAID_AGAIN = "the line can take no unit of it: nothing is moved"
"""What the acknowledgement adds to a row that moves nothing."""


def post_late_shipments(books: Books, rows: pl.DataFrame, terms: Terms) -> Posting:
    """Rows of known lines that no open release asks for.

    Args:
        books: after the confirmations of the night.
        rows: in posting order, with their line and `sku`, the SKU that left.
        terms: of the night.
    """
    if rows.is_empty():
        return Posting.of(books)
    placed = placed_rows(books, rows)
    taken = _taken(books, placed)
    done = taken.group_by(row="want_id").agg(taken=pl.col("qty").filter(IS_OF_LINE).sum())
    is_late = pl.col("taken").is_not_null()
    judged = placed.join(done, on="row", how="left", maintain_order="left")
    again, late = judged.filter(~is_late), _named(judged.filter(is_late))
    over = late.select(*LINE, qty=pl.col("shipped_qty") - pl.col("taken"))
    of_rows = taken.join(
        late.select("row", "at", "effective_on", "file_hash", "row_no", "effect_id", want_id="row"),
        on="want_id",
    )
    told = note_excess(books, again.select(*LINE, qty="shipped_qty"), is_moved=False)
    verdicts = Posting.of(
        tell_withheld(note_excess(told, over), taken.select(*LINE, "qty")),
        outcomes=pl.concat(
            [outcomes_of(late, Verdict.ACCEPTED), outcomes_of(again, Verdict.ACCEPTED, pl.lit(SAID_AGAIN))]
        ),
        findings=pl.concat([_late_findings(late, of_rows, terms), _again_findings(again, terms)]),
    )
    return (
        verdicts.then(partial(_stop_picks, units=of_rows.filter(IS_PICKED), terms=terms))
        .then(partial(_ship_lines, units=of_rows, terms=terms))
        .then(partial(_leave_shelf, late=late, terms=terms))
    )


def say_nothing_new(books: Books, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows by which nothing was shipped of a closed release, and no more is missing than is known.

    So a short is told once more, after its release was taken for short already.
    """
    known = books.releases.filter(~pl.col("is_open")).select(*RELEASE, known_short="short_qty")
    missing = pl.col("short_qty").fill_null(0)
    return (
        rows.filter(pl.col("shipped_qty") == 0)
        .join(known, on=RELEASE, how="left", maintain_order="left")
        .filter(missing <= pl.col("known_short").fill_null(0))
        .drop("known_short")
    )


def placed_rows(books: Books, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the warehouse, lot and bin that the units left, as far as anybody said.

    A row that names a release means its place; another its own words, the line's first warehouse else.
    """
    places = ["warehouse_id", "lot_id", "bin_id"]
    releases = books.releases.select(*RELEASE, *(pl.col(name).alias(f"{name}_of") for name in places))
    lines = books.order_lines.select(
        *LINE, first_warehouse=pl.col("warehouse_ids").str.split("|").list.first()
    )
    return (
        rows.join(releases, on=RELEASE, how="left", maintain_order="left")
        .join(lines, on=LINE, how="left", maintain_order="left")
        .with_columns(
            warehouse_id=pl.coalesce(stated("warehouse_id"), "warehouse_id_of", "first_warehouse"),
            lot_id=pl.coalesce(stated("lot_id"), "lot_id_of"),
            bin_id=pl.coalesce(stated("bin_id"), stated("bin_id_of")),
            release_id=pl.col("release_id").fill_null(""),
        )
        .drop("warehouse_id_of", "lot_id_of", "bin_id_of", "first_warehouse")
    )


def _taken(books: Books, rows: pl.DataFrame) -> pl.DataFrame:
    """What each row takes of its line: `want_id`, `qty`, and the `account`, its warehouse and release."""
    offers = _offers(books, rows)
    met = match_in_order(rows.select(*LINE, want_id="row", qty="shipped_qty"), offers, on=LINE)
    return met.join(offers.drop("qty"), on="offer_id").drop("offer_id")


def _offers(books: Books, rows: pl.DataFrame) -> pl.DataFrame:
    """Units that the lines of `rows` can ship, in the order in which they do.

    Those that a picker had missed come first; since then they are open, or reserved, again.
    """
    lines = rows.select(LINE).unique()
    missed = (
        books.stock_holds.join(books.releases.select(*RELEASE, *LINE[1:]), on=RELEASE)
        .group_by(LINE)
        .agg(missed=pl.col("missing_qty").sum(), since_on=pl.col("held_on").min())
    )
    before = (pl.col("qty").cum_sum() - pl.col("qty")).over(LINE)
    waiting = (
        books.line_balances.filter(pl.col("account").is_in([LineAccount.OPEN, LineAccount.RESERVED]))
        .join(lines, on=LINE, how="semi")
        .join(missed, on=LINE, how="left")
        .sort(*LINE, "account", "warehouse_id")
        .with_columns(aside=pl.min_horizontal("qty", (pl.col("missed").fill_null(0) - before).clip(0)))
    )
    left = pl.col("released_qty") - pl.col("shipped_qty") - pl.col("short_qty")
    picks = (
        books.releases.filter("is_open", pl.col("kit_id").is_null())
        .join(lines, on=LINE, how="semi")
        .sort("released_on", "run_no", "release_id", descending=True)
    )
    columns = [*LINE, "account", "warehouse_id"]
    none = pl.lit("").alias("release_id")
    rest = waiting.sort(pl.col("account") == LineAccount.OPEN, maintain_order=True)
    parts = [
        waiting.select(*columns, none, qty="aside"),
        picks.select(
            *LINE, pl.lit(LineAccount.RELEASED.value).alias("account"), "warehouse_id", "release_id", qty=left
        ),
        rest.select(*columns, none, qty=pl.col("qty") - pl.col("aside")),
        _withdrawn(books, missed, rows).select(*columns, none, "qty"),
    ]
    return pl.concat(parts).with_row_index("offer_id").cast({"offer_id": pl.Int64})


def _withdrawn(books: Books, missed: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Missed units that their lines do not want any more: cancelled since, or in none of their accounts.

    Only of lines whose rows say no more than is missing: more than that is said of other units, as a rule
    of those that the first confirmation told already. Nor those in whose place others were released since:
    what such a line has cancelled was never with the warehouse.
    """
    said = rows.group_by(LINE).agg(said=pl.col("shipped_qty").sum())
    accounts = {"waiting": [LineAccount.OPEN, LineAccount.RESERVED], "cancelled": [LineAccount.CANCELLED]}
    sums = books.line_balances.group_by(LINE).agg(
        pl.col("qty").filter(pl.col("account").is_in(names)).sum().alias(name)
        for name, names in accounts.items()
    )
    unwanted = (
        missed.join(said, on=LINE)
        .filter(pl.col("said") <= pl.col("missed"))
        .join(sums, on=LINE, how="left")
        .join(_released_again(books, missed), on=LINE, how="left")
        .with_columns(pl.col("waiting", "again").fill_null(0))
        .with_columns(left=(pl.col("missed") - pl.col("waiting") - pl.col("again")).clip(0))
        .with_columns(pl.min_horizontal("left", pl.col("cancelled").fill_null(0)).alias("cancelled"))
    )
    parts = {
        LineAccount.CANCELLED: pl.col("cancelled"),
        LineAccount.ORDERED: pl.col("left") - pl.col("cancelled"),
    }
    return pl.concat(
        unwanted.select(*LINE, account=pl.lit(account.value), warehouse_id=pl.lit(""), qty=qty)
        for account, qty in parts.items()
    )


def _released_again(books: Books, missed: pl.DataFrame) -> pl.DataFrame:
    """Units of each line that were released since it first missed some (`again`)."""
    first = missed.join(books.releases, on=LINE).filter(pl.col("released_on") >= pl.col("since_on"))
    own = books.stock_holds.select(*RELEASE, since_on="held_on")
    return (
        first.join(own, on=[*RELEASE, "since_on"], how="anti")
        .group_by(LINE)
        .agg(again=pl.col("released_qty").sum())
    )


def _named(late: pl.DataFrame) -> pl.DataFrame:
    """Rows with the id of their shipment."""
    key = ["client_id", "file_feed", "file_hash", "row_no", "release_id"]
    return with_effect_id(late, "shipment_id", key, kind="shipment").with_columns(
        effect_id=pl.col("shipment_id")
    )


def _stop_picks(books: Books, units: pl.DataFrame, terms: Terms) -> Posting:
    """Units released again for what has left already are free; their releases ask for so many fewer."""
    if units.is_empty():
        return Posting.of(books)
    fewer = units.group_by("client_id", "release_id").agg(
        stopped=pl.col("qty").sum(),
        **{name: pl.col(name).first() for name in ("at", "effective_on", "file_hash", "row_no")},
    )
    stopped = books.releases.join(fewer, on=RELEASE).with_columns(
        qty=pl.col("stopped"), effect_id="release_id"
    )
    answered = pl.col("shipped_qty") + pl.col("short_qty") + pl.col("stopped")
    closed = stopped.with_columns(
        short_qty=pl.col("short_qty") + pl.col("stopped"), is_open=answered < pl.col("released_qty")
    )
    releases = pl.concat([books.releases.join(closed, on=RELEASE, how="anti"), conform(closed, Release)])
    return post(
        replace(books, releases=releases.sort(RELEASE).pipe(Release.validate)),
        [
            stock_movements(
                stopped, out=StockAccount.RELEASED, into=StockAccount.FREE, cause=Cause.LATE_SHIPMENT
            )
        ],
        terms,
    )


def _ship_lines(books: Books, units: pl.DataFrame, terms: Terms) -> Posting:
    """The units of the lines that shipped, out of the account in which they stood."""
    skus = books.order_lines.select(*LINE, "sku")
    of_lines = units.join(skus, on=LINE, how="left", maintain_order="left")
    drafts = [
        line_movements(
            of_lines.filter(pl.col("account") == account),
            out=account,
            into=LineAccount.SHIPPED,
            cause=Cause.LATE_SHIPMENT,
        )
        for account in (
            LineAccount.OPEN,
            LineAccount.RELEASED,
            LineAccount.RESERVED,
            LineAccount.CANCELLED,
        )
    ]
    return post(books, drafts, terms)


def _leave_shelf(books: Books, late: pl.DataFrame, terms: Terms) -> Posting:
    """The units that left, those that a picker had missed first; shipments as history keeps them."""
    wants = late.with_columns(qty=pl.col("shipped_qty"))
    taken = take_units(books, wants, terms, tiers=SHIPPABLE)
    missed = taken.filter(pl.col("hold_reason") == HoldReason.SHORT_PICK)
    made = late.with_columns(
        pl.col("lot_id").fill_null(""),
        pl.col("bin_id").fill_null(""),
        business_date=pl.lit(terms.as_of.business_date),
        short_qty=pl.lit(0, pl.Int64),
        shipped_on=pl.col("effective_on"),
        basis=pl.lit(ShipmentBasis.CONFIRMED.value),
    )
    return post(
        books,
        take_out(taken, into=StockAccount.SHIPPED, cause=Cause.LATE_SHIPMENT),
        terms,
        shipments=conform(made.sort("client_id", "shipment_id"), Shipment),
        facts=facts_of(wants, -pl.col("qty"), terms),
    ).then(partial(_found, missed=missed, late=late, terms=terms))


def _found(books: Books, missed: pl.DataFrame, late: pl.DataFrame, terms: Terms) -> Posting:
    """Holds of units that turned out to have left: what they lacked is found, and their rest free again."""
    if missed.is_empty() or books.stock_holds.is_empty():
        return Posting.of(books)
    found = missed.group_by(CELL).agg(pl.col("qty").sum(), pl.col("at", "file_hash", "row_no").first())
    own = late.select(*RELEASE).unique().with_columns(is_own=pl.lit(value=True))
    holds = (
        books.stock_holds.join(found.select(CELL), on=CELL, how="semi")
        .join(own, on=RELEASE, how="left")
        .sort(*CELL, pl.col("is_own").is_null(), "held_on", "release_id")
        .with_columns(rest=pl.col("qty") - pl.col("missing_qty"), place=pl.int_range(pl.len()))
    )
    parts = [holds.select(*CELL, "place", part=pl.lit(part), qty=part) for part in ("missing_qty", "rest")]
    offers = pl.concat(parts).with_row_index("offer_id").cast({"offer_id": pl.Int64})
    wants = found.with_row_index("want_id").cast({"want_id": pl.Int64})
    met = match_in_order(wants, offers, on=CELL).join(
        offers.select("offer_id", "place", "part"), on="offer_id"
    )
    fewer = met.group_by("place").agg(
        *(
            pl.col("qty").filter(pl.col("part") == part).sum().alias(f"{part}_found")
            for part in ("missing_qty", "rest")
        )
    )
    after = (
        holds.join(fewer, on="place", how="left", maintain_order="left")
        .with_columns(
            (pl.col(part) - pl.col(f"{part}_found").fill_null(0)).alias(part)
            for part in ("missing_qty", "rest")
        )
        .with_columns(qty=pl.col("missing_qty") + pl.col("rest"))
    )
    freed = after.filter(pl.col("missing_qty") == 0).with_columns(
        hold_reason=pl.lit(HoldReason.SHORT_PICK.value), effect_id="release_id"
    )
    still = conform(after.filter(pl.col("missing_qty") > 0), StockHold)
    kept = pl.concat([books.stock_holds.join(after, on=RELEASE, how="anti"), still])
    return post(
        replace(books, stock_holds=kept.sort("client_id", "release_id").pipe(StockHold.validate)),
        [stock_movements(freed, out=StockAccount.HOLD, into=StockAccount.FREE, cause=Cause.LATE_SHIPMENT)],
        terms,
    )


def _picks_to_stop(late: pl.DataFrame, taken: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """By `row`, what its finding says first: which picks are to fetch how many units fewer."""
    fewer = taken.filter(IS_PICKED).group_by("release_id", row="want_id").agg(pl.col("qty").sum())
    named = terms.with_decimals(fewer.join(late.select("client_id", "sku", "row"), on="row"))
    each = pl.format("{} ({})", "release_id", in_units(units("qty")))
    return (
        named.sort("row", "release_id")
        .group_by("row")
        .agg(stop=each)
        .with_columns(stop=pl.format("stop pick {}: ", pl.col("stop").list.join(", ")))
    )


def _late_findings(late: pl.DataFrame, taken: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """What shipped without an open release, first of it the picks to stop, and what exceeds its line."""
    told = late.join(
        _picks_to_stop(late, taken, terms), on="row", how="left", maintain_order="left"
    ).with_columns(pl.col("stop").fill_null(""), over=pl.col("shipped_qty") - pl.col("taken"))
    shipped = findings_of(
        told,
        FindingCode.LATE_SHIPMENT,
        terms,
        subject=pl.col("order_id"),
        detail=pl.format(
            "{}line {}: {} shipped without an open release", "stop", "line_no", units("shipped_qty")
        ),
    )
    beyond = findings_of(
        told.filter(pl.col("over") > 0),
        FindingCode.OVER_SHIPPED,
        terms,
        subject=pl.col("order_id"),
        detail=pl.format("line {}: {} more than it ordered", "line_no", units("over")),
    )
    return pl.concat([shipped, beyond])


def _again_findings(again: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    return findings_of(
        again,
        FindingCode.SHIPPED_AGAIN,
        terms,
        subject=pl.col("order_id"),
        detail=pl.format(
            "line {}: {} said to have shipped ({}), and nothing of the line is left to ship",
            "line_no",
            units("shipped_qty"),
            "said_in",
        ),
    )
