"""A client's policy: the rules by which its orders are served."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Literal, Self, get_args

from pydantic import Field, model_validator

from schemas.settings.contradictions import contradictions, contradictions_of_rules
from schemas.settings.parent import Count, Days, Label, Labels, Settings, Words
from schemas.settings.segment import (
    MOST_SEGMENTS,
    NotDueRule,
    OnShortRule,
    Segment,
    ShipRule,
    StandingRule,
    first_with,
    meetings,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        yield from contradictions(self)
        names = [segment.name for segment in self.segments]
        if len(set(names)) < len(names):
            yield f"segments has a name twice: {', '.join(names)}"
        for met in meetings(self.segments):
            yield from contradictions_of_rules(self.under(met), first_with(met))

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
