"""Who is measured: our plan, the floor below it, and two rivals that do the same work.

All start from the same Parquet files and leave what they gave as two tables of one form, so that they can be
compared: units by line and warehouse, and promised units by line and announcement. Writing those is not
measured, except by the floor, which reads, sorts and writes, and allocates nothing.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import duckdb
import polars as pl

from tests.bench.demand import FIRST_ORDER
from tests.bench.merchants import NIGHT, WAREHOUSES, clients_of
from tests.bench.plain_loop import serve_plainly
from tests.bench.rules_loop import serve_by_rules
from tests.bench.warehouse_full import read_books
from transforms.night.allocating import allocate_night

if TYPE_CHECKING:
    from collections.abc import Callable

LINE = ["client_id", "order_id", "line_no"]
GIVEN = pl.Schema(
    {"client_id": pl.String, "order_id": pl.String, "line_no": pl.Int64, "warehouse_id": pl.String}
    | {"lot_id": pl.String, "bin_id": pl.String, "qty": pl.Int64}
)
PROMISED = pl.Schema(
    {"client_id": pl.String, "order_id": pl.String, "line_no": pl.Int64, "asn_id": pl.String}
    | {"asn_line_no": pl.Int64, "qty": pl.Int64}
)
FIRST_MINUTE = int(FIRST_ORDER.timestamp()) // 60
SQL = Path(__file__).with_name("duckdb_rival.sql")


class Run(NamedTuple):
    """What came of a contender: seconds, and the units it gave and promised."""

    seconds: float
    given: pl.DataFrame
    promised: pl.DataFrame


def run_plan(folder: Path, policy: str) -> Run:
    """Seconds from input frames to allocations, pegs and decisions."""
    books, clients = read_books(folder), clients_of(policy)
    begin = time.perf_counter()
    plan = allocate_night(books, as_of=NIGHT, clients=clients, warehouses=WAREHOUSES)
    seconds = time.perf_counter() - begin
    given, promised = plan.allocations, plan.pegs
    return Run(seconds, given.rename({"allocated_qty": "qty"}), promised.rename({"pegged_qty": "qty"}))


def run_floor(folder: Path, _policy: str) -> Run:
    """Seconds of bare Polars: read the lines, one sort by a packed key, write them. It allocates nothing."""
    begin = time.perf_counter()
    lines = pl.read_parquet(folder / "order_lines.parquet")
    warehouse, sku = (
        pl.col(name).cast(pl.Categorical).to_physical().cast(pl.Int64) for name in ("warehouse_ids", "sku")
    )
    minute = pl.col("ordered_at").cast(pl.Int64) // 60_000_000 - FIRST_MINUTE
    key = ((sku * 2**10 + warehouse) * 2**4 + pl.col("priority")) * 2**20 + minute
    lines.with_columns(key=key).sort("key").write_parquet(folder / "floor.sorted")
    return Run(time.perf_counter() - begin, pl.DataFrame(schema=GIVEN), pl.DataFrame(schema=PROMISED))


def run_loop(folder: Path, policy: str) -> Run:
    """Seconds of the plain Python loop that a user would write for the policy."""
    begin = time.perf_counter()
    serve = serve_plainly if policy == "plain" else serve_by_rules
    releases, pegs = serve(folder)
    seconds = time.perf_counter() - begin
    return Run(
        seconds,
        pl.DataFrame(releases, schema=GIVEN, orient="row"),
        pl.DataFrame(pegs, schema=PROMISED, orient="row"),
    )


def run_duckdb(folder: Path, _policy: str) -> Run:
    """Seconds of DuckDB with window sums, for plain rank."""
    with duckdb.connect(config={"temp_directory": str(folder), "memory_limit": "12GB"}) as connection:
        connection.execute("SET enable_progress_bar = false")
        begin = time.perf_counter()
        connection.execute(SQL.read_text().format(folder=folder))
        seconds = time.perf_counter() - begin
        given, promised = (
            connection.sql(f"SELECT * FROM matches WHERE {name} IS NOT NULL").pl()  # noqa: S608 -- two names of our own
            for name in ("lot_id", "asn_id")
        )
    return Run(seconds, given, promised)


CONTENDERS: dict[str, Callable[[Path, str], Run]] = {
    "plan": run_plan,
    "floor": run_floor,
    "loop": run_loop,
    "duckdb": run_duckdb,
}


def leave_units(folder: Path, name: str, run: Run) -> None:
    """Write what a contender gave, each table in one order."""
    keys = {"given": [*LINE, "warehouse_id"], "promised": [*LINE, "asn_id", "asn_line_no"]}
    for part, key in keys.items():
        units: pl.DataFrame = getattr(run, part)
        sums = units.group_by(key).agg(pl.col("qty").cast(pl.Int64).sum()).sort(key)
        sums.write_parquet(folder / f"{name}.{part}")


def is_equal(folder: Path, one: str, other: str) -> bool:
    """Whether two contenders gave and promised every line the same units, from the same places."""
    return all(
        pl.read_parquet(folder / f"{one}.{part}").equals(pl.read_parquet(folder / f"{other}.{part}"))
        for part in ("given", "promised")
    )
