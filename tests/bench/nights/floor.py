"""The floor below a night, as a command: `python floor.py DROPPED OUT`. Bare Polars: no rule, ledger or sync.

Its work is frozen: figures of different months are comparable only as long as it does not change. It copies
and reads every file that was dropped for the night, sorts tonight's order lines once, by a packed key of
client, SKU, warehouse, priority and minute, and writes what a night writes of so many lines, as if all of
them shipped:

| table | form | one for each | rows and columns |
|---|---|---|---|
| `landing`, `archive` | bytes | dropped file | the file as it came, twice |
| `facts` | Parquet | client and feed | all rows as read |
| `row_keys` | Parquet | client and feed | each row: its place and a hash of it as text |
| `outcomes` | Parquet | client and feed | each row: its place and a verdict |
| `order_lines` | Parquet | client | each line, without its person |
| `people` | Parquet | client | each order: its person and address |
| `movements` | Parquet | client | each line twice, a number and units with and without a sign |
| `allocations`, `releases` | Parquet | client | each line: an id, what, where, how many |
| `standings`, `line_nights` | Parquet | client | each line: place, units and a word; units and a day |
| `decisions` | Parquet | client | each line: place |
| `order_status` | CSV | client | each line: units, place, day, two sentences |
| `picks` | CSV | warehouse, twice | each line: an id, what, where, how many, its person and address |
| `analytics` | Parquet | all | tonight's lines in all their columns, and their places as history |

Parquet is written with lz4 and without statistics. What older nights left is not read.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from flows.polars_settings import prepare_polars

prepare_polars()

import polars as pl  # noqa: E402 -- after its settings, as in the program

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LINE = ["client_id", "order_id", "line_no"]
PEOPLE = ["ship_to_name", "ship_to_address", "ship_to_city", "ship_to_postcode", "ship_to_country", "email"]
WANT = ["sku", "warehouse_ids", "qty"]
COPIES = ("landing", "archive")


def main() -> None:
    """Copy, read, sort, write."""
    dropped, out = map(Path, sys.argv[1:])
    parts = []
    for number, path in enumerate(sorted(dropped.glob("*/*/*.csv"))):
        client_id, feed = path.parts[-3:-1]
        for copy in COPIES:
            shutil.copyfile(path, _place(out, copy, f"{number}.csv"))
        rows = pl.read_csv(path)
        for table, part in _tables_of_rows(rows).items():
            _put(part, _place(out, table, f"{client_id}.{feed}.parquet"))
        if feed == "orders":
            parts.append(rows.select(pl.lit(client_id).alias("client_id"), pl.all()))
    if parts:
        _write_lines(_sorted(pl.concat(parts)), out)


def _tables_of_rows(rows: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """What is kept of the rows of a file."""
    place = pl.int_range(pl.len())
    keys = rows.select(place=place, hash=pl.struct(pl.all()).hash().cast(pl.String))
    return {"facts": rows, "row_keys": keys, "outcomes": rows.select(place=place, verdict=pl.lit("accepted"))}


def _sorted(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines in one order, with their `place` in it and an `id`."""
    client, sku, warehouse = (
        pl.col(name).cast(pl.Categorical).to_physical().cast(pl.Int64)
        for name in ("client_id", "sku", "warehouse_ids")
    )
    minute = pl.col("ordered_at").str.to_datetime("%Y-%m-%dT%H:%M:%S").dt.epoch("s") // 60 % 2**20
    key = (((client * 2**21 + sku) * 2**4 + warehouse) * 2**4 + pl.col("priority")) * 2**20 + minute
    ordered = lines.with_columns(key=key).sort("key").drop("key").with_row_index("place")
    return ordered.with_columns(id=pl.struct(LINE).hash().cast(pl.String))


def _write_lines(lines: pl.DataFrame, out: Path) -> None:
    """The tables of order lines."""
    for client_id, rows in _by(lines, "client_id"):
        for table, part in _tables_of_lines(rows).items():
            _put(part, _place(out, table, f"{client_id}.parquet"))
        status = rows.select(
            *(*LINE, *WANT, "place", "ordered_at"),
            reason=pl.format("{} of {} handed out", "qty", "qty"),
            next_step=pl.lit("the warehouse picks and confirms it"),
        )
        status.write_csv(_place(out, "order_status", f"{client_id}.csv"))
    for warehouse_id, rows in _by(lines, "warehouse_ids"):
        picks = rows.select("id", *LINE, *WANT, *PEOPLE, "ordered_at", "priority")
        for copy in ("picks", "outbox"):
            picks.write_csv(_place(out, copy, f"{warehouse_id}.csv"))
    _put(lines, _place(out, "analytics", "lines.parquet"))
    _put(lines.select(*LINE, "qty", "place"), _place(out, "analytics", "history.parquet"))


def _tables_of_lines(rows: pl.DataFrame) -> Mapping[str, pl.DataFrame]:
    """What is kept of a client's lines."""
    given = rows.select("id", *LINE, *WANT)
    night = pl.lit("2026-03-02")
    return {
        "order_lines": rows.drop(*PEOPLE, "place", "id"),
        "people": rows.select("client_id", "order_id", *PEOPLE).unique("order_id", maintain_order=True),
        "movements": pl.concat([given, given.with_columns(-pl.col("qty"))]).with_row_index("number"),
        "allocations": given,
        "releases": given.with_columns(night=night),
        "standings": rows.select(*LINE, "place", "qty", state=pl.lit("released")),
        "decisions": rows.select(*LINE, "place"),
        "line_nights": rows.select(*LINE, "qty", night=night),
    }


def _by(lines: pl.DataFrame, column: str) -> Iterator[tuple[str, pl.DataFrame]]:
    """The rows of each value of a column."""
    for (value,), rows in lines.partition_by(column, as_dict=True).items():
        yield str(value), rows


def _place(out: Path, table: str, name: str) -> Path:
    """Where a file of a table lies; its folder is there."""
    (out / table).mkdir(parents=True, exist_ok=True)
    return out / table / name


def _put(rows: pl.DataFrame, path: Path) -> None:
    rows.write_parquet(path, compression="lz4", statistics=False)


if __name__ == "__main__":
    main()
