"""Keys of facts of years ago, written into the ledger by its own functions: real nights would take days."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import polars as pl

from flows.configuration import read_policies
from flows.ledger.store.ledger import Ledger
from flows.workspace import Workspace
from schemas.intake.verdicts import FileOutcome, RowKey
from schemas.night import AsOf, NightPlan
from schemas.table import conform, empty
from schemas.vocabulary.words import Feed
from tests.bench.demand import chance
from tests.bench.nights.world import FIRST_NIGHT
from tests.plans import commit_plan

if TYPE_CHECKING:
    from pathlib import Path

    from pandera.typing.polars import DataFrame

    from tests.bench.nights.world import World

NIGHTS = 100
"""So many nights before the first real one accepted them; each of them is a segment a client."""

HEX = 32
LINES_AN_ORDER = 4


def write_old_keys(world: World, root: Path, keys: int) -> int:
    """So many nights were committed, on which together at least `keys` order lines were accepted.

    The books are those before the first night: of those orders nothing is left but their keys.
    """
    place, each = Workspace(root), -(-keys // NIGHTS // len(world.present))
    with Ledger.open(place) as ledger:
        for night in range(NIGHTS):
            as_of = AsOf(FIRST_NIGHT - timedelta(days=NIGHTS - night))
            now = datetime.now(UTC)
            ledger.freeze(as_of, [], read_policies(place), now)
            plan = _plan_of(_keys_of(world, as_of, night * each, each))
            version = commit_plan(ledger, as_of, plan, empty(FileOutcome), {}, now)
            ledger.mark_published(version, now, 0.0)
    return NIGHTS


def _plan_of(row_keys: DataFrame[RowKey]) -> NightPlan:
    """A night of which nothing is left but keys."""
    return replace(NightPlan.blank(), row_keys=row_keys)


def _keys_of(world: World, as_of: AsOf, first: int, count: int) -> DataFrame[RowKey]:
    """So many keys of each client, of lines that are numbered from `first` on."""
    line = pl.col("line")
    hashes = [chance(line, world.seed + part).cast(pl.String).str.zfill(HEX // 2) for part in (51, 52)]
    lines = pl.select(line=pl.int_range(first, first + count)).select(
        feed=pl.lit(Feed.ORDERS.value),
        business_key=pl.format("A{}|{}", line // LINES_AN_ORDER, line % LINES_AN_ORDER + 1),
        fact_no=pl.lit(1, pl.Int64),
        content_hash=pl.concat_str(hashes),
        file_hash=pl.lit(f"{as_of.business_date:%Y%m%d}".zfill(2 * HEX)),
        row_no=pl.int_range(1, pl.len() + 1),
        business_date=pl.lit(as_of.business_date),
    )
    clients = pl.DataFrame({"client_id": world.present})
    return conform(clients.join(lines, how="cross"), RowKey)
