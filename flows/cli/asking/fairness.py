"""What `why` says of units that did not go by plain rank: kept back, overtaken, lost. Rows in, words out."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from flows.cli.printing.paper import count_of
from schemas.vocabulary.explanations import LostReason, OvertakingRule, ReservedReason
from schemas.vocabulary.words import Cause
from transforms.hints import KEPT_STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flows.cli.reading import Row

DAYS = {ReservedReason.NOT_DUE: "due_on", ReservedReason.SHIP_NOT_BEFORE: "ship_not_before"}
"""Reasons that end on a day that is known, and its column."""


def tell_fairness(line: Row, facts: Mapping[str, Sequence[Row]]) -> Iterator[tuple[str, str]]:
    """Why what is there stays, who came before it against the ranks, and what it lost to whom."""
    for row in facts.get("reservations", ()):
        reason = ReservedReason(row["reason_code"])
        units = count_of(row["qty"], "unit") + (f" of {row['sku']}" if row["sku"] != line["sku"] else "")
        yield "kept back", f"{units} in {row['warehouse_id']}: {reason.meaning} ({reason.value})"
    for row in facts.get("overtakings", ()):
        yield "overtaken", _overtaken(row)
    if line["overtaken_nights"]:
        nights = count_of(line["overtaken_nights"], "night")
        yield "overtaken", f"on {nights} so far while it was incomplete, last on {line['overtaken_on']}"
    for row in facts.get("overtook", ()):
        yield "overtook", _overtook(row)
    for _, rows in groupby(facts.get("lost_reservations", ()), key=lambda row: row["warehouse_id"]):
        yield "lost", _lost(list(rows))
    for row in facts.get("lost_before", ()):
        units = count_of(row["lost_qty"], "reserved unit")
        yield "lost before", f"{units} in {row['warehouse_id']} on {row['business_date']}"


def keep_remedies(line: Row, reservations: Sequence[Row]) -> Iterator[str]:
    """What would make the units leave that are there, one sentence a reason."""
    for code in dict.fromkeys(row["reason_code"] for row in reservations):
        day = line.get(DAYS.get(code, ""))
        yield KEPT_STEPS[code].next_step + (f", on {day}" if day else "")


def _overtaken(row: Row) -> str:
    """Who got what the line wanted, and which rule let them."""
    rule = OvertakingRule(row["rule"])
    units = f"{count_of(row['qty'], 'unit')} of {row['sku']} in {row['warehouse_id']}"
    return (
        f"tonight {units} went to worse ranks, first "
        f"{row['by_order_id']} line {row['by_line_no']}: {rule.meaning} ({rule.value})"
    )


def _overtook(row: Row) -> str:
    """Whose units the line got before its turn."""
    rule = OvertakingRule(row["rule"])
    return (
        f"{row['before_order_id']} line {row['before_line_no']}, which ranks better for {row['sku']} in "
        f"{row['warehouse_id']} ({rule.value})"
    )


def _lost(rows: Sequence[Row]) -> str:
    """Reserved units that are gone: why, who has units there now, and what left the shelf that night."""
    row = rows[0]
    reason = LostReason(row["lost_reason"])
    lost = f"{count_of(row['lost_qty'], 'reserved unit')} in {row['warehouse_id']}: {reason.meaning}"
    to = f"; units there are with {row['to_order_id']} line {row['to_line_no']}" if row["to_order_id"] else ""
    gone = [f"{row['left_qty']:,} ({Cause(row['cause']).meaning})" for row in rows if row["cause"]]
    off = f"; off the shelf that night: {', '.join(gone)}" if gone else ""
    return f"{lost} ({reason.value}){to}{off}"
