"""The same announcements and receipts give the same books, however they are cut into files and nights."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.books.stock import LATE_DAYS
from schemas.night import AsOf, Books, FeedRows
from schemas.settings.policy import Policy
from tests.frames import NIGHT
from tests.tiers import thorough
from tests.transforms.posting.nights import ACME, WAREHOUSES, rows_of
from transforms.posting.night import post_rows
from transforms.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Iterable

NIGHTS, CUTS = 6, 3
Row = dict[str, Any]
Facts = list[tuple[str, int, Row]]
"""Feed, first possible night, row."""


def announcements(chance: random.Random, *, restated: bool) -> Facts:
    """Announced lines of two SKUs, each said once; or more often, the last word last."""
    facts: Facts = []
    for asn_id, line_no in (("s1", 1), ("s1", 2), ("s2", 1), ("s3", 1)):
        sku = chance.choice("AAB")
        for turn in range(chance.randint(1, 3) if restated else 1):
            row = {
                "asn_id": asn_id,
                "line_no": line_no,
                "sku": sku,
                "qty": chance.choice([0, 5, 10, 20]),
                "expected_on": NIGHT + timedelta(days=chance.randint(0, 5)),
                "action": chance.choice(["change", "change", "cancel"]) if turn else "new",
            }
            facts.append(("asns", 0, row | {"turn": turn}))
    return facts


def receipts(chance: random.Random, *, finals: bool) -> Facts:
    """Receipts with right, wrong and no references, and corrections of some of them."""
    facts: Facts = []
    for number in range(chance.randint(1, 7)):
        day, units = chance.randrange(NIGHTS - 1), chance.randint(1, 16)
        row: Row = {
            "receipt_id": f"r{number}",
            "line_no": 1,
            "sku": chance.choice("AAB"),
            "received_qty": units,
            "received_on": NIGHT + timedelta(days=day),
            "effective_on": NIGHT + timedelta(days=day),
            "asn_id": chance.choice([None, "s1", "s1", "s2", "s9"]),
            "receipt_type": chance.choice([None, None, None, "transfer", "return"]),
            "is_final": finals and chance.random() < 0.2,
        }
        row |= {"asn_line_no": chance.choice([None, 1, 2]) if row["asn_id"] else None}
        facts.append(("receipts", day, row))
        if row["receipt_type"] != "return" and chance.random() < 0.3:
            less = {"received_qty": -chance.randint(1, units), "is_final": None}
            facts.append(("receipts", day, row | less | {"line_no": chance.choice([1, 2])}))
    return facts


def cut_up(facts: Facts, chance: random.Random, client_id: str) -> list[FeedRows]:
    """The facts of a client in files and nights at random; a line's last word and corrections stay last."""
    nights: list[dict[str, list[Row]]] = [{"asns": [], "receipts": []} for _ in range(NIGHTS)]
    earliest: dict[object, int] = {}
    for number, (feed, first, fact) in enumerate(facts):
        subject = (fact["asn_id"], fact["line_no"]) if feed == "asns" else fact["receipt_id"]
        when = chance.randint(max(first, earliest.get(subject, 0)), NIGHTS - 1)
        earliest[subject] = when
        row = {name: value for name, value in fact.items() if name != "turn"}
        place = {"row_no": number + 1, "file_hash": f"{fact.get('turn', 0)}{chance.choice('xy')}"}
        nights[when][feed].append(row | place | {"client_id": client_id})
    return [rows_of(**rows) for rows in nights]


def joined(parts: Iterable[FeedRows]) -> FeedRows:
    """The rows of several clients."""
    tables = [part.tables() for part in parts]
    return FeedRows.of({name: pl.concat(table[name] for table in tables) for name in tables[0]})


def differing(worlds: dict[str, Facts], policy: Policy) -> list[tuple[Any, ...]]:
    """Lines and stock that are not the same for every cut of a world's facts, once all facts are in.

    Each cut is a client of its own; all are posted together, and looked at when the last night is over and
    again when no receipt may be judged anew any more.
    """
    clients = {
        f"{name}/{cut}": ACME.model_copy(update={"client_id": f"{name}/{cut}", "policy": policy})
        for name in worlds
        for cut in range(CUTS)
    }
    nights = zip(
        *(
            cut_up(facts, random.Random(f"{name}/{cut}"), f"{name}/{cut}")
            for name, facts in worlds.items()
            for cut in range(CUTS)
        ),
        strict=True,
    )
    books = Books.blank()
    found: list[tuple[Any, ...]] = []
    quiet = [NIGHTS, NIGHTS + LATE_DAYS, NIGHTS + LATE_DAYS + 1]
    for days, rows in [*enumerate(map(joined, nights)), *((days, FeedRows.blank()) for days in quiet)]:
        as_of = AsOf(NIGHT + timedelta(days=days))
        books = post_rows(books, rows, terms=Terms(as_of, clients, WAREHOUSES)).books
        if days >= NIGHTS:
            found += [(days, *row) for row in uncommon(books)]
    assert books.inbound_receipts.is_empty()
    assert books.inbound_lines["settled_qty"].to_list() == books.inbound_lines["received_qty"].to_list()
    return found


def uncommon(books: Books) -> list[tuple[Any, ...]]:
    """What only some of the cuts of a world have."""
    lines = books.inbound_lines.select(
        "client_id",
        said=pl.format(
            "{}/{}: {} came, {} to come, {}, last on {}",
            "asn_id",
            "asn_line_no",
            "received_qty",
            "remaining_qty",
            "status",
            pl.col("last_received_on").cast(pl.String).fill_null("no day"),
        ),
    )
    units = books.stock_balances.group_by("client_id", "sku", "account", "hold_reason").agg(
        pl.col("qty").sum()
    )
    stock = units.select("client_id", said=pl.format("{} {} {}: {}", "sku", "account", "hold_reason", "qty"))
    world = pl.col("client_id").str.split("/").list.first()
    found = pl.concat([lines, stock]).group_by(world, "said").len().filter(pl.col("len") < CUTS)
    return sorted(found.rows())


@pytest.mark.parametrize("count", [10, *thorough(60)])
def test_lines_said_once_and_their_receipts_meet_in_any_order(count: int) -> None:
    worlds = {f"w{seed}": facts_of(seed, restated=False) for seed in range(count)}
    assert differing(worlds, Policy()) == []


@pytest.mark.thorough
@pytest.mark.parametrize("count", [10, *thorough(60)])
def test_lines_whose_last_word_is_the_same_meet_their_receipts_in_any_order(count: int) -> None:
    worlds = {f"w{seed}": facts_of(seed, restated=True) for seed in range(count)}
    assert differing(worlds, Policy(asn_rest_days=60)) == []


def facts_of(seed: int, *, restated: bool) -> Facts:
    """A world: where lines are said more than once, no receipt says that it is the last.

    Such a word holds until the line is changed, so there the order counts.
    """
    chance = random.Random(seed)
    return announcements(chance, restated=restated) + receipts(chance, finals=not restated)
