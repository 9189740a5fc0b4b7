"""Slips taken back: shipments that were reported and did not happen.

Rule
    A negative quantity says that so many units are still in the house. First it takes back what exceeded
    the line: before all, units of rows that moved nothing, and to take those back moves nothing either. Then
    its units are with the warehouse again, if the release that it names is open, or any of its line where it
    names none; else the line is open again and the goods are free: never on hold, since somebody has just
    seen them. A row that takes back more than was shipped is rejected.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import Excess, Release, Shipment
from schemas.table import conform
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import DOCK, NO_LOT, Cause, LineAccount, ShipmentBasis, StockAccount, Verdict
from transforms.effects import with_effect_id
from transforms.keys import LINE
from transforms.matching import match_in_order
from transforms.posting.confirmations.reaching import RELEASE
from transforms.posting.core.movements import line_movements, post, stock_movements
from transforms.posting.core.posting import Posting
from transforms.posting.core.rows import outcomes_of, rejections_of
from transforms.posting.facts.shelf_facts import facts_of

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from transforms.terms import Terms

PLACE = ["warehouse_id", "sku", "lot_id", "bin_id"]
"""Where the units of a release stand."""

UNMOVED, EXCEEDED, RELEASED, CLOSED = range(4)
"""What of a line's units is taken back first: told and not moved, beyond it, of an open release, others."""


def note_excess(books: Books, over: pl.DataFrame, *, is_moved: bool = True) -> Books:
    """Books that remember units (`qty`) that left, or were told to, beyond what their lines ordered."""
    unmoved = pl.lit(0, pl.Int64) if is_moved else pl.col("qty")
    new = over.filter(pl.col("qty") > 0).with_columns(unmoved_qty=unmoved)
    both = pl.concat([books.excesses, conform(new, Excess)])
    summed = both.group_by(LINE).agg(pl.col("qty", "unmoved_qty").sum())
    return replace(books, excesses=conform(summed.sort(LINE), Excess))


def take_back(books: Books, rows: pl.DataFrame, terms: Terms) -> Posting:
    """The rows of known lines with a negative quantity.

    Args:
        books: after the other shipments of the night.
        rows: in posting order, placed: warehouse, lot and bin where they are known.
        terms: of the night.
    """
    if rows.is_empty():
        return Posting.of(books)
    wanted = rows.with_columns(qty=-pl.col("shipped_qty"))
    offers = _offers(books, rows)
    met = _matched(wanted.select(*LINE, "qty", "release_id", want_id="row"), offers)
    done = met.group_by(row="want_id").agg(done=pl.col("qty").sum())
    judged = wanted.join(done, on="row", how="left", maintain_order="left")
    is_done = (pl.col("done") == pl.col("qty")).fill_null(value=False)
    good, bad = judged.filter(is_done), judged.filter(~is_done)
    named = with_effect_id(
        good,
        "shipment_id",
        ["client_id", "file_feed", "file_hash", "row_no", "release_id", "line_no"],
        kind="slip",
    ).with_columns(effect_id=pl.col("shipment_id"))
    why = [
        "at",
        "effective_on",
        "file_hash",
        "row_no",
        "effect_id",
        "sku",
        "warehouse_id",
        "lot_id",
        "bin_id",
    ]
    taken = (
        met.join(named.select("row", *why), left_on="want_id", right_on="row")
        .join(offers.drop("qty"), on="offer_id")
        .with_columns(pl.col("lot_id").fill_null(NO_LOT), pl.col("bin_id").fill_null(DOCK))
    )
    verdicts = Posting.of(
        books,
        outcomes=pl.concat([outcomes_of(good, Verdict.ACCEPTED), outcomes_of(bad, Verdict.REJECTED)]),
        rejected_rows=rejections_of(bad, ReasonCode.OUT_OF_RANGE, "shipped_qty"),
    )
    return verdicts.then(partial(_post_taken, taken=taken, named=named, terms=terms))


def _matched(wants: pl.DataFrame, offers: pl.DataFrame) -> pl.DataFrame:
    """What each row takes of which shipped units: `want_id`, `offer_id`, `qty`."""
    is_named = pl.col("release_id") != ""
    tier = pl.col("tier")
    rounds = [
        (pl.lit(value=True), tier == UNMOVED, LINE),
        (pl.lit(value=True), tier == EXCEEDED, LINE),
        (is_named, tier == RELEASED, [*LINE, "release_id"]),
        (~is_named, tier == RELEASED, LINE),
        (pl.lit(value=True), tier == CLOSED, LINE),
    ]
    met = [match_in_order(wants.clear(), offers, on=LINE)]
    for asks, gives, key in rounds:
        found = match_in_order(wants.filter(asks), offers.filter(gives), on=key)
        wants, offers = _less(wants, found, "want_id"), _less(offers, found, "offer_id")
        met.append(found)
    return pl.concat(met)


def _less(rows: pl.DataFrame, found: pl.DataFrame, key: str) -> pl.DataFrame:
    """Rows with what was found taken from their `qty`."""
    taken = found.group_by(key).agg(found=pl.col("qty").sum())
    left = rows.join(taken, on=key, how="left", maintain_order="left")
    return left.with_columns(qty=pl.col("qty") - pl.col("found").fill_null(0)).drop("found")


def _offers(books: Books, rows: pl.DataFrame) -> pl.DataFrame:
    """Units of the lines of `rows` that are told to have shipped, by the order in which they come back."""
    lines = rows.select(LINE).unique()
    open_units = (
        books.releases.filter("is_open", pl.col("kit_id").is_null())
        .join(lines, on=LINE, how="semi")
        .sort(RELEASE)
    )
    of_open = open_units.group_by(LINE).agg(of_open=pl.col("shipped_qty").sum())
    shipped = (
        books.order_lines.join(lines, on=LINE, how="semi")
        .join(of_open, on=LINE, how="left")
        .select(*LINE, qty=(pl.col("shipped_qty") - pl.col("of_open").fill_null(0)).clip(0))
    )
    none = {"release_id": pl.lit("")}
    beyond = books.excesses.join(lines, on=LINE, how="semi")
    parts = [
        beyond.select(*LINE, tier=pl.lit(UNMOVED), **none, qty="unmoved_qty"),
        beyond.select(*LINE, tier=pl.lit(EXCEEDED), **none, qty=pl.col("qty") - pl.col("unmoved_qty")),
        open_units.select(*LINE, tier=pl.lit(RELEASED), release_id="release_id", qty="shipped_qty"),
        shipped.select(*LINE, tier=pl.lit(CLOSED), **none, qty="qty"),
    ]
    return pl.concat(parts).with_row_index("offer_id").cast({"offer_id": pl.Int64})


def _post_taken(books: Books, taken: pl.DataFrame, named: pl.DataFrame, terms: Terms) -> Posting:
    """Units that are in the house after all, in the ledgers and in history."""
    back = taken.group_by(RELEASE).agg(back=pl.col("qty").sum())
    releases = books.releases.join(back, on=RELEASE, how="left", maintain_order="left").with_columns(
        shipped_qty=pl.col("shipped_qty") - pl.col("back").fill_null(0)
    )
    moved = taken.filter(pl.col("tier") != UNMOVED)
    skus = books.order_lines.select(*LINE, line_sku="sku")
    lines = moved.join(skus, on=LINE, how="left", maintain_order="left").with_columns(sku="line_sku")
    places = books.releases.select(*RELEASE, *PLACE)
    picked = (
        taken.filter(pl.col("tier") == RELEASED).drop(PLACE).join(places, on=RELEASE, maintain_order="left")
    )
    free = moved.filter(pl.col("tier") != RELEASED)
    stock, line, cause = StockAccount, LineAccount, Cause.SLIP_TAKEN_BACK
    of_rows = moved.group_by(row="want_id").agg(shipped_qty=-pl.col("qty").sum())
    made = (
        named.drop("shipped_qty")
        .join(of_rows, on="row", maintain_order="left")
        .with_columns(
            pl.col("lot_id").fill_null(NO_LOT),
            pl.col("bin_id").fill_null(DOCK),
            business_date=pl.lit(terms.as_of.business_date),
            short_qty=pl.lit(0, pl.Int64),
            shipped_on=pl.col("effective_on"),
            basis=pl.lit(ShipmentBasis.CONFIRMED.value),
        )
    )
    return post(
        replace(
            books,
            releases=conform(releases, Release),
            excesses=_excesses_after(books, taken),
        ),
        [
            stock_movements(picked, out=stock.SHIPPED, into=stock.RELEASED, cause=cause),
            stock_movements(free, out=stock.SHIPPED, into=stock.FREE, cause=cause),
            line_movements(
                lines.filter(pl.col("tier") == RELEASED), out=line.SHIPPED, into=line.RELEASED, cause=cause
            ),
            line_movements(
                lines.filter(pl.col("tier") == CLOSED), out=line.SHIPPED, into=line.OPEN, cause=cause
            ),
        ],
        terms,
        shipments=conform(made.sort("client_id", "shipment_id"), Shipment),
        facts=pl.concat([facts_of(picked, pl.col("qty"), terms), facts_of(free, pl.col("qty"), terms)]),
    )


def _excesses_after(books: Books, taken: pl.DataFrame) -> DataFrame[Excess]:
    """What still exceeds its line."""
    tier = pl.col("tier")
    less = (
        taken.filter(tier.is_in([UNMOVED, EXCEEDED]))
        .group_by(LINE)
        .agg(less=pl.col("qty").sum(), unmoved_less=pl.col("qty").filter(tier == UNMOVED).sum())
    )
    left = books.excesses.join(less, on=LINE, how="left", maintain_order="left").with_columns(
        qty=pl.col("qty") - pl.col("less").fill_null(0),
        unmoved_qty=pl.col("unmoved_qty") - pl.col("unmoved_less").fill_null(0),
    )
    return conform(left.filter(pl.col("qty") > 0), Excess)
