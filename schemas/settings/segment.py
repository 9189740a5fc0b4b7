"""Segments of a client's policy: lines that it treats in a way of their own."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal, Self

from pydantic import Field, model_validator

from schemas.settings.parent import Count, Days, Label, Labels, Settings
from schemas.vocabulary.words import OrderType

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

OnShortRule = Literal["backorder", "cancel_rest", "cancel_line", "cancel_order"]
StandingRule = Literal["gain", "win", "redistribute", "fill", "lose"]
ShipRule = Literal["partial", "line_complete", "order_complete"]
NotDueRule = Literal["ship", "reserve", "wait"]

ORDER_RULES = (
    "ship_rule", "split", "max_shipments", "min_release_qty", "min_release_value", "min_release_until_days",
    "not_due", "horizon_days", "reserve_ahead_days", "tell_after_days",
)  # fmt: skip
"""Rules of which an order has one: the segments that its first line fits decide."""

LINE_RULES = ("standing", "on_short")
"""Rules that each line has by the segments that it fits itself."""

MOST_SEGMENTS = 200
"""Of a client; an attribute of one of them may name thousands of values."""

MOST_MEETINGS = 4_096
"""So many sets of segments that one line could fit are looked at for contradictions; no client has them."""


def asks_for_nothing(standing: str | None, on_short: str | None) -> str | None:
    """Lines that ask for no more are never served, so what they lack could never be decided."""
    if standing != "fill" or on_short in {None, "backorder"}:
        return None
    return f'on_short = "{on_short}" never decides where standing = "fill" asks for nothing: take one out'


class Segment(Settings):
    """Lines that the policy treats in a way of their own, by any of the rules below.

    A line fits if each attribute that the segment names has one of the values named for it. Of each rule the
    first segment counts that the line fits and that names the rule; else the policy. An order has one
    `standing` and `on_short` a line, and one of all other rules: that of its first line (the lowest number).
    """

    name: Label = Field(min_length=1, description="for people; no two segments have one name")
    order_type: tuple[OrderType, ...] = Field(
        (), max_length=20, description="values of the attribute that fit; none: any fits"
    )
    channel: Labels = Field((), description="likewise")
    segment: Labels = Field((), description="the client's own class of the order, column segment")
    consignee_id: Labels = Field((), description="likewise")
    ship_to_country: Labels = Field((), description="likewise")
    priority: tuple[Count, ...] = Field((), max_length=20, description="likewise")
    standing: StandingRule | None = Field(
        None, description="what its reservations may do tomorrow; default: as the policy says"
    )
    on_short: OnShortRule | None = Field(
        None, description="what becomes of its due lines that are short; default: as the policy says"
    )
    ship_rule: ShipRule | None = Field(
        None,
        description="what must be there before anything of an order ships that states no rule itself; kept "
        "with the line when it is accepted",
    )
    split: Literal[True, False, "if_needed"] | None = Field(
        None, description="its orders may ship from several warehouses, from one, or from several if needed"
    )
    max_shipments: Count | None = Field(
        None, ge=1, description="its orders ship in parts until this shipment, which must be complete"
    )
    min_release_qty: Count | None = Field(
        None, ge=1, description="a release of fewer units waits, unless it completes its order"
    )
    min_release_value: Decimal | None = Field(
        None, gt=0, le=10**12, decimal_places=4, description="a release worth less waits"
    )
    min_release_until_days: Days | None = Field(
        None,
        ge=0,
        description="a small release waits no longer so many calendar days before a last ship date",
    )
    not_due: NotDueRule | None = Field(None, description="what its lines may do that are not due yet")
    horizon_days: Days | None = Field(None, ge=0, description="its lines are due so many calendar days early")
    reserve_ahead_days: Days | None = Field(
        None, ge=0, description="its lines reserve so many calendar days before their release date"
    )
    tell_after_days: Days | None = Field(
        None, ge=0, description="calendar days; its orders are not told while the ETA is within them"
    )

    @property
    def filters(self) -> dict[str, tuple[str, ...] | tuple[int, ...]]:
        """The values that each named attribute may have."""
        named = {name: getattr(self, name) for name in SEGMENT_FILTERS}
        return {name: values for name, values in named.items() if values}

    @property
    def rules(self) -> dict[str, Any]:
        """The rules that it names, with what it says."""
        named = {name: getattr(self, name) for name in (*LINE_RULES, *ORDER_RULES)}
        return {name: says for name, says in named.items() if says is not None}

    @model_validator(mode="after")
    def refuse_all_lines(self) -> Self:
        """A segment that names no attribute would take in every line; that is the policy itself."""
        if not self.filters:
            message = f"segment {self.name} names no attribute: one of {', '.join(SEGMENT_FILTERS)} is needed"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def refuse_no_rule(self) -> Self:
        """A segment without a rule of its own, or with one that could never decide, says nothing."""
        if not self.rules:
            needed = ", ".join((*LINE_RULES, *ORDER_RULES))
            message = f"segment {self.name} names no rule: one of {needed} is needed"
            raise ValueError(message)
        if contradiction := asks_for_nothing(self.standing, self.on_short):
            message = f"segment {self.name}: {contradiction}"
            raise ValueError(message)
        return self


SEGMENT_FILTERS = ("order_type", "channel", "segment", "consignee_id", "ship_to_country", "priority")


def first_with(segments: Iterable[Segment]) -> dict[str, Segment]:
    """By rule, the first of these segments that names it."""
    found: dict[str, Segment] = {}
    for segment in segments:
        found = dict.fromkeys(segment.rules, segment) | found
    return found


def meetings(segments: Sequence[Segment]) -> list[tuple[Segment, ...]]:
    """Every set of segments that one line could fit, each in the order of the file; none is one of them.

    Raises:
        ValueError: there are more of them than anybody could think through.
    """
    met = {frozenset(range(len(segments)))}
    filters = [segment.filters for segment in segments]
    for name in SEGMENT_FILTERS:
        silent = frozenset(number for number, named in enumerate(filters) if name not in named)
        naming: dict[object, set[int]] = {}
        for number, named in enumerate(filters):
            for value in named.get(name, ()):
                naming.setdefault(value, set()).add(number)
        accepting = {silent, *(silent | numbers for numbers in naming.values())}
        met = {before & now for before in met for now in accepting}
        if len(met) > MOST_MEETINGS:
            message = f"segments overlap in more than {MOST_MEETINGS:,} ways: name fewer, or fewer attributes"
            raise ValueError(message)
    return [tuple(segments[number] for number in numbers) for numbers in sorted(map(sorted, met))]
