"""The data dictionary: `schemas/README.md`, written from the contracts, settings and vocabularies.

The page is never edited: a test fails when it is stale, and `pytest --update-golden` writes it again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.books import laws, people
from schemas.dictionary.columns import describe_columns, describe_key
from schemas.dictionary.markdown import with_choices, write_table
from schemas.dictionary.settings import describe_settings
from schemas.intake import verdicts
from schemas.intake.bounds import MAX_TEXT, greatest_length, span_words
from schemas.intake.feeds import EVENT, FACT_KEYS, FEED_TABLES, FeedRow
from schemas.night import HISTORY_TABLES, RETIRED_TABLES, STATE_TABLES, TONIGHT_TABLES
from schemas.outputs import reports, simulation
from schemas.outputs.analyst import ANALYST_TABLES
from schemas.outputs.analyst_views import ANALYST_VIEWS
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.index import CODES, VOCABULARIES
from schemas.vocabulary.words import HoldReason

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.table import Table
    from schemas.vocabulary.words import Feed, Term

INTRODUCTION = """\
# Data dictionary

Generated from the contracts in this folder by `schemas/dictionary/page.py`; not edited by hand.
`pytest --update-golden` writes it again.

- Ids are text: leading zeros stay. Quantities are whole eaches; for an item with `decimals` they are
  scaled (125 of an item with one decimal is 12.5).
- `_on` is a date, `_at` an instant in UTC, `_qty` a quantity, `_id` an id, `_pct` a percentage,
  `is_` and `has_` say yes or no.
- A column that may be empty (null) is marked with `?`.

[Feeds](#feeds) ·
[State](#state) ·
[Results of a night](#results-of-a-night) ·
[History](#history) ·
[Hand-outs and people](#hand-outs-and-people) ·
[Analyst database](#analyst-database) ·
[Simulation](#simulation) ·
[Settings](#settings) ·
[Vocabularies](#vocabularies) ·
[Codes](#codes)
"""

FEEDS = """\
What a client or warehouse drops into `inbound/<client>/<feed>/`. A file that has these column names
needs no mapping; other names and expressions are mapped in the client's file. Beside every quantity
a file may have `uom`, a unit of measure that the item knows; without one the quantity is in eaches. Numbers
have at most 12 digits before the decimal mark, quantities are at most 1,000,000,000,000, and a text has at
most 2,000 characters, where no bound of its own stands behind its meaning."""

STATE = "What is true as of a version; recomputed from the journal and the files at any time."
RESULTS = "What a night decides anew, for every client."
HISTORY = "What is only ever appended to. The movements are the journal: both ledgers, double entry."
RETIRED = """\
Orders of which nothing has been open, reserved or released for `closed_days` leave the books with the night.
Their rows are kept as they were then, and only appended to: {tables} have the columns of the tables of state
after which they are named. A later row that names such an order brings it back; the last of its departures
is what is known of it."""
HAND_OUTS = "What warehouses and clients get as files, and the one table of personal data."
ANALYST = """\
`published/current/analytics.duckdb`, read-only, one file a version, readable by DuckDB 1.4 and later.
The names and values below are a promise: columns may be added, none is renamed. Histories cover the
last `analyst_days` business dates; `order_lines` has the lines of orders that are open or closed within them,
older ones lie in `published/history/`. There is no personal data in it. Quantities of tables are whole
numbers, which `/ 10 ^ items.decimals` makes units; those of views are units already."""
SIMULATION = "What `backorders simulate` hands out, as `policies.csv`, `orders.csv` and in its JSON."
CODE_WORDS = "Codes are stable: filter on them, not on sentences."

OURS = (*FeedRow.names(), "sent_sku", "sent_qty", "sent_uom", "cleared", "disagrees", "match_on")
"""Columns of a read row that no file has."""

TYPES: dict[type[pl.DataType], str] = {
    pl.String: "text",
    pl.Int64: "whole number",
    pl.Float64: "number",
    pl.Boolean: "yes/no",
    pl.Date: "date",
    pl.Datetime: "instant",
    pl.Decimal: "amount",
}


def render_dictionary() -> str:
    """The whole page, as Markdown."""
    parts = [
        INTRODUCTION,
        f"## Feeds\n\n{FEEDS}\n",
        *(_describe_feed(feed, table) for feed, table in FEED_TABLES.items()),
        _describe_tables("State", STATE, STATE_TABLES),
        _describe_tables("Results of a night", RESULTS, _results()),
        _describe_tables("History", HISTORY, HISTORY_TABLES),
        _describe_retired(),
        _describe_tables("Hand-outs and people", HAND_OUTS, _hand_outs()),
        _describe_tables("Analyst database", ANALYST, _analyst_tables()),
        _describe_tables("Simulation", SIMULATION, _simulation()),
        describe_settings(),
        "## Vocabularies\n",
        *(_describe_term(name, term) for name, term in VOCABULARIES.items()),
        f"## Codes\n\n{CODE_WORDS}\n",
        *(_describe_codes(name, term) for name, term in CODES.items()),
    ]
    return "\n".join(parts)


def _describe_retired() -> str:
    tables = ", ".join(f"`{name}`" for name in RETIRED_TABLES)
    return f"## Retired orders\n\n{RETIRED.format(tables=tables)}\n"


def _results() -> dict[str, type[Table]]:
    return TONIGHT_TABLES | {
        "row_outcomes": verdicts.RowOutcome,
        "violations": laws.Violation,
    }


def _hand_outs() -> dict[str, type[Table]]:
    return {
        "picks": reports.Pick,
        "bins_to_count": reports.BinToCount,
        "order_status": reports.StatusLine,
        "ship_to": people.ShipTo,
    }


def _analyst_tables() -> dict[str, type[Table]]:
    views = {f"{name} (view)": contract for name, contract in ANALYST_VIEWS.items()}
    return {name: table.contract for name, table in ANALYST_TABLES.items()} | views


def _simulation() -> dict[str, type[Table]]:
    return {"policies": simulation.PolicyFigure, "orders": simulation.OrderDifference}


def _describe_tables(title: str, words: str, tables: Mapping[str, type[Table]]) -> str:
    """A chapter of tables."""
    return "\n".join(
        [f"## {title}\n\n{words}\n", *(_describe_table(name, table) for name, table in tables.items())]
    )


def _describe_table(name: str, table: type[Table]) -> str:
    """A table with its columns."""
    columns, dtypes, meanings = table.declared(), table.dtypes(), describe_columns(table)
    rows = [
        [
            f"`{column}`{'?' if columns[column].nullable else ''}",
            TYPES[type(dtypes[column])],
            _meaning(table, column, meanings),
        ]
        for column in dtypes
    ]
    about = "\n\n".join(filter(None, [_doc(table), describe_key(table)]))
    return f"### {name}\n\n{about}\n\n{write_table(['column', 'type', 'meaning'], rows)}"


def _describe_feed(feed: Feed, table: type[FeedRow]) -> str:
    """A feed with what its facts are known by, and the columns that its file has."""
    columns, dtypes, meanings = table.declared(), table.dtypes(), describe_columns(table)
    rows = [
        [
            f"`{column}`",
            "needed" if columns[column].metadata.get("needed") else "",
            TYPES[type(dtypes[column])],
            _meaning(table, column, meanings) + _bounds(table, column),
        ]
        for column in dtypes
        if column not in OURS
    ]
    key = FACT_KEYS[feed]
    names = ", ".join(name.removeprefix("sent_") for name in key)  # in a file nothing is as sent yet
    known_by = f"Key: {names}{', else file and row' if key == EVENT else ''}."
    columns_of_file = write_table(["column", "", "type", "meaning"], rows)
    return f"### {feed.value}\n\n{_doc(table)}\n\n{known_by}\n\n{columns_of_file}"


def _meaning(table: type[Table], column: str, meanings: Mapping[str, str]) -> str:
    """What a column means, and its allowed values where they are a short list."""
    allowed = [
        value
        for check in table.declared()[column].checks
        for value in (check.statistics or {}).get("allowed_values", ())
    ]
    return with_choices(meanings[column], allowed)


def _bounds(table: type[Table], column: str) -> str:
    """How long its texts, or how great its numbers may be; nothing where a list or the rule for all does."""
    checks = table.declared()[column].checks
    said = {check.name: next(iter((check.statistics or {}).values()), None) for check in checks}
    if table.dtypes()[column] == pl.String:
        length = greatest_length(column)
        return "" if "isin" in said or length == MAX_TEXT else f"; at most {length:,} characters"
    least, greatest = said.get("greater_than_or_equal_to"), said.get("less_than_or_equal_to")
    return f"; {words}" if (words := span_words(least, greatest)) else ""


def _describe_term(name: str, term: type[Term]) -> str:
    """A vocabulary with its values; reasons of holds with what ends them."""
    if term is HoldReason:
        ends = [[f"`{word.value}`", word.meaning, word.way_out] for word in HoldReason]
        return f"### {name}\n\n{_doc(term)}\n\n{write_table(['value', 'meaning', 'ends by'], ends)}"
    rows = [[f"`{word.value}`", word.meaning] for word in term]
    return f"### {name}\n\n{_doc(term)}\n\n{write_table(['value', 'meaning'], rows)}"


def _describe_codes(name: str, term: type[Term]) -> str:
    """A vocabulary of codes; findings with who acts, what to type, and how long they stay."""
    if not issubclass(term, FindingCode):
        return _describe_term(name, term)
    rows = [
        [f"`{word.value}`", word.meaning, word.owner.value, f"`{word.command}`", word.lasting.value]
        for word in term
    ]
    table = write_table(["code", "meaning", "who acts", "first", "stays"], rows)
    return f"### {name}\n\n{_doc(term)}\n\n{table}"


def _doc(thing: type) -> str:
    """The docstring with its paragraphs, each on one line."""
    paragraphs = (thing.__doc__ or "").split("\n\n")
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in paragraphs if paragraph.strip())
