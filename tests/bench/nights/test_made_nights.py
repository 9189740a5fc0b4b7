"""Tests that what is dropped is what the bench says: by seed, and as a warehouse would confirm it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.ledger.store.ledger import Ledger
from flows.workspace import Workspace
from tests.bench.nights import old_keys
from tests.bench.nights.dropping import count_rows, drop_first, drop_goods, drop_orders, drop_shipments
from tests.bench.nights.old_keys import write_old_keys
from tests.bench.nights.world import World, date_of, make_workspace

if TYPE_CHECKING:
    from pathlib import Path

WORLD = World(lines=600, clients=3)


def read(folder: Path, feed: str) -> pl.DataFrame:
    """All rows of a feed, with whose they are."""
    files = sorted(folder.glob(f"*/{feed}/*.csv"))
    parts = [pl.read_csv(file).with_columns(client_id=pl.lit(file.parts[-3])) for file in files]
    return pl.concat(parts)


def dropped(world: World, root: Path) -> Path:
    """What the first night of a world takes."""
    folder = root / "dropped" / "000"
    folder.mkdir(parents=True)
    drop_first(world, folder, 0)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.csv")}


def test_a_seed_makes_the_same_files(tmp_path: Path) -> None:
    first, again = (contents(dropped(WORLD, tmp_path / name)) for name in ("a", "b"))
    other = contents(dropped(World(lines=600, clients=3, seed=2), tmp_path / "c"))
    assert first == again
    assert first.keys() == other.keys()
    assert first["c001/orders/orders.csv"] != other["c001/orders/orders.csv"]


def test_clients_share_the_lines_and_each_has_its_own_goods(tmp_path: Path) -> None:
    folder = dropped(WORLD, tmp_path)
    orders = read(folder, "orders")
    lines = orders["client_id"].value_counts()["count"]
    assert orders.height == count_rows(folder, "orders") == 600
    assert lines.to_list() == pytest.approx([200, 200, 200], abs=15)
    counted = read(folder, "stock").select("client_id", "sku").unique()
    assert counted.join(read(folder, "items"), on=["client_id", "sku"], how="anti").is_empty()


def test_a_client_alone_sends_what_it_sends_among_others(tmp_path: Path) -> None:
    folders = {}
    for name, only in (("all", ""), ("alone", "c001")):
        world = World(lines=600, clients=3, only=only)
        folders[name] = dropped(world, tmp_path / name)
        later = folders[name].with_name("001")
        drop_orders(world, later, 1, lines=49, client_id="c001")
        assert {path.split("/")[0] for path in contents(later)} == {"c001"}
        assert count_rows(later) == 49
    everybody, alone = (contents(folder.parent) for folder in folders.values())
    assert alone == {path: content for path, content in everybody.items() if "c001" in path}
    assert len(everybody) > len(alone)


def test_what_was_announced_for_a_day_is_received_on_it(tmp_path: Path) -> None:
    world = World(lines=60_000, clients=1)
    folder = dropped(world, tmp_path)
    announced = read(folder, "asns").filter(pl.col("expected_on") == str(date_of(3)))
    drop_goods(world, later := folder.with_name("003"), 3)
    received, line = read(later, "receipts"), ["asn_id", "warehouse_id", "sku"]
    assert not announced.is_empty()
    assert received.select(*line, line_no="asn_line_no", qty="received_qty").equals(
        announced.select(*line, "line_no", "qty")
    )


def test_a_warehouse_fetches_its_picks_and_confirms_every_unit(tmp_path: Path) -> None:
    outbox = tmp_path / "workspace" / "outbox"
    picks = [(f"r{number}", f"c00{number % 2 + 1}", str(number)) for number in range(1, 5)]
    for warehouse, rows in (("W1", picks[:3]), ("W2", picks[3:])):
        place = outbox / warehouse / f"picks_{warehouse}_{date_of(0)}_1.csv"
        place.parent.mkdir(parents=True)
        frame = pl.DataFrame(rows, schema=["release_id", "client_id", "qty"], orient="row")
        frame.with_columns(bin_id=pl.lit("B1")).write_csv(place)
    drop_shipments(WORLD, folder := tmp_path / "dropped" / "001", 1)
    shipped = read(folder, "shipments").select("release_id", "client_id", "shipped_qty", "shipped_at")
    assert sorted(shipped.rows()) == [(*row[:2], int(row[2]), f"{date_of(1)}T15:00:00") for row in picks]
    assert not [*outbox.glob("*/*.csv")]


def test_old_keys_are_facts_of_nights_before_the_first_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(old_keys, "NIGHTS", 3)
    root = make_workspace(tmp_path / "workspace", WORLD)
    assert write_old_keys(WORLD, root, 900) == 3
    with Ledger.open(Workspace(root)) as ledger:
        keys = ledger.load_history("row_keys")
        assert ledger.unfinished() == []
    assert keys.height == keys.select("client_id", "feed", "business_key").n_unique() == 900
    assert keys["business_date"].unique().sort().to_list() == [date_of(night) for night in (-3, -2, -1)]
