"""The tables of the analyst database, from the books, the night's results and the history."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.orders import OrderLine
from schemas.night import HISTORY_TABLES
from schemas.outputs.analyst import ANALYST_TABLES, AnalystMovement
from schemas.table import conform
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


def build_analyst_tables(
    version: VersionTables, *, as_of: AsOf, clients: Mapping[str, Client], analyst_days: int
) -> dict[str, pl.LazyFrame]:
    """Every table of `ANALYST_TABLES`; whoever writes them puts them in the order of their keys.

    The histories, and the lines of closed orders, cover the last `analyst_days` business dates. The
    movements stay lazy, since they may be more than memory holds; all other tables are made here and checked
    by value.
    """
    since = as_of.business_date - timedelta(days=analyst_days - 1)
    history = {name: _recent(version, name, since) for name in HISTORY_TABLES}
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
        "inbound": version.books.inbound_lines,
        "items": version.books.items,
        "allocations": history["allocations"].with_columns(_no_value("lot_id")).collect(),
        "shipments": history["shipments"].with_columns(_no_value("lot_id")).collect(),
        "line_nights": _keep_last_runs(history["line_nights"].collect(), version.nights),
        "notices": history["messages"].collect(),
        "files": history["files"].collect(),
        "rejected_rows": _tabulate_rejections(history["rejected_rows"], history["files"]),
        "findings": _keep_last_lists(history["findings"].collect(), version.nights),
        "nights": version.nights.filter(pl.col("business_date") >= since),
        "words": _tabulate_words(),
    }
    tables = {name: conform(frame, ANALYST_TABLES[name].contract).lazy() for name, frame in made.items()}
    return tables | {"movements": _tabulate_movements(history["movements"])}


def _without_closed(version: VersionTables, since: date) -> VersionTables:
    """The version without the lines of orders that had closed before a date."""
    books = version.books
    closed = books.closed_orders.filter(pl.col("closed_on") < since)
    lines = books.order_lines.join(closed, on=ORDER, how="anti", maintain_order="left")
    return replace(version, books=replace(books, order_lines=lines.pipe(OrderLine.validate)))


def _recent(version: VersionTables, name: str, since: date) -> pl.LazyFrame:
    """A table of the history from `since` on; whole where its rows have no date."""
    contract = HISTORY_TABLES[name]
    rows = version.history.get(name, pl.DataFrame(schema=contract.dtypes())).lazy()
    return rows.filter(pl.col("business_date") >= since) if "business_date" in contract.names() else rows


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


def _keep_last_runs(line_nights: pl.DataFrame, nights: pl.DataFrame) -> pl.DataFrame:
    """Of each date and client the lines after its last run; a run that held the client was none for it."""
    runs = nights.select("business_date", "run_no", pl.col("held_clients").str.split("|"))
    last = (
        line_nights.select("client_id")
        .unique()
        .join(runs, how="cross")
        .filter(~pl.col("held_clients").list.contains(pl.col("client_id")))
        .group_by("client_id", "business_date")
        .agg(pl.col("run_no").max())
    )
    return line_nights.join(last, on=["client_id", "business_date", "run_no"], how="semi")


def _keep_last_lists(findings: pl.DataFrame, nights: pl.DataFrame) -> pl.DataFrame:
    """Of each date what was open after its last run, also of a client that this run held."""
    last = nights.group_by("business_date").agg(pl.col("run_no").max())
    return findings.join(last, on=["business_date", "run_no"], how="semi")


def _tabulate_rejections(rejected_rows: pl.LazyFrame, files: pl.LazyFrame) -> pl.DataFrame:
    """The rejected rows of the files shown, each with the name under which its file was loaded then.

    Only a count can be loaded again with the same bytes. A row that was rejected each time stands in history
    as often, so its first rejection is that of the first load, and so on.
    """
    content = ["client_id", "feed", "file_hash"]
    load_no = pl.int_range(pl.len())
    loaded = (
        files.filter(pl.col("verdict") == FileVerdict.LOADED, pl.col("rows_rejected") > 0)
        .sort("business_date", "run_no", "file_name")
        .select(*content, "file_name", load_no=load_no.over(content))
    )
    rejections = rejected_rows.with_columns(load_no=load_no.over(*content, "row_no", "column", "reason_code"))
    return rejections.join(loaded, on=[*content, "load_no"], how="inner").drop("load_no").collect()


def _tabulate_movements(movements: pl.LazyFrame) -> pl.LazyFrame:
    """The journal, with null where a key does not apply."""
    texts = ("warehouse_id", "lot_id", "bin_id", "order_id", "hold_reason", "effect_id", "file_hash")
    shown = movements.with_columns(
        *_no_value(*texts),
        pl.col("line_no", "row_no").replace(0, None),
        pl.col("effective_at").dt.replace_time_zone(None),
    )
    return shown.select(AnalystMovement.names()).pipe(AnalystMovement.validate)


def _tabulate_words() -> pl.DataFrame:
    """Every value of every vocabulary, with its meaning."""
    return pl.DataFrame(
        [
            {"vocabulary": name, "word": word.value, "meaning": word.meaning}
            for name, term in (VOCABULARIES | CODES).items()
            for word in term
        ]
    )
