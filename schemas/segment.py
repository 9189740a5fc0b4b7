"""Segments of a client's policy: lines that it treats in a way of their own."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from schemas.settings import Settings

OnShortRule = Literal["backorder", "cancel_rest", "cancel_line", "cancel_order"]
StandingRule = Literal["gain", "win", "redistribute", "fill", "lose"]


def asks_for_nothing(standing: str | None, on_short: str | None) -> str | None:
    """Lines that ask for no more are never served, so what they lack could never be decided."""
    if standing != "fill" or on_short in {None, "backorder"}:
        return None
    return f'on_short = "{on_short}" never decides where standing = "fill" asks for nothing: take one out'


class Segment(Settings):
    """Lines that the policy treats in a way of their own: by another standing, another on_short, or both.

    A line fits if each attribute that the segment names has one of the values named for it. Of each of the
    two rules the first segment counts that a line fits and that names the rule.
    """

    name: str = Field(min_length=1)
    order_type: tuple[str, ...] = ()
    channel: tuple[str, ...] = ()
    segment: tuple[str, ...] = Field((), description="the client's own class of the order, column segment")
    consignee_id: tuple[str, ...] = ()
    ship_to_country: tuple[str, ...] = ()
    priority: tuple[int, ...] = ()
    standing: StandingRule | None = Field(
        None, description="what its reservations may do tomorrow; default: as the policy says"
    )
    on_short: OnShortRule | None = Field(
        None, description="what becomes of its due lines that are short; default: as the policy says"
    )

    @property
    def filters(self) -> dict[str, tuple[str, ...] | tuple[int, ...]]:
        """The values that each named attribute may have."""
        named = {name: getattr(self, name) for name in SEGMENT_FILTERS}
        return {name: values for name, values in named.items() if values}

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
        if self.standing is None and self.on_short is None:
            message = f"segment {self.name} names no rule: standing or on_short is needed"
            raise ValueError(message)
        if contradiction := asks_for_nothing(self.standing, self.on_short):
            message = f"segment {self.name}: {contradiction}"
            raise ValueError(message)
        return self


SEGMENT_FILTERS = ("order_type", "channel", "segment", "consignee_id", "ship_to_country", "priority")
