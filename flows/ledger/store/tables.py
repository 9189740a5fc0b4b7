"""The tables that the ledger keeps as segments, and in which order their rows stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas.books.laws import Violation
from schemas.intake.verdicts import RowOutcome
from schemas.night import HISTORY_TABLES, RETIRED_TABLES, STATE_TABLES, TONIGHT_TABLES

if TYPE_CHECKING:
    from schemas.table import Table

STATE = STATE_TABLES
TONIGHT: dict[str, type[Table]] = {
    **TONIGHT_TABLES,
    "outcomes": RowOutcome,
}
"""Also what acknowledgements are written from, so that publishing needs nothing but committed state."""

HISTORY: dict[str, type[Table]] = {**HISTORY_TABLES, **RETIRED_TABLES, "violations": Violation}
"""Also the rows for which a client was held."""

CONTRACTS: dict[str, type[Table]] = {**STATE, **TONIGHT, **HISTORY}

BY_ALL_COLUMNS = frozenset({"allocations", "files", "pegs", "pending_rows"})
"""Tables whose rows stand by all columns as declared, since stored ones do; their keys name others first."""


def ordering_of(table: str) -> list[str]:
    """Columns that order a client's rows of `table` totally.

    Of a table of state the key alone (law 1 sees to it that a row stands once); elsewhere the other columns
    follow it.
    """
    contract = CONTRACTS[table]
    key = [] if table in BY_ALL_COLUMNS else [name for name in contract.key() if name != "client_id"]
    if table in STATE and key:
        return key
    return [*key, *(name for name in contract.names() if name not in key)]
