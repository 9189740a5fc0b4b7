"""What is dropped before a night: a folder for each client and feed, as `inbound/` has them."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import polars as pl

from tests.bench.nights.goods import announced, catalogue, first_count, make_pools, received
from tests.bench.nights.orders import orders_of
from tests.bench.nights.world import date_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tests.bench.nights.world import World

PICKS = ["release_id", "client_id", "qty"]


def drop_first(world: World, folder: Path, night: int, **_: object) -> None:
    """What the first night takes: items, a count of every shelf, announcements, and orders of two months."""
    orders = orders_of(world, night, world.lines)
    pools = make_pools(world, orders)
    pools.write_parquet(pools_file(folder))
    feeds = {
        "items": catalogue(pools),
        "stock": first_count(pools),
        "asns": announced(world, pools, night),
        "orders": orders,
    }
    write_feeds(world, folder, feeds)


def drop_goods(world: World, folder: Path, night: int, **_: object) -> None:
    """What an ordinary day brings beside orders: goods that come, and news of others."""
    pools = pl.read_parquet(pools_file(folder))
    feeds = {"receipts": received(world, pools, night), "asns": announced(world, pools, night)}
    write_feeds(world, folder, feeds)


def drop_orders(
    world: World, folder: Path, night: int, *, lines: int, client_id: str = "", **_: object
) -> None:
    """So many new order lines; where a client is named, it alone sends the first ones of its own.

    The orders of a client are the same whether the workspace has the others or not.
    """
    if client_id:
        # of all clients together so many that each has enough
        all_lines = orders_of(world, night, 2 * (lines + 6) * world.clients)
        orders = all_lines.filter(pl.col("client_id") == client_id).head(lines)
    else:
        orders = orders_of(world, night, lines)
    write_feeds(world, folder, {"orders": orders})


def drop_shipments(world: World, folder: Path, night: int, **_: object) -> None:
    """The warehouses fetch the pick files of the night before, ship all of it, and say so to the clients.

    A fetched file is taken away. Each client has one file of confirmations, whatever the warehouse.
    """
    outbox = folder.parents[1] / "workspace" / "outbox"
    paths = sorted(outbox.glob(f"*/picks_*_{date_of(night - 1)}_*.csv"))
    if not paths:
        return
    picks = pl.concat(pl.read_csv(path, columns=PICKS, infer_schema=False) for path in paths)
    shipped_at = f"{date_of(night)}T15:00:00"
    shipped = picks.rename({"qty": "shipped_qty"}).with_columns(shipped_at=pl.lit(shipped_at))
    write_feeds(world, folder, {"shipments": shipped})
    for path in paths:
        path.unlink()


def write_feeds(world: World, folder: Path, feeds: Mapping[str, pl.DataFrame]) -> None:
    """Each client's rows of a feed as `<client>/<feed>/<feed>.csv`; who has none sends no file."""
    for feed, rows in feeds.items():
        parts = rows.partition_by("client_id", as_dict=True, include_key=False)
        for (client_id,), part in parts.items():
            if client_id in world.present:
                place = folder / str(client_id) / feed
                place.mkdir(parents=True, exist_ok=True)
                part.write_csv(place / f"{feed}.csv")


def hand_in(folder: Path, workspace: Path) -> None:
    """Copy what was dropped to where the clients drop it."""
    for path in sorted(folder.glob("*/*/*")):
        place = workspace / "inbound" / path.relative_to(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)


def count_rows(folder: Path, feed: str = "*") -> int:
    """Rows of the files of a feed (all: `*`)."""
    return sum(path.read_bytes().count(b"\n") - 1 for path in folder.glob(f"*/{feed}/*.csv"))


def pools_file(folder: Path) -> Path:
    """Where the shelves of a world lie, beside the folders of its nights."""
    return folder.parent / "pools.parquet"
