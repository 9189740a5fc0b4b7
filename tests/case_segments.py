"""Segments with any rules, for clients and orders that were drawn without them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

from pydantic import ValidationError

from schemas.settings.policy import Policy
from schemas.settings.segment import NotDueRule, ShipRule
from schemas.vocabulary.words import OnShort, Standing
from tests.case_days import near

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from schemas.settings.client import Client

SEGMENTING, TRIES = 0.35, 30
"""Share of clients whose segments say more, and how often such segments are drawn that may contradict."""

WINDOWS = 0.4
"""Share of retailers' orders that must arrive by a day some days ahead."""

RETAILERS = 0.25
"""Share of segments that say what retailers get before it is due."""

ODD_LINES = 0.04
"""Share of lines that have another attribute than the rest of their order."""

ATTRIBUTES: Mapping[str, tuple[Any, ...]] = {
    "order_type": ("dtc", "b2b", "marketplace"),
    "channel": ("shop", "web", "fair", None),
    "segment": ("gold", None),
    "consignee_id": ("c1", "c2", None),
    "ship_to_country": ("DE", "FR", None),
    "priority": (1, 5, 9),
}

RULES: Mapping[str, tuple[Any, ...]] = {
    "standing": tuple(Standing.values()),
    "on_short": tuple(OnShort.values()),
    "ship_rule": get_args(ShipRule),
    "split": (True, False, "if_needed"),
    "max_shipments": (1, 2, 3),
    "min_release_qty": (1, 3, 6),
    "min_release_value": (Decimal("7.5"),),
    "min_release_until_days": (0, 3),
    "not_due": (*get_args(NotDueRule), "ship"),
    "horizon_days": (0, 1, 3),
    "reserve_ahead_days": (0, 1, 2),
}


def with_more_segments(chance: Random, client: Client) -> Client:
    """The client, some of its orders with rules of their own, among them such as hold for whole orders."""
    for _ in range(TRIES):
        new = [draw_segment(chance, f"m{number}") for number in range(chance.choice((1, 2, 3)))]
        segments = chance.sample([*client.policy.segments, *new], len(client.policy.segments) + len(new))
        stated = {name: getattr(client.policy, name) for name in Policy.model_fields}
        try:
            policy = Policy.model_validate(stated | {"segments": tuple(segments)})
        except ValidationError:
            continue
        return client.model_copy(update={"policy": policy})
    return client


def draw_segment(chance: Random, name: str) -> dict[str, Any]:
    """What a segment says: by one or two attributes, with one to four rules; or of all retailers' orders."""
    if chance.random() < RETAILERS:
        return {"name": name, "order_type": ("b2b",), "not_due": chance.choice(get_args(NotDueRule))}
    filters = chance.sample(list(ATTRIBUTES), chance.choice((1, 1, 2)))
    rules = chance.sample(list(RULES), chance.randint(1, 4))
    if chance.random() < 0.3:
        rules = [rule for rule in rules if rule not in {"standing", "on_short"}] or ["not_due"]
    fits = {name: tuple(v for v in chance.sample(ATTRIBUTES[name], 2) if v is not None) for name in filters}
    return {"name": name} | fits | {rule: chance.choice(RULES[rule]) for rule in rules}


def attribute_lines(chance: Random, lines: list[dict[str, Any]]) -> None:
    """Lines get what segments look at: the same for all of an order, mostly."""
    usual: dict[tuple[str, str], dict[str, Any]] = {}
    later = ("segment", "consignee_id", "ship_to_country")
    for line in lines:
        drawn = {name: chance.choice(ATTRIBUTES[name]) for name in later}
        if line["order_type"] == "b2b" and chance.random() < WINDOWS:
            drawn |= {"deliver_by": near(chance, 3, 8), "promised_on": None, "ship_by": None}
        line.update(usual.setdefault((line["client_id"], line["order_id"]), drawn))
        if chance.random() < ODD_LINES:
            name = chance.choice(list(ATTRIBUTES))
            line[name] = chance.choice(ATTRIBUTES[name])
