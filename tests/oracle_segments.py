"""What a client's segments say in place of its policy, by the oracle: of a line, and of a whole order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemas.settings.policy import Policy
    from tests.oracle_supply import Row


def say(row: Row, policy: Policy, rule: str) -> Any:  # noqa: ANN401 -- what a rule may be
    """What the line's own segments say of a rule, else the policy."""
    for segment in policy.segments:
        fits = all(row[name] in values for name, values in segment.filters.items())
        if fits and getattr(segment, rule) is not None:
            return getattr(segment, rule)
    return getattr(policy, rule)


def may_ship_early(row: Row, first: Row, policy: Policy) -> bool:
    """The order may leave before it is due; to retailers with a delivery window only if a segment says so."""
    silent = policy.model_copy(update={"not_due": None})
    said = say(first, silent, "not_due")
    is_window = row["order_type"] == "b2b" and row["deliver_by"] is not None
    return bool((said or policy.not_due) == "ship" and (said or not is_window))


def first_lines(rows: Row) -> dict[str, Row]:
    """The line of each order with the lowest number."""
    return {row["order_id"]: row for row in sorted(rows["order_lines"], key=lambda row: -row["line_no"])}


def read_policies(rows: Row, policy: Policy) -> dict[str, Policy]:
    """The policy of each order, as its first line makes it."""
    rules = (
        "split",
        "max_shipments",
        "min_release_qty",
        "min_release_value",
        "min_release_until_days",
        "not_due",
        "horizon_days",
        "reserve_ahead_days",
    )
    return {
        order_id: policy.model_copy(update={rule: say(first, policy, rule) for rule in rules})
        for order_id, first in first_lines(rows).items()
    }
