"""Step 8: cancellations, by order number or by what they have in common with lines."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.intake.verdicts import NEVER_SEEN
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import Cause, Feed, LineAccount, Verdict
from transforms.findings import findings_of
from transforms.keys import LINE
from transforms.matching import match_in_order
from transforms.posting.core.lines import GIVING, give_back, giving_units
from transforms.posting.core.movements import post
from transforms.posting.core.posting import Posting
from transforms.posting.core.rows import asked_at, in_posting_order, outcomes_of, rejections_of
from transforms.posting.core.taking import Tier, take_by_names
from transforms.posting.orders.wishes import keep_wishes
from transforms.units import in_millionths, in_units, units, written_total

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.intake.feeds import CancellationRow, OrderRow
    from schemas.night import Books
    from schemas.results import Finding
    from transforms.terms import Terms

NAMED = ["line_no", "sku"]
WANTED = ["order_id", "line_no", "sku", "qty"]
WHENCE = ["client_id", "file_feed", "file_hash", "row_no", "effective_at"]


def post_cancellations(
    books: Books, rows: DataFrame[CancellationRow], orders: DataFrame[OrderRow], terms: Terms
) -> Posting:
    """Cancelled units: open ones first, then reserved ones, of all rows in posting order.

    Rows that name an order come first, among them the orders rows with action `cancel`; then rows that
    look for lines by `match_on`.
    """
    asked = orders.filter(pl.col("action") == "cancel").select(*WHENCE, *WANTED)
    by_order = rows.filter(pl.col("match_on").is_null()).select(*WHENCE, *WANTED)
    named = in_posting_order(pl.concat([by_order, asked.with_columns(sku=pl.lit(None, pl.String))]), terms)
    posting = _post_named(books, named, terms)
    matched = in_posting_order(rows.filter(pl.col("match_on").is_not_null()), terms)
    for attributes in matched["match_on"].unique().sort():
        on = ["client_id", *attributes.split("|")]
        alike = matched.filter(pl.col("match_on") == attributes).with_columns(
            place=pl.int_range(pl.len()).over(on)
        )
        for place in alike["place"].unique().sort():
            turn = alike.filter(pl.col("place") == place)
            posting = posting.then(partial(_post_matched, rows=turn, on=on, terms=terms))
    return posting


def _post_named(books: Books, rows: pl.DataFrame, terms: Terms) -> Posting:
    """Cancellations of an order: of one line, of the lines of a sku, or of all its lines."""
    if rows.is_empty():
        return Posting.of(books)
    lines = books.order_lines.select(*LINE, "sku", "released_qty", "shipped_qty").join(
        rows, on=["client_id", "order_id"], how="semi"
    )
    offers = giving_units(books.line_balances, lines.sort(LINE))
    wants = _with_all_that_is_left(rows, offers, ["client_id", "order_id"])
    taking = take_by_names(
        wants.select("client_id", "order_id", *NAMED, "qty", want_id="row"),
        offers,
        [Tier(pl.col("account") == account) for account in GIVING],
        on=["client_id", "order_id"],
        named=NAMED,
    )
    given = _units(taking.taken, offers, rows)
    judged = _judge(rows, given, terms.with_decimals(lines))
    return post(
        keep_wishes(books, _with_warehouse(judged, lines), LineAccount.CANCELLED, terms),
        give_back(given, into=LineAccount.CANCELLED, cause=Cause.CANCELLED),
        terms,
        findings=_too_late(judged.filter(pl.col("late_qty") > 0), terms),
        **_verdicts(judged),
    )


def _with_warehouse(judged: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Units of rows that came too late, on the lines that have them with the warehouse."""
    late = pl.min_horizontal("late_qty", "released")
    wants = judged.select("client_id", "order_id", *NAMED, want_id="row", qty=late)
    offers = lines.select(*LINE, "sku", qty="released_qty").with_row_index("offer_id")
    taking = take_by_names(
        wants,
        offers.cast({"offer_id": pl.Int64}),
        [Tier(pl.lit(value=True))],
        on=["client_id", "order_id"],
        named=NAMED,
    )
    return taking.taken.join(offers.drop("qty").cast({"offer_id": pl.Int64}), on="offer_id")


def _post_matched(books: Books, rows: pl.DataFrame, on: list[str], terms: Terms) -> Posting:
    """At most one cancellation for each value of the attributes: newest lines not ordered after it first."""
    times = rows.select(*on, "at").drop_nulls()
    lines = (
        books.order_lines.select(*{*LINE, "sku", *on}, "ordered_at")
        .join(times, on=on)
        .filter(pl.col("ordered_at") <= pl.col("at"))
        .sort("client_id", "ordered_at", "order_id", "line_no", descending=[False, True, False, False])
    )
    offers = giving_units(books.line_balances, lines)
    wants = _with_all_that_is_left(rows, offers, on)
    taken = match_in_order(wants.select(*on, "qty", want_id="row"), offers, on=on)
    given = _units(taken, offers, rows)
    done = given.group_by(row="want_id").agg(done=pl.col("qty").sum())
    judged = rows.join(done, on="row", how="left", maintain_order="left").with_columns(
        pl.col("done").fill_null(0)
    )
    lacking = pl.col("qty") - pl.col("done")
    told = terms.with_decimals(judged.with_columns(lacking=lacking))
    note = pl.when(lacking > 0).then(pl.format("{} found no open line", in_units(units("lacking"))))
    is_found = pl.col("done") > 0
    nothing = pl.lit("no open line matches")
    return post(
        books,
        give_back(given, into=LineAccount.CANCELLED, cause=Cause.CANCELLED),
        terms,
        outcomes=pl.concat(
            [
                outcomes_of(told.filter(is_found), Verdict.ACCEPTED, note),
                outcomes_of(told.filter(~is_found), Verdict.SET_ASIDE, nothing),
            ]
        ),
    )


def _with_all_that_is_left(rows: pl.DataFrame, offers: pl.DataFrame, on: list[str]) -> pl.DataFrame:
    """Rows without a quantity want all that their key could give."""
    left = offers.group_by(on).agg(left=pl.col("qty").sum())
    return rows.join(left, on=on, how="left", maintain_order="left").with_columns(
        pl.coalesce("qty", "left", pl.lit(0)).alias("qty")
    )


def _units(taken: pl.DataFrame, offers: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Units taken, of which line and account, and by which row."""
    units = offers.select("offer_id", *LINE, "sku", "account", "warehouse_id")
    why = rows.select("effective_on", "file_hash", "row_no", want_id="row")
    return taken.join(units, on="offer_id").join(why, on="want_id")


def _judge(rows: pl.DataFrame, given: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Rows with what they found, `done`, and what was with the warehouse already, `late_qty`."""
    done = given.group_by(row="want_id").agg(done=pl.col("qty").sum())
    named = lines.join(
        rows.select("row", "client_id", "order_id", *NAMED), on=["client_id", "order_id"], suffix="_named"
    )
    meant = named.filter(
        *((pl.col(f"{name}_named").is_null()) | (pl.col(f"{name}_named") == pl.col(name)) for name in NAMED)
    )
    gone = meant.group_by("row").agg(
        pl.len().alias("lines"),
        released=pl.col("released_qty").sum(),
        shipped=pl.col("shipped_qty").sum(),
        places=pl.col("decimals").max(),
        all_units=in_millionths(pl.col("released_qty"), pl.col("decimals")).sum(),
        all_shipped=in_millionths(pl.col("shipped_qty"), pl.col("decimals")).sum(),
    )
    counted = rows.join(done, on="row", how="left", maintain_order="left").join(
        gone, on="row", how="left", maintain_order="left"
    )
    filled = counted.with_columns(pl.col("done", "lines", "released", "shipped").fill_null(0))
    is_gone = (pl.col("done") == 0) & (pl.col("released") == 0)
    all_late = pl.when(is_gone).then("shipped").otherwise("released")
    gone_qty = pl.col("released") + pl.col("shipped")
    lacking = pl.when(pl.col("qty").is_null()).then(all_late).otherwise(pl.col("qty") - pl.col("done"))
    judged = filled.with_columns(late_qty=pl.min_horizontal(lacking, gone_qty), lacking=lacking)
    late, absent = pl.col("late_qty"), pl.col("lacking") - pl.col("late_qty")
    # a row with a quantity means one item, one without may mean lines of several
    late_units = (
        pl.when(pl.col("qty").is_not_null())
        .then(in_millionths(late, pl.col("places")))
        .when(is_gone)
        .then("all_shipped")
        .otherwise("all_units")
    )
    return judged.with_columns(
        late_units=written_total(late_units),
        absent_units=written_total(in_millionths(absent, pl.col("places"))),
        asked_units=written_total(in_millionths(pl.col("qty"), pl.col("places"))),
    )


def _verdicts(judged: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """A row that cancels a unit is accepted; one that finds nothing to cancel is rejected with its reason.

    A row of a file of orders whose order is not known is no error: the file tells its end and never told it.
    """
    is_unseen = (pl.col("lines") == 0) & (pl.col("file_feed") == Feed.ORDERS)
    unseen, judged = judged.filter(is_unseen), judged.filter(~is_unseen)
    fault = (
        pl.when(pl.col("lines") == 0)
        .then(pl.lit(ReasonCode.UNKNOWN_ORDER.value))
        .when(pl.col("done") > 0)
        .then(None)
        .when(pl.col("released") > 0)
        .then(pl.lit(ReasonCode.TOO_LATE.value))
        .otherwise(pl.lit(ReasonCode.LINE_CLOSED.value))
    )
    reasoned = judged.with_columns(fault.alias("fault"))
    accepted, rejected = (
        reasoned.filter(pl.col("fault").is_null()),
        reasoned.filter(pl.col("fault").is_not_null()),
    )
    late = pl.when(pl.col("late_qty") > 0).then(
        pl.format("with the warehouse or shipped: {}", in_units(pl.col("late_units")))
    )
    absent = pl.col("lacking") - pl.col("late_qty")
    unfound = pl.when(absent > 0).then(pl.format("{} found no open line", in_units(pl.col("absent_units"))))
    reasons = (ReasonCode.UNKNOWN_ORDER, ReasonCode.TOO_LATE, ReasonCode.LINE_CLOSED)
    return {
        "outcomes": pl.concat(
            [
                outcomes_of(
                    accepted,
                    Verdict.ACCEPTED,
                    pl.concat_str(late, unfound, separator="; ", ignore_nulls=True),
                ),
                outcomes_of(rejected, Verdict.REJECTED),
                outcomes_of(unseen, Verdict.SET_ASIDE, pl.lit(NEVER_SEEN)),
            ]
        ),
        "rejected_rows": pl.concat(
            rejections_of(rejected.filter(pl.col("fault") == reason), reason, "order_id")
            for reason in reasons
        ),
    }


def _too_late(rows: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    return findings_of(
        rows,
        FindingCode.TOO_LATE,
        terms,
        subject=pl.col("order_id"),
        detail=pl.format(
            "{} to cancel {}{}: {} were with the warehouse or gone",
            asked_at(),
            pl.coalesce(in_units(pl.col("asked_units")), pl.lit("what is left")),
            pl.coalesce(pl.format(" of line {}", "line_no"), pl.format(" of {}", "sku"), pl.lit("")),
            "late_units",
        ),
    )
