"""Step 7: order lines, new ones first and then changes of known ones."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import OrderLine
from schemas.settings.segment import SEGMENT_FILTERS
from schemas.table import conform
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Cause, HoldReason, LineAccount, OrderType, Verdict
from transforms.keys import LINE
from transforms.posting.core.movements import line_movements, post
from transforms.posting.core.posting import Posting
from transforms.posting.core.rows import in_posting_order, outcomes_of, rejections_of
from transforms.posting.orders.changes import post_changes
from transforms.posting.orders.late_changes import find_late_changes, late_change_findings, late_change_notes
from transforms.posting.orders.people import addresses_of, postcode_area
from transforms.posting.orders.policy_refusals import FAULTS, with_rules
from transforms.segments import with_usual_ship_rule

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.intake.feeds import OrderRow
    from schemas.night import Books
    from transforms.terms import Terms

STARTS_AT_ZERO = (
    "ordered_qty",
    "open_qty",
    "reserved_qty",
    "released_qty",
    "shipped_qty",
    "cancelled_qty",
    "told_shipped_qty",
    "told_cancelled_qty",
    "untold_shipped_qty",
    "overtaken_nights",
)


def post_orders(books: Books, rows: DataFrame[OrderRow], terms: Terms) -> Posting:
    """New lines and changes; rows with action `cancel` are posted with the cancellations.

    The first `new` row of an unknown line makes it. Whatever comes after, `new` or `change`, changes it,
    one row a line at a time.
    """
    stated = in_posting_order(rows.filter(pl.col("action") != "cancel"), terms)
    if stated.is_empty():
        return Posting.of(books)
    known = books.order_lines.select(*LINE, is_known=pl.lit(True))
    ordered = (
        stated.join(known, on=LINE, how="left")
        .sort(pl.col("action") != "new", "row")
        .with_columns(pl.col("is_known").fill_null(False), place=pl.int_range(pl.len()).over(LINE))
    )
    makes = ~pl.col("is_known") & (pl.col("place") == 0)
    posting = _post_new(books, ordered.filter(makes), terms)
    later = ordered.filter(~makes).with_columns(
        place=pl.col("place") - pl.when("is_known").then(0).otherwise(1)
    )
    for place in later["place"].unique().sort():
        turn = later.filter(pl.col("place") == place)
        posting = posting.then(partial(post_changes, rows=turn, terms=terms))
    return posting


def _post_new(books: Books, rows: pl.DataFrame, terms: Terms) -> Posting:
    """Lines that were not known, with the client's rules where a row states none.

    A line of a known order may bring another address, which is too late for what went out of the order.
    """
    faults = {
        ReasonCode.UNKNOWN_ORDER: (pl.col("action") == "change", "order_id"),
        ReasonCode.LINE_NO_NEEDED: (pl.col("line_no").is_null(), "line_no"),
        ReasonCode.MISSING: (pl.col("qty").is_null(), "qty"),
        **FAULTS,
    }
    rows = with_rules(rows, terms)
    is_faulty = pl.any_horizontal(pl.coalesce(fault, False) for fault, _ in faults.values())
    made = rows.filter(~is_faulty)
    lines = _lines_of(made, books, terms)
    with_lines = replace(books, order_lines=pl.concat([books.order_lines, lines]).pipe(OrderLine.validate))
    late = find_late_changes(books, made, terms)
    noted = made.join(late_change_notes(late), on="row", how="left", maintain_order="left")
    drafts = [line_movements(made, out=LineAccount.ORDERED, into=LineAccount.OPEN, cause=Cause.ORDERED)]
    return post(
        with_lines,
        drafts,
        terms,
        ship_to=addresses_of(made),
        outcomes=pl.concat(
            [
                outcomes_of(noted, Verdict.ACCEPTED, pl.col("late_note")),
                outcomes_of(rows.filter(is_faulty), Verdict.REJECTED),
            ]
        ),
        rejected_rows=pl.concat(
            rejections_of(rows.filter(fault), reason, column) for reason, (fault, column) in faults.items()
        ),
        findings=late_change_findings(late, terms),
    )


def _lines_of(rows: pl.DataFrame, books: Books, terms: Terms) -> DataFrame[OrderLine]:
    """Order lines as the rows and the client's file state them, without any units yet."""
    rules = terms.of_clients(client_warehouses=lambda client: "|".join(client.warehouses))
    lines = rows.join(rules, on="client_id", how="left", maintain_order="left").with_columns(
        *(pl.lit(0, pl.Int64).alias(name) for name in STARTS_AT_ZERO),
        pl.col("ordered_at").fill_null(pl.col("at")),
        pl.col("order_type").fill_null(OrderType.DTC),
        pl.col("transit_days").fill_null(0),
        pl.col("priority").fill_null(5),
        pl.lit(None, OrderLine.dtypes()["changed_at"]).alias("changed_at"),
        client_rank="rank",
        warehouse_ids=pl.coalesce("warehouse_ids", "client_warehouses"),
        accepted_on=pl.lit(terms.as_of.business_date),
        postcode_area=postcode_area(),
        hold_reason=pl.when(pl.col("hold_reason").is_not_null()).then(pl.lit(HoldReason.CLIENT_HOLD.value)),
        hold_since=pl.when(pl.col("hold_reason").is_not_null()).then(pl.lit(terms.as_of.business_date)),
    )
    looked_at = [*LINE, *SEGMENT_FILTERS]
    all_lines = pl.concat([books.order_lines.select(looked_at), lines.select(looked_at)])
    usual = with_usual_ship_rule(lines, all_lines, terms.clients)
    return conform(usual.with_columns(ship_rule=pl.coalesce("ship_rule", "usual_ship_rule")), OrderLine)
