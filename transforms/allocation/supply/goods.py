"""What stands there and what comes, before anybody asks for it: units by shelf, as fences keep them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import polars as pl

from schemas.vocabulary.words import LineAccount
from transforms.allocation.supply.expected import expected_units
from transforms.allocation.supply.fences import kept_units, share_expected, standing_fences
from transforms.allocation.supply.pools import cut_lots
from transforms.allocation.supply.supplies import usable_lots
from transforms.kits import reserve_parts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.books.catalogue import Item
    from schemas.books.orders import LineBalance
    from schemas.night import Books
    from schemas.settings.client import Client
    from schemas.settings.warehouse import Warehouse
    from schemas.table import Frame
    from transforms.allocation.frames import ClientRules, Expected, KeptUnits, Lot
    from transforms.shipping_days import ShippingDays


@dataclass(frozen=True)
class Goods:
    """All that may be given out, tonight or later.

    Attributes:
        fences: those that have not ended.
        lots: what stands there, by fence.
        inbound: what is announced, by fence.
        kit_items: the catalogue of clients whose kits are made.
        reservations: `LineBalance` rows of RESERVED.
    """

    fences: Frame[KeptUnits]
    lots: Frame[Lot]
    inbound: Frame[Expected]
    kit_items: DataFrame[Item]
    reservations: DataFrame[LineBalance]


def lay_out_goods(
    books: Books,
    policies: Frame[ClientRules],
    *,
    days: ShippingDays,
    clients: Mapping[str, Client],
    warehouses: Mapping[str, Warehouse],
) -> Goods:
    """The goods of all clients, cut as their policies say.

    Args:
        books: what is true tonight.
        policies: as `tabulate_policies`.
        days: the shipping days of the run.
        clients: their fences.
        warehouses: their walking orders and calendars.
    """
    own = policies.filter(pl.col("rules").is_null())
    usable = usable_lots(books, own, warehouses=warehouses, days=days)
    expected = expected_units(books, own, warehouses=warehouses, days=days)
    ranked = own.filter(pl.col("fair_share") == "none")
    kit_items = cast("DataFrame[Item]", books.items.join(ranked, on="client_id", how="semi"))
    fences = kept_units(standing_fences(clients, days=days), books)
    is_reserved = pl.col("account") == LineAccount.RESERVED
    reservations = cast("DataFrame[LineBalance]", books.line_balances.filter(is_reserved))
    lots = cut_lots(usable, fences, books.items, reserve_parts(reservations, usable, kit_items))
    return Goods(fences, lots, share_expected(expected, fences, lots), kit_items, reservations)
