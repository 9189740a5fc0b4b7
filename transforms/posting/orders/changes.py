"""Changes of known order lines: attributes, added units, and units taken back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import OrderLine, OrderRaise
from schemas.table import conform
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import Cause, HoldReason, LineAccount, OrderType, Verdict
from transforms.findings import findings_of
from transforms.keys import LINE
from transforms.matching import match_in_order
from transforms.posting.core.lines import give_back, giving_units
from transforms.posting.core.movements import line_movements, post
from transforms.posting.core.rows import asked_at, outcomes_of, rejections_of
from transforms.posting.orders.late_changes import find_late_changes, late_change_findings, late_change_notes
from transforms.posting.orders.people import addresses_of, is_cleared, postcode_area
from transforms.posting.orders.policy_refusals import FAULTS, with_rules
from transforms.posting.orders.wishes import keep_wishes, without_wishes
from transforms.segments import with_usual_ship_rule
from transforms.units import in_units, units

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books
    from schemas.results import Finding
    from transforms.posting.core.posting import Posting
    from transforms.terms import Terms

ATTRIBUTES = [
    "consignee_id",
    "po_number",
    "order_type",
    "promised_on",
    "ship_not_before",
    "ship_by",
    "cancel_after",
    "deliver_by",
    "transit_days",
    "priority",
    "channel",
    "segment",
    "client_rank",
    "warehouse_ids",
    "ship_rule",
    "min_shelf_life_days",
    "on_short",
    "unit_price",
    "currency",
    "ship_to_country",
    "ship_method",
    "postcode_area",
    "hold_reason",
]
SAID_BY = {"postcode_area": "ship_to_postcode", "client_rank": "rank"}
"""The feed's column of attributes that have another name there."""

WITHOUT = {"order_type": OrderType.DTC.value, "transit_days": 0, "priority": 5}
"""What a cleared column falls back to; others to the client's rule or to nothing."""


def post_changes(books: Books, rows: pl.DataFrame, terms: Terms) -> Posting:
    """Changes of lines, at most one row a line; an empty cell changes nothing, `~` clears.

    A quantity is the new ordered quantity. Up adds open units, remembered as a raise; down takes open
    units back, then reserved ones. What is released or shipped cannot be taken back: too late, and a wish.
    Nor does it get another address, method or date (`late_changes`).
    """
    late = find_late_changes(books, rows, terms)
    asked = late.select("row", "asks_address", "order_open_qty")
    found = rows.join(_known(books), on=LINE, how="left", maintain_order="left").join(
        asked, on="row", how="left", maintain_order="left"
    )
    fault = (
        pl.when(pl.col("known_sku").is_null())
        .then(pl.lit(ReasonCode.UNKNOWN_ORDER.value))
        .when(pl.col("known_sku") != pl.col("sku"))
        .then(pl.lit(ReasonCode.SKU_CHANGED.value))
        .when(pl.col("left_qty") == 0)
        .then(_fault_of_closed())
    )
    for reason, (is_refused, _) in FAULTS.items():
        fault = fault.when(is_refused).then(pl.lit(reason.value))
    judged = with_rules(found, terms).with_columns(fault.alias("fault"))
    accepted = judged.filter(pl.col("fault").is_null())
    raised = accepted.with_columns(qty=(pl.col("qty") - pl.col("ordered_qty")).fill_null(0).clip(0))
    lowered = accepted.with_columns(qty=(pl.col("ordered_qty") - pl.col("qty")).fill_null(0).clip(0))
    given = _given_back(books, lowered)
    undone = _undone(lowered, given)
    stated = accepted.filter(pl.col("qty").is_not_null())
    restated = keep_wishes(
        without_wishes(books, stated), undone.select(*LINE, qty="too_late"), LineAccount.ORDERED, terms
    )
    changed = replace(
        restated,
        order_lines=_attributes_after(books, accepted.filter(pl.col("left_qty") > 0), terms),
        order_raises=_raises_after(books, raised, given),
    )
    return post(
        changed,
        [
            line_movements(raised, out=LineAccount.ORDERED, into=LineAccount.OPEN, cause=Cause.CHANGED),
            *give_back(given, into=LineAccount.ORDERED, cause=Cause.CHANGED),
        ],
        terms,
        ship_to=addresses_of(accepted),
        findings=pl.concat(
            [
                _too_late(undone.filter(pl.col("too_late") > 0), terms),
                late_change_findings(late.join(judged.filter(_counts()), on="row", how="semi"), terms),
            ]
        ),
        **_verdicts(judged, terms.with_decimals(undone), late),
    )


def _known(books: Books) -> pl.DataFrame:
    """Each line's sku, ordered quantity and the units that keep it from being closed."""
    left = pl.col("open_qty") + pl.col("reserved_qty") + pl.col("released_qty")
    return books.order_lines.select(*LINE, "ordered_qty", known_sku="sku", left_qty=left)


def _fault_of_closed() -> pl.Expr:
    """What is wrong with a change of a closed line: nothing if it is the address of an order that is open."""
    is_late = pl.col("asks_address").is_not_null() & (
        pl.col("qty").is_null() | (pl.col("qty") == pl.col("ordered_qty"))
    )
    return (
        pl.when(is_late, "asks_address", pl.col("order_open_qty") > 0)
        .then(None)
        .when(is_late)
        .then(pl.lit(ReasonCode.TOO_LATE.value))
        .otherwise(pl.lit(ReasonCode.LINE_CLOSED.value))
    )


def _counts() -> pl.Expr:
    """True for rows whose late wishes are told: those that are accepted, or refused for being late."""
    return (pl.col("fault") == ReasonCode.TOO_LATE.value).fill_null(value=True)


def _given_back(books: Books, lowered: pl.DataFrame) -> pl.DataFrame:
    """Units that lines give back, with the row that asked for them."""
    wants = lowered.select(*LINE, "qty", want_id="row")
    offers = giving_units(books.line_balances, lowered.select(*LINE, "sku"))
    taken = match_in_order(wants, offers, on=LINE)
    why = lowered.select("effective_on", "file_hash", "row_no", want_id="row")
    return taken.join(offers.drop("qty"), on="offer_id").join(why, on="want_id")


def _undone(lowered: pl.DataFrame, given: pl.DataFrame) -> pl.DataFrame:
    """Rows with the units that were not to be had any more in `too_late`."""
    done = given.group_by(row="want_id").agg(done=pl.col("qty").sum())
    return lowered.join(done, on="row", how="left", maintain_order="left").with_columns(
        too_late=pl.col("qty") - pl.col("done").fill_null(0)
    )


def _attributes_after(books: Books, accepted: pl.DataFrame, terms: Terms) -> DataFrame[OrderLine]:
    """Lines with what the accepted rows say; `changed_at` is when the last change became true."""
    rules = terms.of_clients(warehouse_ids_rule=lambda client: "|".join(client.warehouses))
    is_held = pl.col("hold_reason").is_not_null()
    said = (
        accepted.with_columns(
            postcode_area=postcode_area(),
            client_rank="rank",
            hold_reason=pl.when(is_held).then(pl.lit(HoldReason.CLIENT_HOLD.value)),
        )
        .join(rules, on="client_id", how="left", maintain_order="left")
        .pipe(with_usual_ship_rule, books.order_lines, terms.clients)
        .select(
            *LINE,
            pl.col("at").alias("changed_at_said"),
            *(pl.col(name).alias(f"{name}_said") for name in ATTRIBUTES),
            *(_is_cleared(name).alias(f"{name}_cleared") for name in ATTRIBUTES),
            *(_fallback(name).alias(f"{name}_else") for name in ATTRIBUTES),
        )
    )
    if said.is_empty():
        return books.order_lines
    after = books.order_lines.join(said, on=LINE, how="left", maintain_order="left").with_columns(
        pl.coalesce("changed_at_said", "changed_at").alias("changed_at"),
        *(
            pl.when(f"{name}_cleared")
            .then(f"{name}_else")
            .otherwise(pl.coalesce(f"{name}_said", name))
            .alias(name)
            for name in ATTRIBUTES
        ),
    )
    return conform(after, OrderLine)


def _is_cleared(name: str) -> pl.Expr:
    return is_cleared(SAID_BY.get(name, name))


def _fallback(name: str) -> pl.Expr:
    """What a cleared column becomes."""
    if name == "ship_rule":
        return pl.col("usual_ship_rule")
    if name == "warehouse_ids":
        return pl.col("warehouse_ids_rule")
    return pl.lit(WITHOUT.get(name), OrderLine.dtypes()[name])


def _raises_after(books: Books, raised: pl.DataFrame, given: pl.DataFrame) -> DataFrame[OrderRaise]:
    """Added units still ordered: tonight's on top, and units taken back leave the newest raise first."""
    added = raised.filter(pl.col("qty") > 0).select(*LINE, raised_at="at", qty="qty")
    all_raises = (
        pl.concat([books.order_raises, added]).group_by(*LINE, "raised_at").agg(pl.col("qty").sum())
    ).sort(*LINE, "raised_at", descending=[False, False, False, True])
    numbered = all_raises.with_row_index("offer_id").cast({"offer_id": pl.Int64})
    wants = given.group_by(LINE).agg(pl.col("qty").sum()).with_row_index("want_id")
    gone = match_in_order(wants, numbered, on=LINE).group_by("offer_id").agg(gone=pl.col("qty").sum())
    left = numbered.join(gone, on="offer_id", how="left").with_columns(
        qty=pl.col("qty") - pl.col("gone").fill_null(0)
    )
    return conform(left.filter(pl.col("qty") > 0).sort(*LINE, "raised_at"), OrderRaise)


def _verdicts(judged: pl.DataFrame, undone: pl.DataFrame, late: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Outcomes and reasons of all rows."""
    noted = undone.join(late_change_notes(late), on="row", how="left", maintain_order="left")
    columns = {
        ReasonCode.UNKNOWN_ORDER: "order_id",
        ReasonCode.SKU_CHANGED: "sku",
        ReasonCode.LINE_CLOSED: None,
        ReasonCode.TOO_LATE: None,
        **{reason: column for reason, (_, column) in FAULTS.items()},
    }
    stay = pl.when(pl.col("too_late") > 0).then(
        pl.format("with the warehouse or shipped, so still ordered: {}", in_units(units("too_late")))
    )
    note = pl.concat_str(stay, "late_note", separator="; ", ignore_nulls=True)
    rejected = judged.filter(pl.col("fault").is_not_null())
    return {
        "outcomes": pl.concat(
            [outcomes_of(noted, Verdict.ACCEPTED, note), outcomes_of(rejected, Verdict.REJECTED)]
        ),
        "rejected_rows": pl.concat(
            rejections_of(rejected.filter(pl.col("fault") == reason), reason, column)
            for reason, column in columns.items()
        ),
    }


def _too_late(rows: pl.DataFrame, terms: Terms) -> DataFrame[Finding]:
    return findings_of(
        rows.with_columns(asked_qty=pl.col("ordered_qty") - pl.col("qty")),
        FindingCode.TOO_LATE,
        terms,
        subject=pl.col("order_id"),
        detail=pl.format(
            "{} for {} instead of {} units of line {}: {} could not be taken back",
            asked_at(),
            units("asked_qty"),
            units("ordered_qty"),
            "line_no",
            units("too_late"),
        ),
    )
