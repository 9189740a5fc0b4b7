"""The night summary: what needs a person first, then what the night did. Readable in a minute."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from flows.outbound.documents import Document
from flows.outbound.open_list import group_findings, tell_age, tell_examples
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import AllocationKind, LedgerName, LineAccount, Verdict
from transforms.units import in_millionths, true_total

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pandera.typing.polars import DataFrame

    from schemas.books.journal import Movement
    from schemas.intake.verdicts import FileOutcome
    from schemas.night import AsOf, Books
    from schemas.results import Allocation, Finding, Message, QueuePosition

TYPED_WHERE = (
    "Commands are typed in the folder of the workspace. A finding stays until its cause is gone, or until "
    "`backorders done`; `backorders findings` tells each one."
)
ONLY_POSTED = "Posted only: caught up. The last of the nights that were caught up releases, tells and cancels"
LINE = ["client_id", "order_id", "line_no"]


@dataclass(frozen=True)
class NightFacts:
    """What one run read, posted and decided, for some clients or all."""

    files: DataFrame[FileOutcome]
    movements: DataFrame[Movement]
    allocations: DataFrame[Allocation]
    standings: DataFrame[QueuePosition]
    messages: DataFrame[Message]
    books: Books


@dataclass(frozen=True)
class NightCounts:
    """What is counted of some clients: a row a client, and a row a warehouse; units in millionths."""

    clients: pl.DataFrame
    warehouses: pl.DataFrame


def render_summary(
    counts: Sequence[NightCounts], findings: DataFrame[Finding], *, as_of: AsOf
) -> list[Document]:
    """`summary/summary.md` for the person on call and `summary/summary.json` for machines."""
    summary = summarize_night(counts, findings, as_of=as_of)
    content = json.dumps(summary, indent=2, ensure_ascii=False, default=str) + "\n"
    return [
        Document("summary/summary.json", content.encode()),
        Document("summary/summary.md", write_summary(summary).encode()),
    ]


def count_night(facts: NightFacts, clients: Iterable[str]) -> NightCounts:
    """What the summary counts of some clients."""
    return NightCounts(_count_clients(facts, sorted(clients)), _count_warehouses(facts))


def summarize_night(
    counts: Sequence[NightCounts], findings: DataFrame[Finding], *, as_of: AsOf
) -> dict[str, Any]:
    """The summary as machines read it: held clients, what needs a person, clients, warehouses."""
    clients = pl.concat([some.clients for some in counts]).sort("client_id")
    of_warehouses = pl.concat([some.warehouses for some in counts]).group_by("warehouse_id")
    warehouses = of_warehouses.agg(pl.all().sum()).sort("warehouse_id")
    held = findings.filter(pl.col("code") == FindingCode.CLIENT_HELD)["client_id"].unique().sort()
    return {
        "business_date": as_of.business_date,
        "run_no": as_of.run_no,
        "only_posts": as_of.only_posts,
        "clients_held": held.to_list(),
        "needs_a_person": group_findings(findings.to_dicts(), as_of.business_date),
        "clients": _as_units(clients),
        "warehouses": _as_units(warehouses),
    }


def _count_clients(facts: NightFacts, clients: list[str]) -> pl.DataFrame:
    """One row a client: files, rows by verdict, units, messages."""
    rows_by_verdict = [pl.col(f"rows_{verdict}").sum() for verdict in Verdict.values()]
    counted = [
        facts.files.group_by("client_id").agg(
            pl.len().alias("files"), pl.col("rows_read").sum(), *rows_by_verdict
        ),
        _count_units(facts),
        _count_short(facts),
        facts.messages.group_by("client_id").agg(pl.len().alias("messages")),
    ]
    table = pl.DataFrame({"client_id": clients}, schema={"client_id": pl.String})
    for counts in counted:
        table = table.join(counts, on="client_id", how="left", validate="1:1")
    return table.fill_null(0)


def _with_decimals(rows: pl.DataFrame, books: Books) -> pl.DataFrame:
    """Rows of a sku, each with the decimals that its quantities are scaled by."""
    decimals = books.items.select("client_id", "sku", "decimals")
    return rows.join(decimals, on=["client_id", "sku"], how="left", validate="m:1")


def _sum_of(qty: str) -> pl.Expr:
    """The units of all items together, in millionths until `_as_units` makes them numbers for people."""
    return in_millionths(pl.col(qty), pl.col("decimals"))


def _as_units(table: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows as dicts, units as numbers: whole ones as long as nothing is weighed."""
    return [
        {name: true_total(value) if name.startswith("units") else value for name, value in row.items()}
        for row in table.to_dicts()
    ]


def _count_short(facts: NightFacts) -> pl.DataFrame:
    """Units that wait after tonight."""
    skus = facts.books.order_lines.select(*LINE, "sku")
    waiting = facts.standings.join(skus, on=LINE, how="left", validate="1:1")
    return (
        _with_decimals(waiting, facts.books)
        .group_by("client_id")
        .agg(
            _sum_of("short_qty").sum().alias("units_short"),
            _sum_of("backordered_qty").sum().alias("units_backordered"),
        )
    )


def _count_units(facts: NightFacts) -> pl.DataFrame:
    """Units that each account of the line ledger was given tonight."""
    to, start = pl.col("to_account"), pl.col("from_account")
    given = (LineAccount.OPEN, LineAccount.RESERVED)
    moves = {
        "units_ordered": start == LineAccount.ORDERED,
        "units_released": (to == LineAccount.RELEASED) & start.is_in([account.value for account in given]),
        "units_reserved": to == LineAccount.RESERVED,
        "units_shipped": to == LineAccount.SHIPPED,
        "units_cancelled": to == LineAccount.CANCELLED,
    }
    lines = facts.movements.filter(pl.col("ledger") == LedgerName.LINE)
    return (
        _with_decimals(lines, facts.books)
        .group_by("client_id")
        .agg(_sum_of("qty").filter(is_counted).sum().alias(name) for name, is_counted in moves.items())
    )


def _count_warehouses(facts: NightFacts) -> pl.DataFrame:
    """Pick rows and units of each warehouse that has any."""
    releases = facts.allocations.filter(pl.col("kind") == AllocationKind.RELEASE)
    return (
        _with_decimals(releases, facts.books)
        .group_by("warehouse_id")
        .agg(
            pl.len().alias("pick_rows"),
            pl.struct("client_id", "order_id").n_unique().alias("orders"),
            _sum_of("allocated_qty").sum().alias("units"),
        )
    )


def write_summary(summary: dict[str, Any]) -> str:
    """The summary as Markdown: the list for a person on top."""
    lines = [f"# Night of {summary['business_date']}, run {summary['run_no']}", ""]
    lines += [f"**Held: {', '.join(summary['clients_held'])}** - their night is undone.", ""] * bool(
        summary["clients_held"]
    )
    lines += [f"{ONLY_POSTED}.", ""] * summary["only_posts"]
    lines += ["## Needs a person", "", *_needs_a_person(summary["needs_a_person"]), ""]
    lines += ["## Clients", "", *_table(summary["clients"]), ""]
    lines += ["## Warehouses", "", *(_table(summary["warehouses"]) or ["No picks."]), ""]
    return "\n".join(lines)


def _needs_a_person(entries: list[dict[str, Any]]) -> list[str]:
    """The list, and where its commands are typed."""
    if not entries:
        return ["Nothing."]
    return [TYPED_WHERE, "", *_finding_lines(entries)]


def _finding_lines(entries: list[dict[str, Any]]) -> list[str]:
    """One line an entry: who, since when, what, how often, and what to type first."""
    return [
        f"- **{entry['owner']}** {entry['client_id']}, {tell_age(entry)}: {entry['count']} x "
        f"`{entry['code']}`, {entry['meaning']} ({tell_examples(entry)}). `{entry['command']}`"
        for entry in entries
    ]


def _table(rows: list[dict[str, Any]]) -> list[str]:
    """Rows as a Markdown table; the columns' names without underscores."""
    if not rows:
        return []
    names = list(rows[0])
    head = [" | ".join(name.replace("_", " ") for name in names), " | ".join("---" for _ in names)]
    return [
        f"| {line} |" for line in (*head, *(" | ".join(str(row[name]) for name in names) for row in rows))
    ]
