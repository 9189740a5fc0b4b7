"""A random case with some of its rules taken away, for what holds only without them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.cases import Case


def with_split(case: Case) -> Case:
    """The case with lines that may ship from several warehouses, in any number of shipments."""
    free = {"split": True, "max_shipments": None}
    clients = {
        name: client.model_copy(update={"policy": client.policy.model_copy(update=free)})
        for name, client in case.clients.items()
    }
    return replace(case, clients=clients)


def with_plain_rank(case: Case) -> Case:
    """The case with lines served by their rank alone, unit by unit, from all stock of their SKU."""
    plain = {"split": True, "max_shipments": None, "fair_share": "none", "fences": ()}
    clients = {
        name: client.model_copy(update={"policy": client.policy.model_copy(update=plain)})
        for name, client in case.clients.items()
    }
    plainly = {"sell_multiple": 1, "substitutes": None, "replaced_by": None, "kit": None}
    items = [row | plainly for row in case.tables["items"]]
    lines = [row | {"min_shelf_life_days": None} for row in case.tables["order_lines"]]
    return replace(case, clients=clients, tables=case.tables | {"items": items, "order_lines": lines})


def with_kept_shares(case: Case) -> Case:
    """The case without fences, and with reservations kept wherever a client shares.

    What is given up is shared anew. A reservation names no pool: behind a fence it may free another unit than
    the one it was given, by a day or a multiple.
    """
    clients = {}
    for name, client in case.clients.items():
        kept = {} if client.policy.fair_share == "none" else {"standing": "gain", "segments": ()}
        policy = client.policy.model_copy(update=kept | {"fences": ()})
        clients[name] = client.model_copy(update={"policy": policy})
    return replace(case, clients=clients)


def without_cancelling(case: Case) -> Case:
    """The case with clients that cancel nothing of what is short or too late."""
    waits = {"on_short": "backorder", "past_cancel": "ask"}
    clients = {}
    for name, client in case.clients.items():
        segments = tuple(part for part in client.policy.segments if part.on_short is None)
        policy = client.policy.model_copy(update=waits | {"segments": segments})
        clients[name] = client.model_copy(update={"policy": policy})
    lines = [row | {"on_short": None} for row in case.tables["order_lines"]]
    return replace(case, clients=clients, tables=case.tables | {"order_lines": lines})


def without_limits(case: Case) -> Case:
    """The case with warehouses that release any number of lines in a run."""
    places = {
        name: place.model_copy(update={"max_release_lines": None}) for name, place in case.warehouses.items()
    }
    return replace(case, warehouses=places)
