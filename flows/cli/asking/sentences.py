"""What `why` says of an order line, as pairs of a label and a sentence. Pure: rows in, words out."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from flows.cli.asking.fairness import keep_remedies, tell_fairness
from flows.cli.printing.paper import count_of
from flows.pasting import say_command
from schemas.vocabulary.explanations import DecisionCode
from schemas.vocabulary.words import Cause, HoldReason, NoticeKind, ShipmentBasis

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flows.cli.reading import Row

Sentence = tuple[str, str]

PLACES = {
    "shipped_qty": "shipped",
    "released_qty": "released to the warehouse",
    "reserved_qty": "reserved",
    "open_qty": "open",
    "cancelled_qty": "cancelled",
}
"""Where the units of a line can be, and the words for it."""

MORE_UNITS = "{short} of {goods} come in beyond what better ranks want ({ahead} ahead)"
REMEDIES: dict[DecisionCode, str] = {
    DecisionCode.ORDER_HOLD: "the hold ends",
    DecisionCode.NOT_DUE: "it is due, on {due_on}",
    DecisionCode.PARCEL_MAY_FOLLOW: "tomorrow's files do not tell them as shipped, and {short} are there",
    DecisionCode.PAST_CANCEL_DATE: "goods come before {cancel_after}, or the client moves that date",
    DecisionCode.NOT_ASKING: "the policy gives its segment another standing than fill",
    DecisionCode.NOT_A_MULTIPLE: "a whole sell multiple is there, or the quantity is changed to one",
    DecisionCode.GROUP_INCOMPLETE: "everything else it must ship with is there on the same night",
    DecisionCode.KEPT_BY_RESERVATION: "a line that reserved them is cancelled, or {short} more come in",
    DecisionCode.RING_FENCE: "the fence ends",
    DecisionCode.SAFETY_STOCK: "units come in above the safety stock, or the items file lowers it",
    DecisionCode.SHELF_LIFE: "{short} that keep long enough come in",
    DecisionCode.LOT_HOLD: "held units come free: `{stock_page}` says how",
    DecisionCode.ITEM_HOLD: "the item is active and available",
    DecisionCode.OTHER_WAREHOUSE: "the order may use the other warehouse, or units come to its own",
    DecisionCode.RANK: MORE_UNITS,
    DecisionCode.NOT_COUNTED: "the first count of {awaited} shows units for it, or more come in",
    DecisionCode.NO_STOCK: MORE_UNITS,
    DecisionCode.ONLY_POSTED: "the last of the nights that are caught up decides",
}
"""What would make units ship that got nothing for this reason."""


def tell_line(line: Row, facts: Mapping[str, Sequence[Row]], workspace: str = "") -> list[Sentence]:
    """All that is known of a line: what was ordered, where its units are, why it waits and until when.

    Args:
        line: a row of `order_lines`.
        facts: its rows of other tables, by the names that `why` has for them.
        workspace: what commands say of where they mean.
    """
    decisions, pegs = facts.get("decisions", ()), facts.get("pegs", ())
    said = [("ordered", _ordered(line)), ("units", _places(line))]
    for _, parts in groupby(facts.get("kits", ()), key=itemgetter("kit_id")):
        said.append(("made of", _made(list(parts))))
    said += [("released", _released(release)) for release in facts.get("releases", ())]
    said += [("shipped", _shipped(shipment, line)) for shipment in facts.get("shipments", ())]
    said += [("cancelled", _cancelled(cancellation)) for cancellation in facts.get("cancellations", ())]
    if line["open_qty"] + line["reserved_qty"] == 0:
        return said
    if line["hold_reason"]:
        said.append(("on hold", _hold(line["hold_reason"])))
    if line["rank"] is not None:
        said.append(("queue", _queue(line)))
    if line["replaced_by"]:
        said.append(("successor", f"{line['replaced_by']}, once none of {line['sku']} is left or announced"))
    said += _first_count(line)
    said += [("short", f"{count_of(row['qty'], 'unit')}: {_decision(row)}") for row in decisions]
    said += tell_fairness(line, facts)
    said += _promise(line, pegs)
    said.append(("told", _told(line)))
    remedies = [*_remedies(line, decisions, pegs, workspace)]
    kept = keep_remedies(line, facts.get("reservations", ()))
    remedies += [remedy for remedy in kept if remedy not in remedies]
    return said + [("ships when", remedy) for remedy in remedies]


def tell_notice(notice: Row) -> str:
    """A message in a sentence: when, what about, which date, and whether it left the house."""
    kind = NoticeKind[notice["kind"].upper()]
    about = kind.meaning.partition(";")[0]
    if kind in {NoticeKind.ON_BACK_ORDER, NoticeKind.ETA_CHANGED, NoticeKind.PRE_ORDER}:
        about += f", date told {notice['eta_on']}" if notice["eta_on"] else ", no date"
    return f"{notice['business_date']} {kind.value}: {about} ({notice['state']})"


def _ordered(line: Row) -> str:
    """What was ordered, and what decides its place."""
    promised = f", promised {line['promised_on']}" if line["promised_on"] else ""
    return (
        f"{count_of(line['ordered_qty'], 'unit')} of {line['sku']} at {line['ordered_at']} UTC{promised}, "
        f"due {line['due_on']}, priority {line['priority']}, ship rule {line['ship_rule']}"
    )


def _places(line: Row) -> str:
    """Where the ordered units are, those places only that have some."""
    return (
        ", ".join(f"{line[column]:,} {words}" for column, words in PLACES.items() if line[column]) or "none"
    )


def _made(parts: Sequence[Row]) -> str:
    """Kits that were released as their parts."""
    made = parts[0]
    kits = f"{count_of(made['kits'], 'kit')} {made['kit_sku']}"
    units = ", ".join(f"{part['qty']:,} {part['sku']}" for part in parts)
    return f"{kits} from {made['warehouse_id']} on {made['business_date']}: {units}"


def _released(release: Row) -> str:
    """Units that a night released, and when they leave."""
    units, night = count_of(release["qty"], "unit"), release["business_date"]
    return f"{units} by the night of {night}, to leave {release['warehouse_id']} on {release['ships_on']}"


def _shipped(shipment: Row, line: Row) -> str:
    """A shipment or short pick in a sentence; another SKU than the line's is named."""
    other = f" of {shipment['sku']}" if shipment["sku"] != line["sku"] else ""
    basis = " (assumed, not confirmed)" if shipment["basis"] == ShipmentBasis.ASSUMED else ""
    short = f", {shipment['short_qty']:,} not found" if shipment["short_qty"] else ""
    tracking = f", tracking {shipment['tracking_no']}" if shipment["tracking_no"] else ""
    return (
        f"{count_of(shipment['shipped_qty'], 'unit')}{other} on {shipment['shipped_on']} from "
        f"{shipment['warehouse_id']}{short}{tracking}{basis}"
    )


def _cancelled(cancellation: Row) -> str:
    """What was cancelled on a night, and why."""
    units = count_of(cancellation["qty"], "unit")
    return f"{units} on {cancellation['business_date']}: {Cause[cancellation['cause'].upper()].meaning}"


def _remedy_of(decision: Row, line: Row) -> str:
    """What would make the units of one reason ship; of a hold, what ends that hold."""
    code = DecisionCode[decision["reason_code"].upper()]
    ends = {reason.value: reason.way_out for reason in HoldReason}
    if code is DecisionCode.ORDER_HOLD and line["hold_reason"] in ends:
        return ends[line["hold_reason"]]
    return REMEDIES[code]


def _hold(reason: str) -> str:
    """A hold's reason; the client's own words where it is not one of ours."""
    meanings = {known.value: known.meaning for known in HoldReason}
    return f"{reason}: {meanings[reason]}" if reason in meanings else reason


def _queue(line: Row) -> str:
    """Rank, place and who goes before."""
    ahead = f"{count_of(line['ahead_qty'], 'unit')} wanted ahead" if line["ahead_qty"] else "nobody ahead"
    waits = f", waiting for {count_of(line['days_waiting'], 'day')}" if line["days_waiting"] else ""
    rank = f"rank {line['rank']:,} of the client"
    if line["queue_place"] is None:
        return f"{rank}; all its units are kept for it{waits}"
    return (
        f"{rank}; place {line['queue_place']:,} for {line['sku']} in {line['warehouse_id']}, {ahead}{waits}"
    )


def _first_count(line: Row) -> Iterator[Sentence]:
    """What a line waits for before anybody is told of it, or since when it no longer does."""
    if awaited := _awaited(line):
        until = "until then nobody is told of it, no rule cancels it, and its waiting does not count"
        yield "waits", f"for the first count of {awaited}: {until}"
    elif counted_on := line.get("counted_on"):
        yield "counted", f"first on {counted_on}: its waiting counts from that night on"


def _awaited(line: Row) -> str:
    """The warehouses whose first count it waits for; an older program published none."""
    return " and ".join((line.get("awaits_count") or "").split("|"))


def _decision(decision: Row) -> str:
    """A reason and its code, so that it can be looked up."""
    code = DecisionCode[decision["reason_code"].upper()]
    return f"{code.meaning} ({code.value})"


def _promise(line: Row, pegs: Sequence[Row]) -> Iterator[Sentence]:
    """The date we believe, and the announced goods it rests on."""
    rests, _, moved = (line["eta_reason"] or "").partition("; moved ")
    reason = f" ({rests})" if rests else ""
    overtaken = "; may be overtaken while it is incomplete" if line["may_be_overtaken"] else ""
    if line["eta_on"]:
        yield "promise", f"ships {line['eta_on']}{reason}{overtaken}"
    else:
        yield "promise", f"no date yet{reason}"
    if moved:
        yield "moved", moved
    for peg in pegs:
        expected = f", {peg['status']} on {peg['expected_on']}" if peg["expected_on"] else ""
        source = f"{_units_of(peg, line)} of {peg['asn_id']} line {peg['asn_line_no']}"
        yield "rests on", f"{source}{expected}, can ship {peg['eta_on']}"


def _units_of(peg: Row, line: Row) -> str:
    """Announced units; their SKU where it is not the one that was ordered."""
    units = count_of(peg["pegged_qty"], "unit")
    return units if peg["sku"] == line["sku"] else f"{units} of {peg['sku']}"


def _told(line: Row) -> str:
    """What the consignee believes."""
    if line["told_on"] is None:
        return "nothing yet"
    return f"on {line['told_on']}: {line['told_eta_on'] or 'that there is no date yet'}"


def _remedies(line: Row, decisions: Sequence[Row], pegs: Sequence[Row], workspace: str) -> Iterator[str]:
    """What would make it ship: the pegged goods, and for the rest one sentence a reason."""
    for peg in pegs:
        yield f"{peg['asn_id']} line {peg['asn_line_no']} comes in ({_units_of(peg, line)})"
    pegged = sum(peg["pegged_qty"] for peg in pegs)
    of_parts = line["kit"] and any(peg["sku"] != line["sku"] for peg in pegs)
    is_covered = line["eta_on"] if of_parts else pegged >= line["open_qty"] > 0
    if is_covered:
        return
    goods = f"{line['sku']}, or parts to make them of," if line["kit"] else line["sku"]
    short = "more units" if of_parts else count_of(line["open_qty"] - pegged, "unit")
    page = say_command("stock", line["client_id"], line["sku"], workspace=workspace)
    missing = {**line, "stock_page": page, "short": short, "goods": goods, "ahead": line["ahead_qty"] or 0}
    awaited = _awaited(line)
    remedies = [_remedy_of(row, line) for row in decisions]
    yield from dict.fromkeys(remedy.format(**missing, awaited=awaited) for remedy in remedies)
