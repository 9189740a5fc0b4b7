"""Reading what was published: the current `analytics.duckdb`, always read-only."""

from __future__ import annotations

import json
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from flows.pasting import say_command, say_workspace
from flows.workspace import is_published, require_workspace
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from duckdb import DuckDBPyConnection

    from flows.workspace import Workspace

Row = dict[str, Any]

OFFLINE = "SET autoinstall_known_extensions = false; SET autoload_known_extensions = false"
"""Nothing is ever loaded from a network. Set after opening, so that the file may be open already."""

KNOWN = {
    "client": (
        "SELECT client_id AS name FROM order_lines UNION SELECT client_id FROM stock "
        "UNION SELECT client_id FROM files UNION SELECT client_id FROM findings"
    ),
    "warehouse": "SELECT warehouse_id AS name FROM stock UNION SELECT warehouse_id FROM order_lines",
    "order": "SELECT order_id AS name FROM order_lines WHERE client_id = $client_id",
    "sku": (
        "SELECT sku AS name FROM order_lines WHERE client_id = $client_id "
        "UNION SELECT sku FROM stock WHERE client_id = $client_id "
        "UNION SELECT sku FROM inbound WHERE client_id = $client_id "
        "UNION SELECT sku FROM movements WHERE client_id = $client_id AND ledger = 'stock'"
    ),
}
"""The names of each kind, as they stand in the published tables."""


class Units(Decimal):
    """A quantity of an item that is not counted: it shows the places of the item's fraction."""


NEAREST = """
    SELECT DISTINCT name, levenshtein(lower(name), lower($wanted)) AS distance FROM ({names})
    WHERE distance <= 2 + length($wanted) // 3 ORDER BY distance, name LIMIT 3
"""


def published_file(workspace: Workspace) -> Path:
    """The current analyst database.

    Raises:
        ConfigurationError: the folder is no workspace, no night was published yet, or a newer program
            published the last one.
    """
    from flows.ledger.databases.control import find_format, refuse_newer  # noqa: PLC0415 -- as above

    refuse_newer(find_format(workspace.ledger), workspace.ledger)
    if not is_published(workspace):
        require_workspace(workspace)
        command = say_command("run", workspace=say_workspace(workspace.root))
        message = (
            f"Nothing is published below {workspace.root} yet. Run `{command}` first, or name another folder "
            "with --workspace or BACKORDERS_WORKSPACE."
        )
        raise ConfigurationError(message)
    return (workspace.published / "current").resolve() / "analytics.duckdb"


@contextmanager
def open_published(workspace: Workspace) -> Iterator[DuckDBPyConnection]:
    """A connection to the current analyst database, which a night may replace meanwhile.

    Raises:
        ConfigurationError: there is none, or another program published the last one.
    """
    import duckdb  # noqa: PLC0415 -- a third of a second that help need not wait for

    connection = duckdb.connect(str(published_file(workspace)), read_only=True)
    try:
        connection.execute(OFFLINE)
        yield connection
    except (duckdb.BinderException, duckdb.CatalogException) as error:
        raise _explain_missing(workspace, error) from error
    finally:
        connection.close()


def _explain_missing(workspace: Workspace, error: Exception) -> Exception:
    """What to say where the analyst database lacks what is asked for: an older program made it."""
    from flows.ledger.migrations.chain import todays_format  # noqa: PLC0415 -- only needed here
    from flows.outbound.versions.manifest import MANIFEST  # noqa: PLC0415 -- likewise

    manifest = json.loads((workspace.published / "current" / MANIFEST).read_text(encoding="utf-8"))
    if manifest.get("format", 0) >= todays_format():
        return error
    message = (
        f"The last night below {workspace.published} was published by an older program, and this page needs "
        f"what it did not know. The next `backorders run{say_workspace(workspace.root)}` publishes it anew."
    )
    return ConfigurationError(message)


def find_rows(connection: DuckDBPyConnection, query: str, **named: object) -> list[Row]:
    """The rows of a query as dicts, in its order.

    A query that also asks for `decimals` gets true quantities in its place; without it they stay scaled.
    """
    result = connection.execute(query, named)
    names = [column[0] for column in result.description or ()]
    return [_with_units(dict(zip(names, row, strict=True))) for row in result.fetchall()]


def _with_units(row: Row) -> Row:
    """A row of a table as people know it: 125 of an item with one decimal is 12.5."""
    if not (decimals := row.pop("decimals", 0)):
        return row
    scaled = {name for name, value in row.items() if name.endswith("qty") and value is not None}
    return row | {name: Units(Decimal(row[name]).scaleb(-decimals)) for name in scaled}


def has_column(connection: DuckDBPyConnection, table: str, column: str) -> bool:
    """Whether a published table has a column; an older program may have published it without."""
    asked = "SELECT 1 FROM information_schema.columns WHERE table_name = $table AND column_name = $column"
    return bool(find_rows(connection, asked, table=table, column=column))


def is_known(connection: DuckDBPyConnection, kind: str, wanted: str, *, client_id: str | None = None) -> bool:
    """Whether a client, order or sku stands in the published tables."""
    scope = {} if client_id is None else {"client_id": client_id}
    exact = f"SELECT 1 FROM ({KNOWN[kind]}) WHERE name = $wanted LIMIT 1"  # noqa: S608 -- constants only
    return bool(find_rows(connection, exact, wanted=wanted, **scope))


def require_known(
    connection: DuckDBPyConnection, kind: str, wanted: str, *, client_id: str | None = None
) -> None:
    """See to it that a client, order or sku is known.

    Raises:
        ConfigurationError: it is not; the message has the nearest known names.
    """
    if is_known(connection, kind, wanted, client_id=client_id):
        return
    scope = {} if client_id is None else {"client_id": client_id}
    nearest = find_rows(connection, NEAREST.format(names=KNOWN[kind]), wanted=wanted, **scope)
    raise ConfigurationError(describe_unknown(kind, wanted, [row["name"] for row in nearest], client_id))


def describe_unknown(kind: str, wanted: str, nearest: Sequence[str], client_id: str | None = None) -> str:
    """The message about a name that nobody knows."""
    owner = f" of client {client_id}" if client_id else ""
    hint = f"Did you mean {', '.join(nearest)}?" if nearest else f"No {kind}{owner} has a name like it."
    return f"Unknown {kind} {wanted!r}{owner}. {hint}"
