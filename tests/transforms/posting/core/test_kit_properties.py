"""What holds of kits however their parts are confirmed: random confirmations of 60 clients over nights."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.settings.client import Client, Feeds, ShipmentsFeed
from tests.tiers import thorough
from tests.transforms.posting.nights import WAREHOUSES, books_of, nights_later, rows_of
from transforms.keys import LINE
from transforms.laws.checking import check_lines, check_negatives
from transforms.posting.night import post_rows
from transforms.terms import Terms

if TYPE_CHECKING:
    from schemas.night import Books

NIGHTS = 4
SHORTS: tuple[Any, ...] = ("implied", "explicit")
CLIENTS = {
    f"c{n:02}": Client(
        client_id=f"c{n:02}",
        name="C",
        warehouses=("W1",),
        feeds=Feeds(shipments=ShipmentsFeed(short=SHORTS[n % 2])),
    )
    for n in range(60)
}


def random_kits(chance: random.Random) -> Books:
    """Books in which each client has some kits with the warehouse, picked in up to three rows a part."""
    tables: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("order_lines", "line_balances", "releases", "stock_balances")
    }
    for client_id in CLIENTS:
        line = {"client_id": client_id, "order_id": "o1"}
        kits, beyond = chance.randint(1, 6), chance.randint(0, 2)
        quantities = {"ordered_qty": kits + beyond, "open_qty": beyond, "released_qty": kits}
        tables["order_lines"].append({**line, "sku": "K", **quantities})
        tables["line_balances"] += [
            {**line, "account": account, "warehouse_id": "", "sku": "", "qty": qty}
            for account, qty in (("OPEN", beyond), ("RELEASED", kits))
            if qty
        ]
        for sku in "AB":
            for place, qty in enumerate(random_cuts(chance, kits * chance.randint(1, 3))):
                cell = {"client_id": client_id, "sku": sku, "bin_id": f"{sku}{place}"}
                release = {"order_id": "o1", "kit_id": f"{client_id}-k", "kit_sku": "K", "kit_qty": kits}
                tables["releases"].append(
                    {**cell, **release, "release_id": f"{sku}{place}", "released_qty": qty}
                )
                tables["stock_balances"].append({**cell, "account": "RELEASED", "qty": qty})
    return books_of(**tables)


def random_cuts(chance: random.Random, qty: int) -> list[int]:
    """A quantity in up to three pieces."""
    cuts = sorted(chance.randint(1, qty) for _ in range(2))
    return [end - start for start, end in zip([0, *cuts], [*cuts, qty], strict=True) if end > start]


def random_answers(chance: random.Random, books: Books, *, is_last: bool) -> list[dict[str, Any]]:
    """Rows about some open releases, or all of them the last time: too few, too many, not final, or kits."""
    rows: list[dict[str, Any]] = []
    for release in books.releases.filter("is_open").iter_rows(named=True):
        if not is_last and chance.random() < 0.5:
            continue
        left = release["released_qty"] - release["shipped_qty"] - release["short_qty"]
        named = chance.choice(
            [
                {"release_id": release["release_id"]},
                {"release_id": release["release_id"]},
                {"order_id": "o1", "sku": chance.choice([release["sku"], "K", None]), "line_no": 1},
            ]
        )
        if is_last:
            named = {"release_id": release["release_id"]}
        rows.append(
            {
                "client_id": release["client_id"],
                "shipped_qty": max(0, left + chance.choice([-2, -1, 0, 0, 0, 1])),
                "short_qty": chance.choice([None, None, 1]),
                "is_final": is_last or chance.choice([None, True, False]),
                "file_hash": chance.choice(["f1", "f2"]),
                "row_no": len(rows) + 1,
                **named,
            }
        )
    return rows


def kits_made(books: Books) -> pl.DataFrame:
    """Kits of each client as a plain loop counts them: released, and whole by what was shipped."""
    kits: dict[str, tuple[int, int]] = {}
    for (client_id,), releases in books.releases.partition_by("client_id", as_dict=True).items():
        whole = []
        for part in releases.partition_by("sku"):
            per_kit = part["released_qty"].sum() // part["kit_qty"][0]
            whole.append(part["shipped_qty"].sum() // per_kit)
        kits[str(client_id)] = (releases["kit_qty"][0], min(whole))
    rows = [(client_id, *counts) for client_id, counts in kits.items()]
    return pl.DataFrame(rows, schema=["client_id", "kit_qty", "whole_qty"], orient="row")


@pytest.mark.parametrize("seed", [0, *thorough(1, 2)])
def test_kits_released_are_shipped_or_short_when_all_their_releases_are_closed(seed: int) -> None:
    chance = random.Random(seed)
    books = random_kits(chance)
    moved: list[pl.DataFrame] = []
    for nights in range(1, NIGHTS + 1):
        rows = rows_of(shipments=random_answers(chance, books, is_last=nights == NIGHTS))
        as_of = nights_later(nights)
        posting = post_rows(books, rows, terms=Terms(as_of, CLIENTS, WAREHOUSES))
        books = posting.books
        moved.append(posting.movements)
        laws = [*check_lines(books.order_lines, books.releases), *check_negatives(books)]
        assert [broken.rows() for broken in laws if broken.height] == []
    assert not books.releases["is_open"].any()
    legs = pl.concat(moved).filter(ledger="line").group_by(LINE)
    qty, cause = pl.col("qty"), pl.col("cause")
    answered = legs.agg(
        shipped_qty=qty.filter(cause == "shipped").sum(), short_qty=qty.filter(cause == "short").sum()
    )
    both = answered.join(kits_made(books), on="client_id", how="full", coalesce=True)
    wrong = both.filter(
        (pl.col("shipped_qty") + pl.col("short_qty") != pl.col("kit_qty"))
        | (pl.col("shipped_qty") != pl.col("whole_qty"))
    )
    assert wrong.rows() == []
    assert books.order_lines["released_qty"].sum() == 0
