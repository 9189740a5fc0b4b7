"""Keys of a client's policy that contradict each other, in a sentence that names both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.settings.segment import asks_for_nothing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from schemas.settings.policy import Policy
    from schemas.settings.segment import Segment

TORN_BY = {
    "line_complete": {"cancel_rest": "partial"},
    "order_complete": {"cancel_rest": "partial", "cancel_line": "line_complete"},
}
"""By ship rule: the cancellations that tear apart what it keeps together, and the rule that fits each."""


def contradictions(policy: Policy) -> Iterator[str]:
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


def contradictions_of_rules(policy: Policy, said_by: Mapping[str, Segment]) -> Iterator[str]:
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
