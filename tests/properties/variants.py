"""A random case with some of its rules taken away, for what holds only without them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.case_settings import WAREHOUSES
from tests.cases import TONIGHT

if TYPE_CHECKING:
    from schemas.settings.client import Client
    from tests.cases import Case


def under(client: Client, **rules: Any) -> Client:  # noqa: ANN401 -- rules of a policy
    """The client with other rules, which no segment changes."""
    gone = dict.fromkeys(rules)
    own = [part.model_copy(update=gone) for part in client.policy.segments]
    segments = tuple(part for part in own if part.rules)
    policy = client.policy.model_copy(update={"segments": segments} | rules)
    return client.model_copy(update={"policy": policy})


def with_split(case: Case) -> Case:
    """The case with lines that may ship from several warehouses, in any number of shipments."""
    clients = {name: under(client, split=True, max_shipments=None) for name, client in case.clients.items()}
    return replace(case, clients=clients)


def with_plain_rank(case: Case) -> Case:
    """The case with lines served by their rank alone, unit by unit, from all stock of their SKU, sold now."""
    plain = {"split": True, "max_shipments": None, "fair_share": "none", "fences": ()}
    clients = {name: under(client, **plain) for name, client in case.clients.items()}
    plainly = {
        "sell_multiple": 1,
        "substitutes": None,
        "replaced_by": None,
        "kit": None,
        "available_from": None,
    }
    items = [row | plainly for row in case.tables["items"]]
    lines = [row | {"min_shelf_life_days": None} for row in case.tables["order_lines"]]
    tables = case.tables | {"items": items, "order_lines": lines}
    return with_lasting_lots(replace(case, clients=clients, tables=tables))


def with_lasting_lots(case: Case) -> Case:
    """The case with lots that never expire.

    What others took covers a line no longer: it leaves later, and what it holds may not last until then.
    """
    lots = [row | {"expiry_on": None} for row in case.tables["stock_lots"]]
    return replace(case, tables=case.tables | {"stock_lots": lots})


def with_kept_shares(case: Case) -> Case:
    """The case without fences, and with reservations kept wherever a client shares.

    What is given up is shared anew. A reservation names no pool: behind a fence it may free another unit than
    the one it was given, by a day or a multiple. What is sold by multiples has no substitutes: once one of
    them has served a part, the rest may be loose where before it was a multiple. Of a line that shares, a
    part that may be told stays whole; what was released of it leaves less to stay.
    """
    clients = {}
    sharing = {name for name, client in case.clients.items() if client.policy.fair_share != "none"}
    for name, client in case.clients.items():
        shares = name in sharing
        clients[name] = under(client, fences=(), **({"standing": "gain"} if shares else {}))
    items = [
        row if row.get("sell_multiple") == 1 else row | {"substitutes": None} for row in case.tables["items"]
    ]
    withheld = [row for row in case.tables["withheld"] if row["client_id"] not in sharing]
    return replace(case, clients=clients, tables=case.tables | {"items": items, "withheld": withheld})


def without_cancelling(case: Case) -> Case:
    """The case with clients that cancel nothing of what is short or too late."""
    waits = {"on_short": "backorder", "past_cancel": "ask"}
    clients = {name: under(client, **waits) for name, client in case.clients.items()}
    lines = [row | {"on_short": None} for row in case.tables["order_lines"]]
    return replace(case, clients=clients, tables=case.tables | {"order_lines": lines})


def without_limits(case: Case) -> Case:
    """The case with warehouses that release any number of lines in a run."""
    places = {
        name: place.model_copy(update={"max_release_lines": None}) for name, place in case.warehouses.items()
    }
    return replace(case, warehouses=places)


def with_usual_weeks(case: Case) -> Case:
    """The case on a night somebody asked for, in warehouses that all ship on the day after it."""
    return replace(case, warehouses=WAREHOUSES, as_of=TONIGHT)
