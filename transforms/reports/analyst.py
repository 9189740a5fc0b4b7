"""The tables of the analyst database, from the books, the night's results and the history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import OrderLine
from schemas.night import DECIDED_TABLES, HISTORY_TABLES, TONIGHT_TABLES
from schemas.outputs.analyst import ANALYST_TABLES
from schemas.table import conform, empty
from schemas.vocabulary.index import CODES, VOCABULARIES
from schemas.vocabulary.words import FileVerdict, StockAccount
from transforms.keys import CELL, ORDER
from transforms.reports.analyst_lines import tabulate_lines

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from schemas.night import AsOf, Books
    from schemas.outputs.analyst import VersionTables
    from schemas.settings.client import Client

HISTORIES = {
    name: "notices" if name == "messages" else name
    for name in (
        *("movements", "allocations", "shipments", "receipts"),
        *("line_nights", "messages", "files", "findings"),
    )
}
"""Histories of the ledger of which each row is shown for itself, and as which analyst table."""

DECIDED = {name: f"{name.removesuffix('s')}_nights" for name in DECIDED_TABLES}
"""Tables of tonight's results of which each night's rows are shown, and as which analyst table."""

REJECTED = "rejected_rows"
"""The history whose rows are shown with the files that they are of."""

TOLD = "notice_lines"
"""The table of the lines of messages, which are shown with their message."""


def build_analyst_tables(
    version: VersionTables, *, as_of: AsOf, clients: Mapping[str, Client], analyst_days: int
) -> dict[str, pl.DataFrame]:
    """Every table of `ANALYST_TABLES`; whoever writes them puts them in the order of their keys.

    The histories, and the lines of closed orders, cover the last `analyst_days` business dates. All rows can
    also be made a part at a time: those of some clients, and of some rows of a history.
    """
    since = first_shown(as_of, analyst_days)
    histories = {
        name: tabulate_history(name, _given(version, source), version.nights, since)
        for source, name in HISTORIES.items()
    }
    for source, name in DECIDED.items():
        rows = version.decided.get(source, _undecided(source))
        histories[name] = tabulate_decided(name, rows, version.nights, since)
    rejected, files = _given(version, "rejected_rows"), _given(version, "files")
    histories[REJECTED] = tabulate_rejections(rejected, _since(files, since))
    messages = _since(_given(version, "messages"), since)
    histories[TOLD] = tabulate_told(_given(version, "message_lines"), messages)
    of_all = tabulate_workspace(version.nights, since)
    return of_all | tabulate_clients(version, as_of=as_of, clients=clients, since=since) | histories


def first_shown(as_of: AsOf, analyst_days: int) -> date:
    """The first business date of which a version shows its histories."""
    return as_of.business_date - timedelta(days=analyst_days - 1)


def tabulate_clients(
    version: VersionTables, *, as_of: AsOf, clients: Mapping[str, Client], since: date
) -> dict[str, pl.DataFrame]:
    """The tables of which a version's rows of some clients can be made from what it has of these alone."""
    made: dict[str, pl.DataFrame] = {
        "order_lines": tabulate_lines(_without_closed(version, since), as_of=as_of, clients=clients),
        "pegs": version.pegs,
        "decisions": version.decisions,
        "reservations": version.reservations,
        "overtakings": version.overtakings,
        "lost_reservations": version.lost_reservations,
        "stock": _tabulate_stock(version.books),
        "shelf_gaps": version.books.shelf_gaps.with_columns(_no_value("lot_id")),
        "unholds": version.books.unholds.with_columns(
            *_no_value("lot_id"), pl.col("said_at").dt.replace_time_zone(None)
        ),
        "first_counts": version.books.first_counts,
        "inbound": version.books.inbound_lines,
        "items": version.books.items,
    }
    return {name: conform(frame, ANALYST_TABLES[name].contract) for name, frame in made.items()}


def tabulate_history(name: str, rows: pl.DataFrame, nights: pl.DataFrame, since: date) -> pl.DataFrame:
    """A table of `HISTORIES` with some of its rows: each is shown as it is, or not at all.

    Args:
        name: of the analyst table.
        rows: of the ledger's table.
        nights: all nights of the version.
        since: first business date that is shown.
    """
    recent = _since(rows, since)
    if name == "line_nights":
        recent = _keep_last_runs(recent, nights)
    elif name == "findings":
        recent = _keep_last_lists(recent, nights)
    elif name == "movements":
        recent = recent.with_columns(_of_movements())
    elif name in {"allocations", "shipments", "receipts"}:
        recent = recent.with_columns(_no_value("lot_id"))
    return conform(recent, ANALYST_TABLES[name].contract)


def tabulate_decided(name: str, rows: pl.DataFrame, nights: pl.DataFrame, since: date) -> pl.DataFrame:
    """A table of `DECIDED` with some of its rows.

    Args:
        name: of the analyst table.
        rows: of the table of results, each with the `version` whose night decided it.
        nights: all nights of the version.
        since: first business date that is shown.
    """
    runs = nights.select("version", "business_date", "run_no")
    recent = _since(rows.join(runs, on="version", how="inner"), since)
    return conform(_keep_last_runs(recent, nights), ANALYST_TABLES[name].contract)


def tabulate_rejections(rejected_rows: pl.DataFrame, files: pl.DataFrame) -> pl.DataFrame:
    """The rejected rows of the files, each with its night and the name under which its file was loaded then.

    Only a count can be loaded again with the same bytes. A row that was rejected each time stands in history
    as often, so its first rejection is that of the first load, and so on. Of one night nobody need count.
    """
    content = ["client_id", "feed", "file_hash"]
    load_no = pl.int_range(pl.len())
    loaded = (
        files.filter(pl.col("verdict") == FileVerdict.LOADED, pl.col("rows_rejected") > 0)
        .sort("business_date", "run_no", "file_name")
        .select(*content, "file_name", loaded_on="business_date", load_no=load_no.over(content))
    )
    rejections = rejected_rows.with_columns(load_no=load_no.over(*content, "row_no", "column", "reason_code"))
    shown = rejections.join(loaded, on=[*content, "load_no"], how="inner").drop("load_no")
    return conform(shown, ANALYST_TABLES[REJECTED].contract)


def tabulate_told(message_lines: pl.DataFrame, messages: pl.DataFrame) -> pl.DataFrame:
    """The lines of the messages, each with the night of its message."""
    nights = messages.select("message_id", "business_date", "run_no")
    shown = message_lines.join(nights, on="message_id", how="inner", validate="m:1")
    return conform(shown, ANALYST_TABLES[TOLD].contract)


def tabulate_workspace(nights: pl.DataFrame, since: date) -> dict[str, pl.DataFrame]:
    """The tables that are no client's."""
    made = {"nights": _since(nights, since), "words": _tabulate_words()}
    return {name: conform(frame, ANALYST_TABLES[name].contract) for name, frame in made.items()}


def _without_closed(version: VersionTables, since: date) -> VersionTables:
    """The version without the lines of orders that had closed before a date."""
    books = version.books
    closed = books.closed_orders.filter(pl.col("closed_on") < since)
    lines = books.order_lines.join(closed, on=ORDER, how="anti", maintain_order="left")
    return replace(version, books=replace(books, order_lines=lines.pipe(OrderLine.validate)))


def _given(version: VersionTables, name: str) -> pl.DataFrame:
    """A table of the history, as far as the version has it."""
    return version.history.get(name, empty(HISTORY_TABLES[name]))


def _undecided(name: str) -> pl.DataFrame:
    """A table of results without a row."""
    return empty(TONIGHT_TABLES[name]).with_columns(version=pl.lit(None, pl.Int64))


def _since(rows: pl.DataFrame, since: date) -> pl.DataFrame:
    """The rows from a business date on."""
    return rows.filter(pl.col("business_date") >= since)


def _no_value(*names: str) -> list[pl.Expr]:
    """The columns with null where the ledger's key has an empty text."""
    return [pl.col(name).replace("", None) for name in names]


def _tabulate_stock(books: Books) -> pl.DataFrame:
    """The accounts of each bin and lot side by side."""

    def units(*accounts: StockAccount) -> pl.Expr:
        return pl.col("qty").filter(pl.col("account").is_in(accounts)).sum()

    return (
        books.stock_balances.filter(pl.col("qty") > 0)
        .group_by(CELL)
        .agg(
            on_hand_qty=pl.col("qty").sum(),
            hold_qty=units(StockAccount.HOLD),
            released_qty=units(StockAccount.RELEASED),
            available_qty=units(StockAccount.FREE),
            hold_reasons=pl.col("hold_reason")
            .filter(pl.col("hold_reason") != "")
            .unique()
            .sort()
            .str.join("|"),
        )
        .join(books.stock_lots, on=CELL[:-1], how="left", validate="m:1")
        .with_columns(_no_value("lot_id", "hold_reasons"))
    )


def _keep_last_runs(rows: pl.DataFrame, nights: pl.DataFrame) -> pl.DataFrame:
    """Of each date and client the rows of its last run; a run that held the client was none for it."""
    runs = nights.select("business_date", "run_no", pl.col("held_clients").str.split("|"))
    last = (
        rows.select("client_id")
        .unique()
        .join(runs, how="cross")
        .filter(~pl.col("held_clients").list.contains(pl.col("client_id")))
        .group_by("client_id", "business_date")
        .agg(pl.col("run_no").max())
    )
    return rows.join(last, on=["client_id", "business_date", "run_no"], how="semi")


def _keep_last_lists(findings: pl.DataFrame, nights: pl.DataFrame) -> pl.DataFrame:
    """Of each date what was open after its last run, also of a client that this run held."""
    last = nights.group_by("business_date").agg(pl.col("run_no").max())
    return findings.join(last, on=["business_date", "run_no"], how="semi")


def _of_movements() -> list[pl.Expr]:
    """The columns of the journal with null where a key does not apply."""
    texts = ("warehouse_id", "lot_id", "bin_id", "order_id", "hold_reason", "effect_id", "file_hash")
    return [
        *_no_value(*texts),
        pl.col("line_no", "row_no").replace(0, None),
        pl.col("effective_at").dt.replace_time_zone(None),
    ]


def _tabulate_words() -> pl.DataFrame:
    """Every value of every vocabulary, with its meaning."""
    return pl.DataFrame(
        [
            {"vocabulary": name, "word": word.value, "meaning": word.meaning}
            for name, term in (VOCABULARIES | CODES).items()
            for word in term
        ]
    )
