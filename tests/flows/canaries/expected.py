"""What may hold which canary, as data: written down before anything was searched.

A place is named as `searching` does. What is listed may be there, nothing must.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from schemas.books.people import ShipTo

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.flows.canaries.markers import Canary


class Kind(StrEnum):
    """What a marker stands for."""

    KEPT = "kept"
    """A cell of an accepted row, in a column that a feed has."""
    REJECTED = "rejected"
    """A cell of a rejected row."""
    UNDECLARED = "undeclared"
    """A header that no feed has, or a cell below it, in a file that was read."""
    REFUSED = "refused"
    """A header or cell of a file of which no row was read."""


RECEIVED = ("landing", "archive")
"""Bytes as received."""

ROWS = (*RECEIVED, "quarantine")
"""And what goes back to whoever must correct it."""

PERSON = ("people.sqlite/ship_to",)
"""Where the person of an order is kept; from there picks and notices have it. Analysts, acknowledgements,
summaries, findings and logs have none."""

PEOPLE = frozenset(ShipTo.names()) - {"client_id", "order_id"}

Where = tuple[str, str]
"""A feed and its column."""

STORED: dict[Where, tuple[str, ...]] = {
    ("orders", "consignee_id"): ("books/order_lines", "analytics.duckdb/order_lines"),
    ("orders", "po_number"): ("books/order_lines", "analytics.duckdb/order_lines"),
    ("orders", "channel"): ("books/order_lines", "analytics.duckdb/order_lines"),
    ("orders", "segment"): ("books/order_lines", "analytics.duckdb/order_lines"),
    ("orders", "hold_reason"): ("books/order_lines", "analytics.duckdb/order_lines"),
    ("orders", "currency"): ("books/order_lines", "analytics.duckdb/order_lines"),
    ("orders", "ship_to_country"): ("books/order_lines", "analytics.duckdb/order_lines"),
    ("orders", "ship_method"): ("books/order_lines", "analytics.duckdb/order_lines"),
    ("asns", "supplier_id"): ("books/inbound_lines", "analytics.duckdb/inbound"),
    ("asns", "delay_reason"): ("books/inbound_lines", "analytics.duckdb/inbound"),
    ("shipments", "short_reason"): ("books/shipments", "analytics.duckdb/shipments"),
    ("shipments", "tracking_no"): ("books/shipments", "analytics.duckdb/shipments"),
    ("items", "description"): ("books/items", "analytics.duckdb/items"),
    ("items", "upc"): ("books/items", "analytics.duckdb/items"),
    ("items", "gtin_case"): ("books/items", "analytics.duckdb/items"),
}
"""Columns that a table of the books or of the analysts keeps, under the same name. No other one is kept."""

HANDED_OUT: dict[Where, tuple[str, ...]] = {
    ("orders", "consignee_id"): ("picks", "notices"),
    ("orders", "po_number"): ("picks", "notices", "status"),
    ("orders", "ship_method"): ("picks",),
    ("shipments", "tracking_no"): ("notices", "status"),
    ("items", "description"): ("picks", "notices"),
    ("items", "upc"): ("picks",),
    ("items", "gtin_case"): ("picks",),
}
"""Columns that files for warehouses, consignees and clients are made to say."""


def may_stand(canary: Canary, place: str) -> bool:
    """Whether a marker may be found in a place, before anybody is erased."""
    if canary.kind == Kind.REFUSED:
        return place in RECEIVED
    if canary.kind != Kind.KEPT:
        return place in ROWS
    where = (canary.feed, canary.column)
    if _is_person(canary) and (place in ("picks", "notices") or _is_kept(canary, place, PERSON)):
        return True
    return place in {*ROWS, *HANDED_OUT.get(where, ())} or _is_kept(canary, place, STORED.get(where, ()))


def may_stay(canary: Canary, place: str) -> bool:
    """Whether it may be there once all orders are erased: of their rows what the books keep, no more."""
    if not canary.order_id:
        return may_stand(canary, place)
    where = (canary.feed, canary.column)
    handed_out = {*HANDED_OUT.get(where, ())} - {"notices"}
    return canary.kind == Kind.KEPT and (
        place in handed_out or _is_kept(canary, place, STORED.get(where, ()))
    )


def is_of_the_books(canary: Canary, place: str) -> bool:
    """Whether it may stay once files that hold people are too old: what the books keep, and open orders."""
    return (_is_person(canary) and canary.kind == Kind.KEPT and _is_kept(canary, place, PERSON)) or (
        may_stay(canary, place) and place not in {*ROWS, "picks", "notices"}
    )


def _is_person(canary: Canary) -> bool:
    """Whether it stands for a part of an address."""
    return canary.feed == "orders" and canary.column in PEOPLE


def _is_kept(canary: Canary, place: str, stores: Iterable[str]) -> bool:
    """Whether a place is one of the `stores`, its column of that name, or the bytes of the file around it."""
    return any(place in (store, store.partition("/")[0], f"{store}.{canary.column}") for store in stores)
