"""Units beyond what was announced: on hold while they are, free again once they are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.books.stock import StockLot
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import Cause, HoldReason, StockAccount
from transforms.findings import findings_of
from transforms.keys import CELL
from transforms.posting.core.movements import post, stock_movements
from transforms.posting.core.posting import Posting
from transforms.posting.core.taking import Tier, take_by_names
from transforms.units import units

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from schemas.results import Finding
    from transforms.terms import Terms

LOT = StockLot.key()
IN_ITS_BIN_FIRST = [Tier(pl.lit(True)), Tier(pl.lit(True), overlook=("bin_id",))]
IS_OVER = pl.col("hold_reason") == HoldReason.OVER_RECEIPT
IS_FREE = pl.col("account") == StockAccount.FREE


def hold_over(books: Books, judged: pl.DataFrame, terms: Terms) -> tuple[Posting, pl.DataFrame]:
    """The holds that follow from what is over now, and `judged` with what is held for each receipt.

    Only changes are followed, so that a person's word about a hold stands. Units of the receipt's lot go
    on hold as far as they are still free: what was given out meanwhile stays given out, and the finding
    says so. What comes free again is never what is held for another receipt.

    Args:
        books: before.
        judged: all kept receipts of some SKUs, numbered in `receipt`, with `over_qty` and `held_qty` as of
            the last night, and `over_now`.
        terms: of the night.
    """
    if judged.is_empty():
        return Posting.of(books), judged
    wanted = pl.min_horizontal("over_now", "sellable_qty") - pl.min_horizontal("over_qty", "sellable_qty")
    wants = judged.select("receipt", *CELL, "held_qty", wanted=wanted)
    freed = _take(books, _may_come_free(books, wants), IS_OVER)
    accounts, cause = StockAccount, Cause.OVER_RECEIPT
    posting = post(books, [stock_movements(freed, out=accounts.HOLD, into=accounts.FREE, cause=cause)], terms)
    too_many = wants.filter(pl.col("wanted") > 0).with_columns(qty="wanted")
    held = _take(posting.books, too_many, IS_FREE)
    after = post(
        posting.books,
        [
            stock_movements(
                held.with_columns(hold_reason=pl.lit(HoldReason.OVER_RECEIPT.value)),
                out=accounts.FREE,
                into=accounts.HOLD,
                cause=cause,
            )
        ],
        terms,
    )
    changes = pl.concat([held.select("receipt", "qty"), freed.select("receipt", qty=-pl.col("qty"))])
    noted = judged.join(
        changes.group_by("receipt").agg(change=pl.col("qty").sum()),
        on="receipt",
        how="left",
        maintain_order="left",
    ).with_columns(
        held_qty=pl.min_horizontal(pl.col("held_qty") + pl.col("change").fill_null(0), "over_now"),
        wanted=wanted,
    )
    told = Posting.of(after.books, findings=_findings(noted, terms))
    return posting.then(lambda _: after).then(lambda _: told), noted.drop("change", "wanted")


def _may_come_free(books: Books, wants: pl.DataFrame) -> pl.DataFrame:
    """Units that are over no more, as far as they are on hold and not for other receipts of their lot."""
    on_hold = books.stock_balances.filter(IS_OVER).group_by(LOT).agg(on_hold=pl.col("qty").sum())
    fewer = wants.with_columns(
        qty=pl.min_horizontal((-pl.col("wanted")).clip(0), "held_qty"),
        for_all=pl.col("held_qty").sum().over(LOT),
    )
    room = (
        pl.col("on_hold").fill_null(0)
        - pl.col("for_all")
        + pl.col("qty").sum().over(LOT)
        - (pl.col("qty").cum_sum().over(LOT) - pl.col("qty"))
    )
    return fewer.join(on_hold, on=LOT, how="left", maintain_order="left").with_columns(
        qty=pl.min_horizontal("qty", room.clip(0))
    )


def _take(books: Books, wants: pl.DataFrame, account: pl.Expr) -> pl.DataFrame:
    """Units of each receipt's lot on an account, those of its bin first: `receipt`, the cell, qty."""
    asked = wants.filter(pl.col("qty") > 0).select(*CELL, "qty", want_id="receipt")
    offers = (
        books.stock_balances.filter(account)
        .join(asked, on=LOT, how="semi")
        .sort(*CELL)
        .with_row_index("offer_id")
        .cast({"offer_id": pl.Int64})
    )
    taking = take_by_names(asked, offers, IN_ITS_BIN_FIRST, on=LOT, named=["bin_id"])
    places = offers.select("offer_id", *CELL, "hold_reason")
    return taking.taken.join(places, on="offer_id").rename({"want_id": "receipt"}).sort("receipt", *CELL)


def _findings(noted: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    """What came beyond its announcement since the last night, whoever of the two was later."""
    lacking = pl.col("wanted").clip(0) - pl.col("change").fill_null(0)
    more = noted.filter(pl.col("over_now") > pl.col("over_qty")).with_columns(
        more_qty=pl.col("over_now") - pl.col("over_qty"), lacking_qty=lacking.clip(0)
    )
    gone = pl.when(pl.col("lacking_qty") > 0).then(
        pl.format(", {} of them no longer free to be held", units("lacking_qty"))
    )
    return findings_of(
        more,
        FindingCode.OVER_RECEIPT,
        terms,
        subject=pl.col("sku"),
        detail=pl.concat_str(
            pl.format("{} units of {} beyond what was announced", units("more_qty"), "asn_id"),
            gone.fill_null(""),
        ),
    )
