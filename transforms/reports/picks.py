"""What each warehouse picks: tonight's releases with all that a warehouse system needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl
import polars.selectors as cs

from schemas.outputs.reports import Pick
from schemas.table import conform
from schemas.vocabulary.words import NO_LOT, AllocationKind
from transforms.allocation.demand.lines import with_due_on
from transforms.allocation.supply.supplies import walking_order
from transforms.calendars import with_local_date
from transforms.texts import with_single_lines
from transforms.units import written_qty

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.books.people import ShipTo
    from schemas.night import Books
    from schemas.results import Allocation
    from schemas.settings.client import Client
    from schemas.settings.warehouse import Warehouse
    from schemas.table import Frame
    from transforms.allocation.frames import BinPlace

ORDER = ("client_id", "order_id")
ITEM = ("client_id", "sku")
LOT = ("client_id", "warehouse_id", "sku", "lot_id")
RELEASE = ("client_id", "release_id")

LAST = ("sku", *ORDER, "line_no", "lot_id", "release_id")
PLACE = [f"place_{number:02}" for number in range(6 + len(LAST))]
"""What puts picks in order: warehouse, four of whoever picks order by order, bin, and `LAST`; null first."""

CONTACTS = ("phone", "email")
"""What a warehouse gets of a consignee only where the client says so."""

CASE_UNITS = ("ca", "cs", "case", "ct", "ctn", "carton")
"""Units of measure that are a case (X12: CA, CT; UN/ECE: CS, CT); of an item, the first one that it has."""


@dataclass(frozen=True)
class PickFacts:
    """What pick rows are made of: a night's allocations, the books after it, and who the orders go to."""

    allocations: DataFrame[Allocation]
    books: Books
    ship_to: DataFrame[ShipTo]


def build_picks(
    facts: PickFacts, *, warehouses: Mapping[str, Warehouse], clients: Mapping[str, Client]
) -> DataFrame[Pick]:
    """One row for each release of tonight, in the order that its warehouse asks for: see `place_picks`."""
    walk = walking_order(_releases_of(facts), warehouses)
    placed = place_picks(facts, walk, warehouses=warehouses, clients=clients)
    return conform(placed.sort(PLACE), Pick)


def place_picks(
    facts: PickFacts,
    walk: Frame[BinPlace],
    *,
    warehouses: Mapping[str, Warehouse],
    clients: Mapping[str, Client],
) -> pl.DataFrame:
    """One row for each release, with columns `PLACE` by which rows of all clients follow each other.

    `walk` is the way through all bins from which any client's goods are picked tonight.

    Walking order (`pick_order = "walk"`): the warehouse's `bin_order`, other bins by natural sort, then sku,
    client, order, line, lot. Order by order: client by client, their orders by the best rank of a row,
    then line by line, each in walking order.

    Every release keeps a row of its own, also under `pick_level = "line"`: a release is what
    the warehouse confirms. There its bin is left empty, since the warehouse finds the bins itself, and
    rows follow by sku. A part says of which kit it is and how many kits the parts of its line make. Values
    are as sent, but line ends inside them become spaces.
    """
    releases = _releases_of(facts)
    books = facts.books
    of_orders = _order_facts(releases, books, clients)
    return (
        releases.join(of_orders, on=(*ORDER, "line_no"), how="left", validate="m:1")
        .join(books.releases.select(*RELEASE, "pick_no"), on=RELEASE, how="left", validate="m:1")
        .join(_item_facts(books), on=ITEM, how="left", validate="m:1")
        .join(_cases(books), on=ITEM, how="left", validate="m:1")
        .join(books.stock_lots.select(*LOT, "expiry_on"), on=LOT, how="left", validate="m:1")
        .join(_people(facts.ship_to, clients), on=ORDER, how="left", validate="m:1")
        .join(walk, on=["warehouse_id", "bin_id"], how="left", validate="m:1")
        .pipe(_with_places, warehouses)
        .with_columns(_quantities())
        .pipe(with_single_lines, cs.string() - cs.by_name(PLACE))
        .select(*Pick.names(), *PLACE)
    )


def _releases_of(facts: PickFacts) -> pl.DataFrame:
    """What of the allocations is picked."""
    return facts.allocations.filter(pl.col("kind") == AllocationKind.RELEASE)


def _order_facts(releases: pl.DataFrame, books: Books, clients: Mapping[str, Client]) -> pl.DataFrame:
    """What a pick says of its order line; the order is complete when none of its lines waits."""
    rest = pl.col("open_qty") + pl.col("reserved_qty")
    counted = books.items.select(*ITEM, line_decimals="decimals")  # what is picked may be counted in others
    lines = books.order_lines.join(releases, on=ORDER, how="semi").pipe(with_due_on, clients=clients)
    return (
        with_local_date(lines, time_column="ordered_at", name="ordered_on", clients=clients)
        .join(counted, on=ITEM, how="left")
        .select(
            *ORDER,
            "line_no",
            "sent_sku",
            "line_decimals",
            "po_number",
            "ship_method",
            "ship_not_before",
            "ship_by",
            "cancel_after",
            "deliver_by",
            "consignee_id",
            "order_type",
            "priority",
            "ordered_on",
            "due_on",
            rest.alias("rest_qty"),
            (rest.sum().over(ORDER) == 0).alias("completes_order"),
        )
    )


def _item_facts(books: Books) -> pl.DataFrame:
    return books.items.select(*ITEM, "description", "upc", "gtin_case", "decimals")


def _cases(books: Books) -> pl.DataFrame:
    """The case of each item that has one: `case_uom`, spelled as the item's, and `case_size` in units."""
    place = {unit: place for place, unit in enumerate(CASE_UNITS)}
    unit = pl.col("uom").str.to_lowercase()
    return (
        books.item_units.filter(unit.is_in(CASE_UNITS))
        .sort(*ITEM, unit.replace_strict(place, default=None, return_dtype=pl.Int64), "uom")
        .unique(ITEM, keep="first", maintain_order=True)
        .select(*ITEM, case_uom="uom", case_size="each_qty")
    )


def _people(ship_to: DataFrame[ShipTo], clients: Mapping[str, Client]) -> pl.DataFrame:
    """Who the orders go to, without the contacts that their client keeps from warehouses."""
    return ship_to.with_columns(
        pl.when(_is_one("client_id", _sharing(clients, contact))).then(contact).alias(contact)
        for contact in CONTACTS
    )


def _sharing(clients: Mapping[str, Client], contact: str) -> list[str]:
    return [client_id for client_id, client in clients.items() if contact in client.pick_contacts]


def _with_places(picks: pl.DataFrame, warehouses: Mapping[str, Warehouse]) -> pl.DataFrame:
    """The rows, placed as each warehouse wants them; their bins are left out where it chooses them itself."""
    unled = [name for name, site in warehouses.items() if site.pick_level == "line"]
    ordered = [name for name, site in warehouses.items() if site.pick_order == "order"]
    by_line, by_order = _is_one("warehouse_id", unled), _is_one("warehouse_id", ordered)
    rank = pl.col("rank").min().over("warehouse_id", *ORDER)
    first = [pl.when(by_order).then(key) for key in ("client_id", rank, "order_id", "line_no")]
    then = [pl.when(~by_line).then("bin_place"), *map(pl.col, LAST)]
    keys = dict(zip(PLACE, [pl.col("warehouse_id"), *first, *then], strict=True))
    return picks.with_columns(**keys).with_columns(bin_id=pl.when(~by_line).then("bin_id"))


def _quantities() -> list[pl.Expr]:
    """Quantities as people know them; a case holds whole units, so it is scaled as they are."""
    decimals = pl.col("decimals")
    scaled_case = pl.col("case_size") * pl.lit(10, pl.Int64).pow(decimals.fill_null(0))
    loose = pl.col("allocated_qty") - pl.col("allocated_qty") // scaled_case * scaled_case
    return [
        pl.col("lot_id").replace(NO_LOT, None),
        written_qty(pl.col("allocated_qty"), decimals).alias("qty"),
        written_qty(pl.col("rest_qty"), pl.col("line_decimals")).alias("rest_qty"),
        pl.col("kit_qty").cast(pl.String),
        pl.col("case_size").cast(pl.String).alias("units_per_case"),
        (pl.col("allocated_qty") // scaled_case).alias("cases"),
        written_qty(loose.fill_null(pl.col("allocated_qty")), decimals).alias("loose_qty"),
        pl.lit("EA").alias("unit"),
    ]


def _is_one(name: str, of: list[str]) -> pl.Expr:
    return pl.col(name).is_in(sorted(of))
