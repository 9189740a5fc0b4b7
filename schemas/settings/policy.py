"""A client's policy: the rules by which its orders are served."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, Self, get_args

from pydantic import Field, model_validator

from schemas.settings.parent import Count, Days, Label, Labels, Settings, Words
from schemas.settings.segment import (
    MOST_SEGMENTS,
    NotDueRule,
    OnShortRule,
    Segment,
    ShipRule,
    StandingRule,
    asks_for_nothing,
    first_with,
    meetings,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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

TORN_BY = {
    "line_complete": {"cancel_rest": "partial"},
    "order_complete": {"cancel_rest": "partial", "cancel_line": "line_complete"},
}
"""By ship rule: the cancellations that tear apart what it keeps together, and the rule that fits each."""

MAX_FENCED = 10**9
"""More units than any shelf has; in millionths the fences of a shelf still stay within 64 bits."""


class Fence(Settings):
    """Units of some SKUs kept for some channels until a day, in each warehouse that it names.

    It is a balance: what its channels take reduces it. By `pct` it begins with that share of what is usable
    when it begins, and grows by that share of what is received on each later night, rounded down.
    """

    name: Label = Field(min_length=1, description="a fence under a new name begins anew")
    sku: Labels = Field(min_length=1, description="what it keeps")
    channel: Labels = Field(min_length=1, description="for whom")
    warehouse: Labels = Field((), description="where; default: in each of the client's warehouses")
    qty: int | None = Field(None, ge=1, le=MAX_FENCED, description="units kept of each SKU in each warehouse")
    pct: int | None = Field(None, ge=1, le=100, description="share of the usable units kept")
    until: date = Field(description="the first shipping day on which what is left is common again")

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


class Policy(Settings):
    """Section `[policy]` of a client's file; every rule has a default."""

    rank: Words[RankKey] = Field(
        ("priority", "due_on", "ordered_at"),
        min_length=1,
        description="who comes first; keys ascend, nulls last, then order id and line number",
    )
    channel_order: Labels = Field(
        (), description="channels in the order of rank key channel; those not named come after them"
    )
    ship_rule: ShipRule = Field("partial", description="what must be there before anything of it ships")
    max_shipments: Count | None = Field(
        None,
        ge=1,
        description="an order ships in parts until this shipment, which must be complete, from one warehouse",
    )
    wait_for_rest_days: Days | None = Field(
        None,
        ge=0,
        description="what is there of a line waits if all its rest is promised within so many working days",
    )
    min_release_qty: Count | None = Field(
        None, ge=1, description="an order's release of fewer units waits, unless it completes the order"
    )
    min_release_value: Decimal | None = Field(
        None,
        gt=0,
        le=10**12,
        decimal_places=4,
        description="an order's release worth less waits; one with a line without price does not",
    )
    min_release_until_days: Days = Field(
        3, ge=0, description="a small release no longer waits so many calendar days before a last ship date"
    )
    holdback: Literal["none", "strict", "bounded"] = Field(
        "none",
        description="what a group that must be complete and is not does to those behind it: lets them take "
        "the stock; reserves what it finds; or lets them until it was overtaken or waits so long",
    )
    holdback_nights: Days | None = Field(
        None, ge=1, description="under bounded: nights on which it may be overtaken"
    )
    holdback_days: Days | None = Field(
        None, ge=1, description="under bounded: calendar days since its first short night"
    )
    split: Literal[True, False, "if_needed"] = Field(
        "if_needed",
        description="an order may ship from several warehouses (true), or from one only (false); or it ships "
        "from the first that alone has as much of it as all together, and from several only where none has",
    )
    fences: tuple[Fence, ...] = Field(
        (),
        max_length=1_000,
        description="units kept for channels; the first named is cut from the end of the lot order first",
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
    not_due: NotDueRule = Field(
        "ship",
        description="what a line that is not due yet may do after all that is due: ship if all that is open "
        "of its order leaves with it, else reserve (a b2b order with deliver_by only reserves, unless a "
        "segment says otherwise); reserve; or wait",
    )
    horizon_days: Days = Field(0, ge=0, description="a line is due so many calendar days early")
    reserve_ahead_days: Days = Field(
        7,
        ge=0,
        description="a line before its release date (ship_not_before, available_from of its item) reserves "
        "so many calendar days before it, under wait only if it is due on that date; before that it holds "
        "nothing",
    )
    standing: StandingRule = Field("gain", description="what a reservation may do tomorrow")
    segments: tuple[Segment, ...] = Field(
        (),
        max_length=MOST_SEGMENTS,
        description="lines with rules of their own; of each rule the first segment counts that names it",
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
    overdue_grace_days: Days = Field(
        3, ge=0, description="working days an overdue announcement keeps its date"
    )
    asn_rest_days: Days = Field(
        3, ge=0, description="working days the rest of a part-received line stays expected"
    )
    over_receipt_pct: Count = Field(10, ge=0, description="received above the announced by more goes on hold")

    @model_validator(mode="after")
    def refuse_contradictions(self) -> Self:
        """Keys that contradict each other, or of which one could never decide, are refused by name.

        So are those of segments: for every set of them that one line could fit.
        """
        for contradiction in self._contradictions():
            raise ValueError(contradiction)
        return self

    def _contradictions(self) -> Iterator[str]:
        yield from _contradictions(self)
        names = [segment.name for segment in self.segments]
        if len(set(names)) < len(names):
            yield f"segments has a name twice: {', '.join(names)}"
        for met in meetings(self.segments):
            yield from _contradictions_of_rules(self.under(met), first_with(met))

    def under(self, met: Sequence[Segment]) -> Policy:
        """The policy as it stands for a line that fits these segments and no others."""
        said = {rule: segment.rules[rule] for rule, segment in first_with(met).items()}
        return self.model_copy(update={rule: says for rule, says in said.items() if hasattr(self, rule)})

    @property
    def allowed_on_short(self) -> list[str]:
        """What an order may say of its short lines: of those who share, nothing that falls together.

        And where they share in proportion to what is wanted, nothing that cuts a want.
        """
        words = list(get_args(OnShortRule))
        return words[: {"none": 4, "water_filling": 2, "proportional": 1}[self.fair_share]]


def _contradictions(policy: Policy) -> Iterator[str]:
    """What contradicts itself for all lines of the client, in keys that no segment has."""
    if len(set(policy.rank)) < len(policy.rank):
        yield f"rank names a key twice: {', '.join(policy.rank)}"
    bounds = [name for name in ("holdback_nights", "holdback_days") if getattr(policy, name) is not None]
    if policy.holdback == "bounded" and not bounds:
        yield 'holdback = "bounded" needs a bound: set holdback_nights, holdback_days or both'
    if policy.holdback != "bounded" and bounds:
        yield f'{bounds[0]} is set, but holdback = "{policy.holdback}": make it "bounded", or take it out'
    if len(set(policy.channel_order)) < len(policy.channel_order):
        yield f"channel_order names a channel twice: {', '.join(policy.channel_order)}"
    if "channel" in policy.rank and not policy.channel_order:
        yield "rank has the key channel, but channel_order is empty: name there the channels, best first"
    if policy.channel_order and "channel" not in policy.rank:
        yield "channel_order is set, but rank has no key channel: add the key, or take channel_order out"
    fences = [fence.name for fence in policy.fences]
    if len(set(fences)) < len(fences):
        yield f"fences has a name twice: {', '.join(fences)}"
    yield from _unfair(policy)


def _unfair(policy: Policy) -> Iterator[str]:
    """Rules of the client under which lines of a tier cannot be levelled."""
    if policy.fair_share == "none":
        return
    stated = f'fair_share = "{policy.fair_share}"'
    if policy.rank[0] != "priority":
        first = policy.rank[0]
        yield f"{stated} shares at equal priority, but rank begins with {first}: put priority first"
    if policy.holdback != "none":
        yield f'{stated} holds nothing back, but holdback = "{policy.holdback}": make it "none"'
    if policy.fair_share == "proportional" and policy.past_cancel == "cancel":
        yield f'{stated} deals by what is wanted, and past_cancel = "cancel" cuts that: make it "ask"'


def _contradictions_of_rules(policy: Policy, said_by: Mapping[str, Segment]) -> Iterator[str]:
    """What contradicts itself in the rules that a segment may have.

    Args:
        policy: the policy as it stands for some lines.
        said_by: by rule, the segment that it comes from; else it is the policy's own.
    """

    def name(key: str) -> str:
        return f"{key} of segment {said_by[key].name}" if key in said_by else key

    if policy.max_shipments is not None and policy.ship_rule == "order_complete":
        yield (
            f"{name('max_shipments')} = {policy.max_shipments} lets an order ship in parts, but "
            f'{name("ship_rule")} = "order_complete": make it "partial" or "line_complete", or take '
            "max_shipments out"
        )
    if policy.on_short in (fits := TORN_BY.get(policy.ship_rule, {})):
        whole = "cancel_line" if policy.ship_rule == "line_complete" else "cancel_order"
        yield (
            f'{name("on_short")} = "{policy.on_short}" cancels a part, but {name("ship_rule")} = '
            f'"{policy.ship_rule}" ships nothing in parts: make it "{whole}", or ship_rule '
            f'"{fits[policy.on_short]}"'
        )
    is_said_alike = ("standing" in said_by) == ("on_short" in said_by)
    if is_said_alike and (contradiction := asks_for_nothing(policy.standing, policy.on_short)):
        named = [f"segment {said_by[key].name}" for key in ("standing", "on_short") if key in said_by]
        yield f"{' and '.join(named)}: {contradiction}" if named else contradiction
    if policy.fair_share == "none":
        return
    stated = f'fair_share = "{policy.fair_share}"'
    if policy.ship_rule != "partial":
        yield f'{stated} gives parts, but {name("ship_rule")} = "{policy.ship_rule}": make it "partial"'
    if policy.max_shipments is not None:
        yield (
            f"{stated} gives parts, but {name('max_shipments')} = {policy.max_shipments} asks for a whole: "
            "drop it"
        )
    if policy.on_short not in policy.allowed_on_short:
        yield f'{stated} has no place for {name("on_short")} = "{policy.on_short}": make it "backorder"'
    if policy.split is False:
        yield f"{stated} shares pool by pool, but {name('split')} = false: make it true"
