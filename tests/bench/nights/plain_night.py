"""A plain DuckDB script that writes the same picks: `python plain_night.py DROPPED OUT [BEFORE]`.

BEFORE is the OUT of the night before. It knows one rule, the default rank, and keeps two tables;
confirmations change nothing for it: what it hands out has left its shelf. It checks, syncs and explains
nothing.
"""

from __future__ import annotations

import sys
from pathlib import Path

import duckdb

SQL = Path(__file__).with_suffix(".sql")
POOL = {"client_id": "VARCHAR", "warehouse_id": "VARCHAR", "sku": "VARCHAR"}
PERSON = dict.fromkeys(
    ("ship_to_name", "ship_to_address", "ship_to_city", "ship_to_postcode", "ship_to_country", "email"),
    "VARCHAR",
)
LINE = {"order_id": "VARCHAR", "line_no": "BIGINT"}
WANT = {"priority": "BIGINT", "ordered_at": "TIMESTAMP", "qty": "BIGINT"}
UNITS = {"lot_id": "VARCHAR", "bin_id": "VARCHAR", "expiry_on": "DATE", "qty": "BIGINT"}
ORDER = {"client_id": "VARCHAR", **LINE, "sku": "VARCHAR", "warehouse_ids": "VARCHAR", **WANT, **PERSON}
FEEDS = {
    "orders": ("orders", ORDER),
    "counts": ("stock", {**POOL, **UNITS}),
    "receipts": ("receipts", {**POOL, **UNITS, "received_qty": "BIGINT"}),
}  # fmt: skip
"""Table of the script: its feed, and columns by which it is known where there is no file."""

BEFORE = {"lines": {**POOL, **LINE, **WANT, **PERSON}, "shelf": {**POOL, **UNITS}}


def main() -> None:
    """Give the script its tables, and let it run."""
    dropped, out, *before = map(Path, sys.argv[1:])
    out.mkdir(parents=True)
    with duckdb.connect(config={"temp_directory": str(out / "tmp")}) as connection:
        connection.execute("SET enable_progress_bar = false")
        for table, (feed, columns) in FEEDS.items():
            files = sorted(map(str, dropped.glob(f"*/{feed}/*.csv")))
            known = {name: kind for name, kind in columns.items() if name != "client_id"}
            source = (
                f"SELECT *, parse_path(filename)[-3] AS client_id FROM read_csv({files}, "  # noqa: S608 -- paths of ours
                f"filename = true, types = {_types(files[0], known)})"
                if files
                else _empty(columns)
            )
            connection.execute(f"CREATE VIEW {table} AS {source}")
        for table, columns in BEFORE.items():
            source = f"FROM '{before[0] / table}.parquet'" if before else _empty(columns)
            connection.execute(f"CREATE VIEW {table}_before AS {source}")
        connection.execute(SQL.read_text("utf-8").format(out=out))


def _types(path: str, known: dict[str, str]) -> dict[str, str]:
    """The types of those columns that a file has."""
    with Path(path).open(encoding="utf-8") as file:
        names = file.readline().strip().split(",")
    return {name: kind for name, kind in known.items() if name in names}


def _empty(columns: dict[str, str]) -> str:
    """A table without rows."""
    return f"SELECT {', '.join(f'NULL::{kind} AS {name}' for name, kind in columns.items())} WHERE false"


if __name__ == "__main__":
    main()
