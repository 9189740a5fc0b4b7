"""The view of keys says what the contracts say; `--update-golden` writes it again."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from schemas.outputs.analyst import ANALYST_TABLES
from schemas.outputs.analyst_views import ANALYST_VIEWS
from tests.flows.outbound.analysts.asking import ask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from schemas.table import Table

VIEW = Path(str(resources.files("flows.outbound.analysts").joinpath("views/keys.sql")))
TARGETS = ("order_lines", "items", "inbound", "nights")
"""Tables that others lead to."""


def contracts() -> dict[str, type[Table]]:
    """Of every table, and of every view but this one."""
    tables: dict[str, type[Table]] = {name: table.contract for name, table in ANALYST_TABLES.items()}
    return tables | {name: contract for name, contract in ANALYST_VIEWS.items() if name != "keys"}


def rows() -> Iterator[str]:
    """The rows of the view as SQL."""
    for table, contract in contracts().items():
        key = contract.key()
        for column in contract.names():
            targets = [
                name
                for name in TARGETS
                if name != table
                and column in ANALYST_TABLES[name].contract.key()
                and set(ANALYST_TABLES[name].contract.key()) <= set(contract.names())
            ]
            if column in key or targets:
                place = str(key.index(column) + 1) if column in key else "NULL"
                leads = f"'{'|'.join(targets)}'" if targets else "NULL"
                yield f"    ('{table}', '{column}', {place}, {leads})"


def test_the_view_of_keys_is_that_of_the_contracts(assert_golden: Callable[[str, Path], None]) -> None:
    head = "CREATE VIEW keys AS\nSELECT table_name, column_name, key_place::BIGINT AS key_place, leads_to\n"
    values = ",\n".join(rows())
    assert_golden(
        f"{head}FROM (VALUES\n{values}\n) AS key (table_name, column_name, key_place, leads_to)\n", VIEW
    )


def test_joins_are_found_in_the_file(database: Path) -> None:
    found = ask(database, "FROM keys WHERE table_name = 'shipments' AND leads_to LIKE '%order_lines%'")
    assert [(row["column_name"], row["key_place"]) for row in found] == [
        ("client_id", 1), ("order_id", None), ("line_no", None),
    ]  # fmt: skip
