"""What a client's segments say in place of its policy, by the oracle: of a line, and of a whole order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemas.policy import Policy
    from tests.oracle_supply import Row


def say(row: Row, policy: Policy, rule: str) -> Any:  # noqa: ANN401 -- what a rule may be
    """What the line's own segments say of a rule, else the policy."""
    for segment in policy.segments:
        fits = all(row[name] in values for name, values in segment.filters.items())
        if fits and getattr(segment, rule) is not None:
            return getattr(segment, rule)
    return getattr(policy, rule)


def read_policies(rows: Row, policy: Policy) -> dict[str, Policy]:
    """The policy of each order, as its first line makes it."""
    firsts: dict[str, Row] = {}
    for row in rows["order_lines"]:
        first = firsts.setdefault(row["order_id"], row)
        firsts[row["order_id"]] = min(first, row, key=lambda line: line["line_no"])
    rules = (
        "split",
        "max_shipments",
        "min_release_qty",
        "min_release_value",
        "min_release_until_days",
        "not_due",
        "horizon_days",
    )
    return {
        order_id: policy.model_copy(update={rule: say(first, policy, rule) for rule in rules})
        for order_id, first in firsts.items()
    }
