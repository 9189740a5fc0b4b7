"""Why a line's date moved since the night before, in words that name the announcement."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.books.inbound import InboundLine
from schemas.books.orders import Promise
from schemas.table import conform
from schemas.vocabulary.explanations import ReservedReason
from schemas.vocabulary.words import Cause, InboundStatus, LedgerName, LineAccount
from transforms.keys import LINE

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books.journal import Movement
    from schemas.books.orders import Withheld
    from schemas.night import AsOf, Books
    from transforms.allocation import AllocationPlan

ASN = InboundLine.key()

GROWN = {
    Cause.LOST_RESERVATION: "it lost reserved units",
    Cause.SHORT: "the warehouse did not find units that were released for it",
    Cause.CHANGED: "more units were asked for",
}
"""Why more units of a line are open than the night before, by the cause of tonight's movement."""

_FIXED = {
    "not before its due date": "its due date",
    "not before its item is available": "the day from which its item is available",
    "waits for more of its order": "the next release of its order",
}
"""Dates that rest on no goods, and what they follow."""


def remember_moves(
    books: Books,
    plan: AllocationPlan,
    movements: DataFrame[Movement],
    *,
    doubted: DataFrame[Withheld],
    as_of: AsOf,
) -> DataFrame[Promise]:
    """What the dates of the lines that still wait rest on tonight, and when and why they last moved.

    A date moves when it differs from that of the night before; the first date of a new line is no move,
    nor is that of a line that leaves in full tonight.

    Args:
        books: after tonight's plan was posted; `eta_on` is still that of the night before.
        plan: tonight's.
        movements: tonight's.
        doubted: units that the night before withheld, since they might still be told as shipped.
        as_of: the night.
    """
    still_waits = pl.col("open_qty") + pl.col("reserved_qty") > 0
    before = books.promises.rename(
        {name: f"was_{name}" for name in ASN[1:]} | {"asn_expected_on": "was_expected_on"}
    )
    compared = (
        books.order_lines.filter(still_waits)
        .select(*LINE, "accepted_on", "ship_rule", "eta_on")
        .join(plan.standings.select(*LINE, *ASN[1:], "eta_reason", new_eta_on="eta_on"), on=LINE)
        .join(before, on=LINE, how="left")
    )
    is_old = pl.col("eta_on").is_not_null() | (pl.col("accepted_on") < as_of.business_date)
    moved = compared.filter(is_old & pl.col("eta_on").ne_missing(pl.col("new_eta_on")))
    grown = _grown(movements, doubted)
    reasons = moved.pipe(_with_facts, books.inbound_lines, plan, grown).select(*LINE, why=_reason())
    expected = books.inbound_lines.select(*ASN, asn_expected_on="expected_on")
    is_moved = pl.col("why").is_not_null()
    remembered = (
        compared.join(reasons, on=LINE, how="left")
        .join(expected, on=ASN, how="left")
        .with_columns(
            before_on=pl.when(is_moved).then("eta_on").otherwise("before_on"),
            moved_on=pl.when(is_moved).then(pl.lit(as_of.business_date)).otherwise("moved_on"),
            moved_reason=pl.coalesce("why", "moved_reason"),
        )
        .filter(pl.col("asn_id").is_not_null() | pl.col("moved_on").is_not_null())
    )
    return conform(remembered.sort(LINE), Promise)


def _with_facts(
    moved: pl.DataFrame,
    inbound_lines: DataFrame[InboundLine],
    plan: AllocationPlan,
    grown: pl.DataFrame,
) -> pl.DataFrame:
    """What became of the announcement that a date rested on, and of the line itself."""
    before = inbound_lines.select(
        "client_id", was_asn_id="asn_id", was_asn_line_no="asn_line_no", was_status="status",
        old_expected_on="expected_on",
    )  # fmt: skip
    counted = plan.pegs.select("client_id", was_asn_id="asn_id", was_asn_line_no="asn_line_no").unique()
    stays = plan.reservations.select(*LINE, stays="reason_code").unique(
        LINE, keep="first", maintain_order=True
    )
    now = inbound_lines.select(*ASN, now_expected_on="expected_on")
    asn_before = ["client_id", "was_asn_id", "was_asn_line_no"]
    return (
        moved.join(before, on=asn_before, how="left")
        .join(counted.with_columns(is_counted=pl.lit(value=True)), on=asn_before, how="left")
        .join(now, on=ASN, how="left")
        .join(grown, on=LINE, how="left")
        .join(stays, on=LINE, how="left")
    )


def _grown(movements: DataFrame[Movement], doubted: DataFrame[Withheld]) -> pl.DataFrame:
    """Lines of which units are open again or newly asked for tonight, with the first cause in words.

    Units that were withheld the night before are open again by what the warehouse did not find.
    """
    is_grown = (pl.col("ledger") == LedgerName.LINE) & (pl.col("to_account") == LineAccount.OPEN)
    place = pl.col("cause").replace_strict({cause: n for n, cause in enumerate(GROWN)}, return_dtype=pl.Int64)
    words = pl.col("cause").replace_strict({cause.value: words for cause, words in GROWN.items()})
    tonight = movements.filter(is_grown & pl.col("cause").is_in(list(GROWN))).select(*LINE, "cause")
    return (
        pl.concat([tonight, doubted.select(*LINE, cause=pl.lit(Cause.SHORT.value))])
        .sort(*LINE, place)
        .unique(LINE, keep="first", maintain_order=True)
        .select(*LINE, grown=words)
    )


def _asn(prefix: str = "") -> pl.Expr:
    return pl.concat_str(pl.lit("ASN "), f"{prefix}asn_id", pl.lit(" line "), f"{prefix}asn_line_no")


def _reason() -> pl.Expr:
    """Why a date moved, in words; the first that holds."""
    has_date, rests = pl.col("new_eta_on").is_not_null(), pl.col("eta_reason")
    is_sooner = has_date & (pl.col("eta_on").is_null() | (pl.col("new_eta_on") < pl.col("eta_on"))).fill_null(
        value=True
    )
    is_served = is_sooner & (pl.col("was_asn_id").is_not_null() | pl.col("eta_on").is_null())
    waits_for = rests.str.extract(r"^waits for line (\d+)$")
    return (
        pl.when(~has_date & (rests != "not enough announced"))
        .then(rests)
        .when(waits_for.is_not_null())
        .then(pl.concat_str(pl.lit("line "), waits_for, pl.lit(" of its order has another date")))
        .when(rests.is_in(list(_FIXED)) & ~is_served)
        .then(pl.concat_str(pl.lit("it follows "), rests.replace(_FIXED)))
        .when(is_sooner)
        .then(_sooner())
        .when(pl.col("grown").is_not_null())
        .then("grown")
        .when(rests == "in stock")
        .then(_kept_back())
        .otherwise(_later())
    )


def _sooner() -> pl.Expr:
    """Why a date is earlier than it was, or is there at last."""
    same = (pl.col("asn_id") == pl.col("was_asn_id")) & (pl.col("asn_line_no") == pl.col("was_asn_line_no"))
    is_same = (same & pl.col("eta_on").is_not_null()).fill_null(value=False)
    is_earlier = (pl.col("now_expected_on") < pl.col("was_expected_on")).fill_null(value=False)
    return (
        pl.when(pl.col("asn_id").is_null())
        .then(pl.lit("its units came in"))
        .when(is_same & is_earlier)
        .then(pl.concat_str(_asn(), pl.lit(" comes earlier, now expected on "), _day("now_expected_on")))
        .when(is_same & (pl.col("ship_rule") == "order_complete"))
        .then(pl.lit("the other lines of its order come sooner"))
        .when(is_same)
        .then(pl.lit("it follows its due date"))
        .otherwise(pl.concat_str(_asn(), pl.lit(" now covers it")))
    )


def _kept_back() -> pl.Expr:
    """Why units that were there the night before have not left."""
    meanings = {reason.value: reason.meaning for reason in ReservedReason}
    because = pl.col("stays").replace_strict(meanings, default="they wait", return_dtype=pl.String)
    return pl.concat_str(pl.lit("its units are there and stay: "), because)


def _later() -> pl.Expr:
    """What became of the announcement that a date rested on; the date is later now, or gone."""
    over = [InboundStatus.CLOSED, InboundStatus.RECEIVED]
    is_late = (pl.col("old_expected_on") > pl.col("was_expected_on")).fill_null(value=False)
    is_overdue = pl.col("was_status") == InboundStatus.OVERDUE
    is_dropped = is_overdue & pl.col("is_counted").is_null()
    later = [
        (pl.col("was_status") == InboundStatus.CANCELLED, pl.lit(" was cancelled")),
        (pl.col("was_status").is_in(over), pl.lit(" brought fewer units than it needs")),
        (is_late, pl.concat_str(pl.lit(" is late, now expected on "), _day("old_expected_on"))),
        (is_dropped, pl.lit(" is overdue and no longer counted on")),
        (is_overdue, pl.lit(" is overdue and may come any day")),
        (pl.lit(value=True), pl.lit(" is promised to better ranks")),
    ]
    told = pl.coalesce(pl.when(is_so).then(words) for is_so, words in later)
    return (
        pl.when(pl.col("was_status").is_null())
        .then(pl.lit("units that were there for it went to others"))
        .otherwise(pl.concat_str(_asn("was_"), told))
    )


def _day(column: str) -> pl.Expr:
    return pl.col(column).dt.to_string("%Y-%m-%d")
