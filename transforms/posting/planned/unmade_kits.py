"""Kits that orders lack and that are not made of parts, although the item master says of which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.findings import FindingCode
from transforms.findings import findings_of
from transforms.keys import ITEM, LINE
from transforms.terms import Terms

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf, Books
    from schemas.results import QueuePosition
    from schemas.settings.client import Client

PART_SKU = pl.col("parts").str.split_exact(":", 1).struct.field("field_0")


def find_unmade_kits(
    books: Books, standings: DataFrame[QueuePosition], *, clients: dict[str, Client], as_of: AsOf
) -> pl.DataFrame:
    """Findings for the kits of which due orders are short, every night that it is so, and why none is made.

    Either the kit cannot be made (`list_parts`), or its client shares stock among its orders, where a kit is
    served from units of its own SKU alone.
    """
    terms = Terms(as_of, clients, {}, books.items)
    is_kit = pl.col("kit").is_not_null()
    lacked = (
        standings.filter(pl.col("backordered_qty") > 0)
        .join(books.order_lines.select(*LINE, "sku"), on=LINE)
        .select(ITEM)
        .unique()
    )
    kits = books.items.filter(is_kit).join(lacked, on=ITEM, how="semi")
    rules = terms.of_clients(fair_share=lambda client: client.policy.fair_share)
    shared = kits.join(rules.filter(pl.col("fair_share") != "none"), on="client_id")
    says = pl.format('fair_share = "{}" of the policy makes none of the parts {}', "fair_share", "kit")
    return pl.concat(
        [
            findings_of(
                _faults(kits, books),
                FindingCode.KIT_NOT_MADE,
                terms,
                subject=pl.col("sku"),
                detail=pl.col("fault"),
            ),
            findings_of(shared, FindingCode.KIT_NOT_SHARED, terms, subject=pl.col("sku"), detail=says),
        ]
    )


def _faults(kits: pl.DataFrame, books: Books) -> pl.DataFrame:
    """Why kits cannot be made, in words: `client_id`, `sku`, `fault`."""
    known = books.items.select("client_id", part_sku="sku", is_known=True, is_kit=pl.col("kit").is_not_null())
    parts = (
        kits.select(*ITEM, parts=pl.col("kit").str.split("|"))
        .explode("parts")
        .select(*ITEM, part_sku=PART_SKU)
        .join(known, on=["client_id", "part_sku"], how="left")
    )
    unknown, nested = parts.filter(pl.col("is_known").is_null()), parts.filter("is_kit")
    weighed = kits.filter(pl.col("decimals") > 0)
    return pl.concat(
        [
            unknown.select(*ITEM, fault=pl.format("its part {} is not in the item master", "part_sku")),
            nested.select(*ITEM, fault=pl.format("its part {} is a kit itself", "part_sku")),
            weighed.select(*ITEM, fault=pl.lit("it is counted in fractions")),
        ]
    )
