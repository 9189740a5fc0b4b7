"""Nights of many warehouses in one plan, in memory: their files as text in, the books out.

Files of a feed are read in one go, whoever they are of: reading a file of five rows costs fifty milliseconds,
and a trial has a hundred thousand of them. Each row then gets back its client, file and number. The other
way, file by file through a workspace on disk, is in `workspace`.
"""

from __future__ import annotations

import csv
import io
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from flows.inbound.formats.delimited import DelimitedReader
from flows.night.planning.reading import STATEMENTS
from flows.night.planning.recalling import recall_named
from schemas.books.orders import PendingRow
from schemas.intake.feeds import FEED_TABLES
from schemas.intake.refusal import Refusal
from schemas.intake.verdicts import FileOutcome, RejectedRow, RowOutcome
from schemas.night import AsOf, Books, FeedRows, NightInputs
from schemas.settings.client import Client, StockFeed
from schemas.settings.warehouse import Warehouse
from schemas.table import conform, empty
from schemas.vocabulary.words import Cause, Feed, FileVerdict, Verdict
from tests.remembering import recalled
from tests.warehouse.judging import Answer, Open, Replies
from transforms.calendars import MONDAY_FIRST
from transforms.intake.file_form import Catalogue, SourceFile
from transforms.intake.rows.form import read_form
from transforms.keys import ORDER
from transforms.night.planning import plan_night
from transforms.night.retiring import RELEASE, of_orders, retire_orders, unite_orders
from transforms.posting.night import post_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from pandera.typing.polars import DataFrame

    from schemas.night import NightPlan
    from tests.warehouse.kinds import Style
    from tests.warehouse.law import Shelf
    from tests.warehouse.telling import File
    from transforms.posting.core.posting import Posting

READ_AS = "everybody"
"""The client as which files of all are read."""

FILE_KEY = ["client_id", "feed", "file_hash"]
ROW = ["client_id", "file_hash", "row_no"]
SHELF = ["client_id", "warehouse_id", "sku", "lot_id"]


def client_settings(style: Style) -> dict[str, Any]:
    """The client's file, as it would stand in TOML."""
    stock: dict[str, Any] = {"count_basis": "physical", "count_scope": "rows"}
    if "status_means" in StockFeed.model_fields:
        stock["status_means"] = "judged"
    return {
        "name": f"Seed {style.seed}",
        "time_zone": style.client_zone,
        "warehouses": list(style.warehouses),
        "notices": {"mode": "off"},
        "feeds": {"shipments": {"short": style.short, "short_hold_nights": 99}, "stock": stock},
    }


def warehouse_settings(style: Style) -> dict[str, Any]:
    """A warehouse's file."""
    working = list(MONDAY_FIRST if style.works_at_weekends else MONDAY_FIRST[:5])
    return {"time_zone": style.time_zone, "allocator": "us", "working_days": working}


@dataclass
class Nights:
    """The program's side of a trial: its books, and what it remembers beside them."""

    clients: dict[str, Client]
    warehouses: dict[str, Warehouse]
    books: Books = field(default_factory=Books.blank)
    row_keys: list[pl.DataFrame] = field(default_factory=list)
    gaps: dict[tuple[str, ...], int] = field(default_factory=lambda: defaultdict(int))
    seen: set[tuple[str, str, str]] = field(default_factory=set)
    sheets: dict[tuple[str, str], str] = field(default_factory=dict)
    """The sheet of a count by client and file."""
    closed_days: int | None = None
    """After which closed orders leave the books; None: never."""
    departed: list[Books] = field(default_factory=list)
    """Those that left, the last first."""
    posting_seconds: list[float] = field(default_factory=list)
    """What posting the facts of each night took of a processor."""

    @classmethod
    def of(cls, styles: Iterable[Style], closed_days: int | None = None) -> Nights:
        """Blank books for these warehouses."""
        clients, warehouses = {}, {}
        for style in styles:
            settings = client_settings(style) | {"client_id": style.client_id}
            clients[style.client_id] = Client.model_validate(settings)
            for name in style.warehouses:
                warehouses[name] = Warehouse.model_validate(
                    warehouse_settings(style) | {"warehouse_id": name}
                )
        return cls(clients, warehouses, closed_days=closed_days)

    def run(self, night: date, files: Sequence[File]) -> Replies:
        """What the program answers to the files of a night, and what it releases."""
        plan = self.plan(night, files)
        return Replies(answers_of(self, plan), releases_of(plan))

    def plan(self, night: date, files: Sequence[File]) -> NightPlan:
        """The plan of a night; its books are the next night's."""
        as_of = AsOf(night)
        taken = self._new_files(files)
        reading = [self._read(feed, zone, part, night) for (feed, zone), part in self._together(taken)]
        outcomes = pl.concat([empty(RowOutcome), *(form[1] for form in reading)])
        rows = _rows_of([form[0] for form in reading])
        pending = conform(pl.concat([empty(PendingRow), *(form[3] for form in reading)]), PendingRow)
        rows, retired = recall_named(self._recall, self.books, rows, pending)
        plan = plan_night(
            NightInputs(
                as_of=as_of,
                clients=self.clients,
                warehouses=self.warehouses,
                books=unite_orders(self.books, retired),
                rows=rows,
                row_keys=recalled(self.row_keys, rows, as_of),
                pending_rows=pending,
                files=self._file_outcomes(files, taken, as_of),
                outcomes=conform(outcomes, RowOutcome),
                rejected_rows=conform(
                    pl.concat([empty(RejectedRow), *(form[2] for form in reading)]), RejectedRow
                ),
            ),
            post_facts=self._post,
        )
        if self.closed_days is not None:
            plan = retire_orders(plan, as_of=as_of, closed_days=self.closed_days)
            self.departed.insert(0, plan.retired)
        self.books = plan.books
        self.row_keys.append(plan.row_keys)
        self._note_gaps(plan)
        for file in files:
            if file.sheet:
                self.sheets[file.client_id, file.file_hash] = file.sheet
        return plan

    def _recall(self, orders: pl.DataFrame, releases: pl.DataFrame) -> Books:
        """Named orders that left, each as it left last."""
        recalled = Books.blank()
        for left in self.departed:
            by_release = left.releases.join(releases, on=RELEASE, how="semi")
            named = pl.concat([orders.select(ORDER), by_release.select(ORDER)]).unique()
            recalled = unite_orders(recalled, Books.of(of_orders(left.tables(), named)))
        return recalled

    def _post(self, *args: Any, **kwargs: Any) -> Posting:  # noqa: ANN401 -- as the step
        """The step of posting, with a look at the clock."""
        began = time.process_time()
        posting = post_rows(*args, **kwargs)
        self.posting_seconds.append(time.process_time() - began)
        return posting

    def _new_files(self, files: Sequence[File]) -> list[File]:
        """Files that do not say once more what another said; a statement holds again when it is said again.

        The program decides so file by file as it reads them; here many are read in one go.
        """
        new = []
        for file in files:
            key = (file.client_id, file.feed, file.said)
            if key not in self.seen or Feed(file.feed) in STATEMENTS:
                new.append(file)
                self.seen.add(key)
        return new

    def _together(self, files: Iterable[File]) -> list[tuple[tuple[str, str], list[File]]]:
        """Files that can be read in one go."""
        parts: dict[tuple[str, str], list[File]] = defaultdict(list)
        for file in files:
            parts[file.feed, self.clients[file.client_id].time_zone].append(file)
        return sorted(parts.items())

    def _read(
        self, feed: str, zone: str, files: Sequence[File], night: date
    ) -> tuple[FeedRows, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
        """The rows of files, each with its own client, file and number again."""
        text, origin = _joined_text(files)
        reader = Client.model_validate(
            {
                "client_id": READ_AS,
                "name": "",
                "time_zone": zone,
                "warehouses": sorted(self.warehouses),
                "feeds": {"stock": {"count_basis": "physical", "count_scope": "rows"}},
            }
        )
        raw = DelimitedReader().read(text.encode(), reader.feeds.of(Feed(feed)))
        assert not isinstance(raw, Refusal), raw
        source = SourceFile(READ_AS, Feed(feed), "together", feed, night)
        form = read_form(raw.with_lines(), source=source, client=reader, catalogue=Catalogue.blank())
        assert form.refusal is None, form.refusal

        def mine(table: pl.DataFrame) -> pl.DataFrame:
            """Rows given back to whom they are of."""
            there = table.drop("client_id", "file_hash").rename({"row_no": "together"})
            return there.join(origin, on="together", how="left").drop("together").select(table.columns)

        rows = {name: mine(table) for name, table in form.rows.tables().items() if table.height}
        rejected = mine(form.rejected)
        refused = rejected.select("client_id", "feed", "file_hash", "row_no").unique()
        verdicts = refused.with_columns(verdict=pl.lit(Verdict.REJECTED.value), note=pl.lit(""))
        return FeedRows.of(rows), verdicts.select(RowOutcome.names()), rejected, mine(form.pending)

    def _file_outcomes(
        self, files: Sequence[File], taken: Sequence[File], as_of: AsOf
    ) -> DataFrame[FileOutcome]:
        new = {(file.client_id, file.feed, file.file_hash) for file in taken}
        counts = {f"rows_{verdict.value}": 0 for verdict in Verdict}
        rows = []
        for file in files:
            is_new = (file.client_id, file.feed, file.file_hash) in new
            verdict = FileVerdict.LOADED if is_new else FileVerdict.DUPLICATE
            rows.append(
                {
                    "business_date": as_of.business_date,
                    "run_no": as_of.run_no,
                    "client_id": file.client_id,
                    "feed": file.feed,
                    "file_name": file.name,
                    "file_hash": file.file_hash,
                    "verdict": verdict.value,
                    "reason_code": None,
                    "detail": "",
                    "rows_read": len(file.text.splitlines()) - 1,
                    "qty_read": 0,
                    "qty_decimals": 0,
                    **counts,
                }
            )
        return (
            conform(pl.DataFrame(rows, schema=FileOutcome.dtypes()), FileOutcome)
            if rows
            else empty(FileOutcome)
        )

    def _note_gaps(self, plan: NightPlan) -> None:
        """Open gaps by shelf.

        Books that keep them as a table say so themselves. Older ones post them as movements, which hold until
        a count of the shelf.
        """
        kept = [table for name, table in plan.books.tables().items() if "gap" in name]
        if kept:
            self.gaps.clear()
            for row in kept[0].group_by(SHELF).agg(pl.col("qty").sum()).iter_rows():
                self.gaps[row[:4]] = row[4]
            return
        stock = plan.movements.filter(pl.col("cause").is_in([Cause.BOOK_GAP, Cause.COUNTED]))
        for row in stock.select(*SHELF, "cause", "qty").iter_rows():
            if row[4] == Cause.COUNTED:
                self.gaps.pop(row[:4], None)
            else:
                self.gaps[row[:4]] += row[5]


def _joined_text(files: Sequence[File]) -> tuple[str, pl.DataFrame]:
    """One text with the rows of all files, and whose each of its rows is."""
    rows: list[dict[str, str]] = []
    origin: list[tuple[int, str, str, int]] = []
    for file in files:
        file_hash = file.file_hash
        for number, row in enumerate(csv.DictReader(io.StringIO(file.text)), start=1):
            rows.append(row)
            origin.append((len(rows), file.client_id, file_hash, number))
    names = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    schema = {"together": pl.Int64, "client_id": pl.String, "file_hash": pl.String, "row_no": pl.Int64}
    return text.getvalue(), pl.DataFrame(origin, schema=schema, orient="row")


def _rows_of(parts: Sequence[FeedRows]) -> FeedRows:
    """The rows of all readings."""
    tables: dict[str, pl.DataFrame] = {}
    for feed, contract in FEED_TABLES.items():
        tables[feed.value] = pl.concat([empty(contract), *(part.tables()[feed.value] for part in parts)])
    return FeedRows.of(tables)


def answers_of(nights: Nights, plan: NightPlan) -> dict[str, Answer]:
    """What the plan says to each client."""
    answers = {client_id: Answer() for client_id in nights.clients}
    inner = plan.books.stock_balances.group_by(SHELF).agg(pl.col("qty").sum())
    for client_id, warehouse_id, sku, lot_id, qty in inner.iter_rows():
        answers[client_id].on_hand[warehouse_id, sku, lot_id] = qty
    for (client_id, *shelf), qty in nights.gaps.items():
        answers[client_id].gaps[_shelf(shelf)] = qty
    lines = plan.books.order_lines.select(
        "client_id", "order_id", "line_no", "shipped_qty", "ordered_qty", "cancelled_qty"
    )
    for client_id, order_id, line_no, shipped, ordered, cancelled in lines.iter_rows():
        answers[client_id].shipped[order_id, line_no] = shipped
        answers[client_id].wanted[order_id, line_no] = ordered - cancelled
    for client_id, asn_id, sku, qty in plan.books.inbound_lines.select(
        "client_id", "asn_id", "sku", "remaining_qty"
    ).iter_rows():
        answers[client_id].announced[asn_id, sku] = qty
    skus = plan.books.inbound_lines.select("client_id", "asn_id", "asn_line_no", "sku")
    pegged = plan.pegs.join(skus, on=["client_id", "asn_id", "asn_line_no"], how="left")
    for client_id, asn_id, sku, qty in (
        pegged.group_by("client_id", "asn_id", "sku").agg(pl.col("pegged_qty").sum()).iter_rows()
    ):
        answers[client_id].pegged[asn_id, sku] = qty
    for client_id, *said in plan.findings.select("client_id", *Open._fields).iter_rows():
        if client_id in answers:
            answers[client_id].findings.append(Open(*said))
    _add_verdicts(nights, plan, answers)
    return answers


def _shelf(names: Sequence[str]) -> Shelf:
    warehouse_id, sku, lot_id = names
    return warehouse_id, sku, lot_id


def _add_verdicts(nights: Nights, plan: NightPlan, answers: dict[str, Answer]) -> None:
    """What became of counts, and which rows were rejected."""
    counted = (
        plan.outcomes.filter(pl.col("feed") == Feed.STOCK)
        .select("client_id", "file_hash", "verdict")
        .unique()
    )
    for client_id, file_hash, verdict in counted.iter_rows():
        sheet = nights.sheets.get((client_id, file_hash))
        if sheet is not None and verdict == Verdict.ACCEPTED:
            answers[client_id].counts_taken.add(sheet)
        if sheet is not None and verdict == Verdict.REJECTED:
            answers[client_id].counts_held.add(sheet)
    for client_id, feed, file_hash, row_no, reason in plan.rejected_rows.select(
        "client_id", "feed", "file_hash", "row_no", "reason_code"
    ).iter_rows():
        answers[client_id].rejected.append(f"rejected {feed} {file_hash[:6]} row {row_no}: {reason}")


def releases_of(plan: NightPlan) -> dict[str, list[dict[str, Any]]]:
    """Tonight's pick rows by client."""
    released: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in plan.allocations.filter(pl.col("kind") == "release").sort("release_id").iter_rows(named=True):
        released[row["client_id"]].append(row)
    return released
