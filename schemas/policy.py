"""A client's policy: the rules by which its orders are served."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, Self, get_args

from pydantic import Field, model_validator

from schemas.segment import OnShortRule, Segment, StandingRule, asks_for_nothing
from schemas.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

RankKey = Literal[
    "priority",
    "due_on",
    "promised_on",
    "ship_by",
    "cancel_after",
    "ordered_at",
    "age_class",
    "channel",
    "next_deadline_on",
    "client_rank",
]
ShipRule = Literal["partial", "line_complete", "order_complete"]

MAX_FENCED = 10**9
"""More units than any shelf has; in millionths the fences of a shelf still stay within 64 bits."""


class Fence(Settings):
    """Units of some SKUs kept for some channels until a day, in each warehouse that it names.

    It is a balance: what its channels take reduces it. By `pct` it begins with that share of what is usable
    when it begins, and grows by that share of what is received on each later night, rounded down.
    """

    name: str = Field(min_length=1, description="a fence under a new name begins anew")
    sku: tuple[str, ...] = Field(min_length=1, description="what it keeps")
    channel: tuple[str, ...] = Field(min_length=1, description="for whom")
    warehouse: tuple[str, ...] = Field((), description="where; default: in each of the client's warehouses")
    qty: int | None = Field(None, ge=1, le=MAX_FENCED, description="units kept of each SKU in each warehouse")
    pct: int | None = Field(None, ge=1, le=100, description="share of the usable units kept")
    until: date = Field(description="the first business date on which what is left is common again")

    @model_validator(mode="after")
    def refuse_two_sizes(self) -> Self:
        """A fence has one size: units or a share."""
        if (self.qty is None) == (self.pct is None):
            message = f"fence {self.name} needs a size: qty or pct, one of them"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def refuse_twins(self) -> Self:
        """What is named twice would be kept twice."""
        for key in ("sku", "channel", "warehouse"):
            named = getattr(self, key)
            if len(set(named)) < len(named):
                message = f"{key} of fence {self.name} names one twice: {', '.join(named)}"
                raise ValueError(message)
        return self


TORN_BY = {
    "line_complete": {"cancel_rest": "partial"},
    "order_complete": {"cancel_rest": "partial", "cancel_line": "line_complete"},
}
"""By ship rule: the cancellations that tear apart what it keeps together, and the rule that fits each."""


class Policy(Settings):
    """Section `[policy]` of a client's file; every rule has a default."""

    rank: tuple[RankKey, ...] = Field(
        ("priority", "due_on", "ordered_at"),
        min_length=1,
        description="who comes first; keys ascend, nulls last, then order id and line number",
    )
    channel_order: tuple[str, ...] = Field(
        (), description="channels in the order of rank key channel; those not named come after them"
    )
    ship_rule: ShipRule = Field("partial", description="what must be there before anything of it ships")
    max_shipments: int | None = Field(
        None,
        ge=1,
        description="an order ships in parts until this shipment, which must be complete, from one warehouse",
    )
    wait_for_rest_days: int | None = Field(
        None,
        ge=0,
        description="what is there of a line waits if all its rest is promised within so many working days",
    )
    min_release_qty: int | None = Field(
        None, ge=1, description="an order's release of fewer units waits, unless it completes the order"
    )
    min_release_value: Decimal | None = Field(
        None, gt=0, description="an order's release worth less waits; one with a line without price does not"
    )
    min_release_until_days: int = Field(
        3, ge=0, description="a small release no longer waits so many calendar days before a last ship date"
    )
    holdback: Literal["none", "strict", "bounded"] = Field(
        "none",
        description="what a group that must be complete and is not does to those behind it: lets them take "
        "the stock; reserves what it finds; or lets them until it was overtaken or waits so long",
    )
    holdback_nights: int | None = Field(
        None, ge=1, description="under bounded: nights on which it may be overtaken"
    )
    holdback_days: int | None = Field(
        None, ge=1, description="under bounded: calendar days since its first short night"
    )
    split: Literal[True, False, "if_needed"] = Field(
        "if_needed",
        description="an order may ship from several warehouses (true), or from one only (false); or it ships "
        "from the first that alone has as much of it as all together, and from several only where none has",
    )
    fences: tuple[Fence, ...] = Field(
        (), description="units kept for channels; the first named is cut from the end of the lot order first"
    )
    fair_share: Literal["none", "water_filling", "proportional"] = Field(
        "none",
        description="how lines of equal priority share what does not reach: by rank; an equal level, so that "
        "small wants are met whole; or in proportion to what each wants",
    )
    loose_rest: bool = Field(
        True,
        description="what of a line fills no sell_multiple ships loose; false: such a row is rejected",
    )
    lot_order: Literal["fefo", "fifo", "lifo"] = Field(
        "fefo", description="which lot goes first: soonest to expire, first seen, last seen"
    )
    not_due: Literal["wait", "reserve"] = Field("wait", description="what a line that is not due yet may do")
    horizon_days: int = Field(0, ge=0, description="a line is due so many calendar days early")
    standing: StandingRule = Field("gain", description="what a reservation may do tomorrow")
    segments: tuple[Segment, ...] = Field(
        (), description="lines with a standing or an on_short of their own; the first that fits counts"
    )
    on_short: OnShortRule = Field(
        "backorder", description="what becomes of a due line that is short, on its first short night"
    )
    past_cancel: Literal["ask", "cancel"] = Field(
        "ask",
        description="what becomes of units that cannot ship by their last ship date: the client is asked, or "
        "they are cancelled",
    )
    may_cancel_until: Literal["release"] = Field(
        "release", description="until when a cancellation is accepted"
    )
    overdue_grace_days: int = Field(
        3, ge=0, description="working days an overdue announcement keeps its date"
    )
    asn_rest_days: int = Field(
        3, ge=0, description="working days the rest of a part-received line stays expected"
    )
    over_receipt_pct: int = Field(10, ge=0, description="received above the announced by more goes on hold")

    @model_validator(mode="after")
    def refuse_contradictions(self) -> Self:
        """Keys that contradict each other, or of which one could never decide, are refused by name."""
        for contradiction in self._contradictions():
            raise ValueError(contradiction)
        return self

    def _contradictions(self) -> Iterator[str]:
        yield from self._unfair()
        if len(set(self.rank)) < len(self.rank):
            yield f"rank names a key twice: {', '.join(self.rank)}"
        if self.max_shipments is not None and self.ship_rule == "order_complete":
            yield (
                f"max_shipments = {self.max_shipments} lets an order ship in parts, but ship_rule = "
                '"order_complete": make it "partial" or "line_complete", or take max_shipments out'
            )
        bounds = [name for name in ("holdback_nights", "holdback_days") if getattr(self, name) is not None]
        if self.holdback == "bounded" and not bounds:
            yield 'holdback = "bounded" needs a bound: set holdback_nights, holdback_days or both'
        if self.holdback != "bounded" and bounds:
            yield f'{bounds[0]} is set, but holdback = "{self.holdback}": make it "bounded", or take it out'
        yield from self._torn_apart()
        names = [segment.name for segment in self.segments]
        if len(set(names)) < len(names):
            yield f"segments has a name twice: {', '.join(names)}"
        if len(set(self.channel_order)) < len(self.channel_order):
            yield f"channel_order names a channel twice: {', '.join(self.channel_order)}"
        if "channel" in self.rank and not self.channel_order:
            yield "rank has the key channel, but channel_order is empty: name there the channels, best first"
        if self.channel_order and "channel" not in self.rank:
            yield "channel_order is set, but rank has no key channel: add the key, or take channel_order out"
        fences = [fence.name for fence in self.fences]
        if len(set(fences)) < len(fences):
            yield f"fences has a name twice: {', '.join(fences)}"

    def _unfair(self) -> Iterator[str]:
        """Rules under which lines of a tier cannot be levelled."""
        if self.fair_share == "none":
            return
        stated = f'fair_share = "{self.fair_share}"'
        if self.rank[0] != "priority":
            first = self.rank[0]
            yield f"{stated} shares at equal priority, but rank begins with {first}: put priority first"
        if self.ship_rule != "partial":
            yield f'{stated} gives parts, but ship_rule = "{self.ship_rule}": make it "partial"'
        if self.holdback != "none":
            yield f'{stated} holds nothing back, but holdback = "{self.holdback}": make it "none"'
        if self.max_shipments is not None:
            yield f"{stated} gives parts, but max_shipments = {self.max_shipments} asks for a whole: drop it"
        for key, on_short in self._on_shorts().items():
            if on_short not in self.allowed_on_short:
                yield f'{stated} has no place for {key} = "{on_short}": make it "backorder"'
        if self.fair_share == "proportional" and self.past_cancel == "cancel":
            yield f'{stated} deals by what is wanted, and past_cancel = "cancel" cuts that: make it "ask"'
        if self.split is False:
            yield f"{stated} shares pool by pool, but split = false: make it true"

    def _torn_apart(self) -> Iterator[str]:
        """Cancellations that would tear apart what ships together, or that nothing could ever decide."""
        if contradiction := asks_for_nothing(self.standing, self.on_short):
            yield contradiction
        for key, on_short in self._on_shorts().items():
            if on_short in TORN_BY.get(self.ship_rule, {}):
                whole = "cancel_line" if self.ship_rule == "line_complete" else "cancel_order"
                yield (
                    f'{key} = "{on_short}" cancels a part, but ship_rule = "{self.ship_rule}" ships nothing '
                    f'in parts: make it "{whole}", or ship_rule "{TORN_BY[self.ship_rule][on_short]}"'
                )

    @property
    def allowed_on_short(self) -> list[str]:
        """What an order may say of its short lines: of those who share, nothing that falls together.

        And where they share in proportion to what is wanted, nothing that cuts a want.
        """
        words = list(get_args(OnShortRule))
        return words[: {"none": 4, "water_filling": 2, "proportional": 1}[self.fair_share]]

    def _on_shorts(self) -> dict[str, str]:
        """What the policy and its segments say of short lines, by the key that says it."""
        by_segment = {f"on_short of segment {part.name}": part.on_short for part in self.segments}
        return {key: word for key, word in {"on_short": self.on_short, **by_segment}.items() if word}
