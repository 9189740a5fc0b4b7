"""What the client's rules cancel, by the oracle: the night is served anew until nothing more is cancelled."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from tests.oracle_segments import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from schemas.settings.policy import Policy
    from tests.oracle import ClientNight
    from tests.oracle_drawing import Piece
    from tests.oracle_supply import Row, Shelf

UNITS_OF = {"cancel_line": "line_complete", "cancel_order": "order_complete"}
STRICTER = ("partial", "line_complete", "order_complete")


def read_rules(row: Row, policy: Policy) -> Row:
    """The line as it is served: what falls together stands together, and whether it falls if it is short."""
    on_short = row["on_short"] or say(row, policy, "on_short")
    united = max(row["ship_rule"], UNITS_OF.get(on_short, "partial"), key=STRICTER.index)
    return {"ship_rule": united, "is_cancelling": on_short != "backorder"}


def serve_until_settled(
    rows: Row,
    policy: Policy,
    serve: Callable[[Row], ClientNight],
    explain: Callable[[ClientNight, Piece], Iterable[tuple[str, int]]],
    tell_loss: Callable[[ClientNight, Piece, Shelf], Row],
) -> tuple[ClientNight, list[tuple[str, Row]]]:
    """The night without all that it cancels, and rows of what that is and of reservations lost before."""
    told: list[tuple[str, Row]] = []
    for row in rows["order_lines"]:
        row.update(read_rules(row, policy))
    while True:
        night = serve(rows)
        fallen = next((found for stage in find_fallen(night, explain) if (found := list(stage))), [])
        by_line: dict[Any, list[Any]] = defaultdict(list)
        for piece, qty, cause in fallen:
            by_line[piece.line["key"]].append((piece, qty, cause))
        told += [row for parts in by_line.values() for row in cancel_line(night, parts, tell_loss)]
        if not fallen:
            return night, told


def find_fallen(
    night: ClientNight, explain: Callable[[ClientNight, Piece], Iterable[tuple[str, int]]]
) -> Iterator[Iterable[tuple[Piece, int, str]]]:
    """Pieces that fall, with units and cause: one stage after the other, those that free units first.

    Nothing falls that waits for a first count.
    """
    return (
        [fallen for fallen in stage if not fallen[0].is_any("is_uncounted")]
        for stage in find_short_or_late(night, explain)
    )


def find_short_or_late(
    night: ClientNight, explain: Callable[[ClientNight, Piece], Iterable[tuple[str, int]]]
) -> Iterator[Iterable[tuple[Piece, int, str]]]:
    """Pieces that the rules cancel, with units and cause, in five stages."""
    asks = night.policy.past_cancel == "ask"
    groups = [group for group in night.groups if not group[0].is_any("is_withheld")]
    all_pieces = [piece for group in groups for piece in group]
    decided = [group for group in groups if group[0].is_any("is_cancelling") and is_decided(group)]
    torn = [group for group in decided if group[0].line["is_complete"] and any(piece.want for piece in group)]
    in_parts = [
        [piece for piece in pieces if not piece.is_any("is_withheld")]
        for pieces in night.lines
        if not pieces[0].line["is_complete"]
    ]
    is_short = {group[0].line["key"] for group in decided if group[0].want}
    late = {
        piece.line["key"]
        for piece in all_pieces
        if is_promised(piece.group) and piece.is_due and dict(explain(night, piece))["past_cancel_date"]
    }
    may_follow = {piece.line["key"] for piece in night.pieces if piece.is_any("is_withheld")}
    mine = [piece for piece in all_pieces if piece.line["key"] not in may_follow]
    past = [p for p in mine if p.line["is_past"] and not p.is_any("is_held") and not asks]
    too_late = [g for g in groups if not asks and any(piece.line["key"] in late for piece in g)]
    yield ((piece, piece.units, "cancelled_late") for piece in past)
    holding = [group for group in torn if any(piece.kept.total() for piece in group)]
    yield ((piece, piece.units, "cancelled_short") for group in holding for piece in group)
    whole = [(piece, piece.units, "cancelled_short") for group in torn for piece in group]
    rests = [p for pieces in in_parts for p in pieces if p.line["key"] in is_short]
    yield whole + [(piece, piece.want, "cancelled_short") for piece in rests if piece.want]
    yield (
        (piece, piece.units, "cancelled_late") for g in too_late if g[0].line["is_complete"] for piece in g
    )
    rests = [p for pieces in in_parts for p in pieces if p.line["key"] in late and not asks]
    yield ((piece, piece.unfound, "cancelled_late") for piece in rests if piece.unfound)


def is_decided(group: list[Piece]) -> bool:
    """It is due, and had its turn at tonight's stock."""
    return group[0].is_due and group[0].turn > 0 and not group[0].is_any("is_fill")


def is_promised(group: list[Piece]) -> bool:
    """It had its turn at the announced goods."""
    return not group[0].is_any("is_hopeless") and not group[0].is_any("is_fill")


def cancel_line(
    night: ClientNight,
    parts: list[tuple[Piece, int, str]],
    tell_loss: Callable[[ClientNight, Piece, Shelf], Row],
) -> Iterator[tuple[str, Row]]:
    """Take the units out of the rows: open ones, and of a line that goes whole also what it has reserved.

    Of an order line `cancelled_qty` alone changes; what it still asks for is what its other quantities leave.
    """
    line = parts[0][0].line
    of_line = line["order_id"], line["line_no"]
    pieces = next(pieces for pieces in night.lines if pieces[0].line["key"] == line["key"])
    qty = sum(qty for _, qty, _ in parts)
    reserved = [b for b in night.rows["line_balances", *of_line] if b["account"] == "RESERVED"]
    named = {name: line[name] for name in ("order_id", "line_no", "sku")}
    for balance in reserved:
        shelf = balance["warehouse_id"], balance["sku"]
        kept = sum(piece.keeps(shelf) + piece.again(shelf) for piece in pieces)
        lost = {"warehouse_id": shelf[0], "sku": shelf[1], "lost_qty": balance["qty"] - kept}
        yield "lost_reservations", named | lost | tell_loss(night, pieces[0], shelf)
        balance["qty"] = kept
    given = sum(balance["qty"] for balance in reserved) if qty == sum(p.units for p in pieces) else 0
    told = {"cause": parts[0][2], "is_due": any(piece.is_due for piece in pieces)}
    yield "cancellations", named | told | {"cancelled_qty": qty, "from_reserved_qty": given}
    for row in night.rows["order_lines", *of_line]:
        row["cancelled_qty"] += qty
    for balance in reserved if given else []:
        balance["qty"] = 0
