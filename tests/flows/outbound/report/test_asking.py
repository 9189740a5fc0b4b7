"""Tests of what the page of a night asks the analyst database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flows.outbound.analysts.analytics import FILE_NAME
from flows.outbound.report.asking import QUERIES, ask_figures
from flows.outbound.report.rendering import render_report
from schemas.books.catalogue import Item
from schemas.books.inbound import InboundLine
from schemas.books.journal import Movement
from schemas.books.orders import OrderLine, Shipment
from schemas.intake.verdicts import FileOutcome
from schemas.night import AsOf, Books
from schemas.outputs.analyst import Night
from schemas.results import Allocation, Finding, LineNight, Message, MessageLine, Peg, QueuePosition
from tests.flows.outbound.analysts.asking import ask as ask_analysts
from tests.flows.outbound.analysts.asking import day
from tests.frames import NIGHT, frame_of
from tests.transforms.reports.analyst_world import AS_OF, line_row, night_row, version_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from flows.workspace import Workspace

    ShowVersion = Callable[..., Path]

Row = dict[str, Any]


def ask(show_version: ShowVersion, tmp_path: Path, **tables: object) -> dict[str, list[Row]]:
    """What the page of a version asks."""
    return ask_figures(show_version(version_of(**tables)), AS_OF, tmp_path / "scratch")


def lines(*rows: Row, **tables: object) -> Books:
    """Books with some lines."""
    return Books.of({"order_lines": frame_of(OrderLine, *rows), **tables})  # type: ignore[dict-item]


def test_a_version_without_anything_answers_every_query(show_version: ShowVersion, tmp_path: Path) -> None:
    figures = ask(show_version, tmp_path, books=lines())
    assert list(figures) == list(QUERIES)
    assert [row["version"] for row in figures["night"]] == [1]
    (trend,) = figures["trend"]
    assert trend.pop("business_date") == NIGHT
    assert set(trend.values()) == {0}
    assert figures["owed"] == [{"owed_units": 0, "undated_units": 0}]
    assert not any(rows for name, rows in figures.items() if name not in {"night", "trend", "owed"})


def test_findings_are_counted_for_each_owner_code_and_client(
    show_version: ShowVersion, tmp_path: Path
) -> None:
    plain = {"code": "stock_held", "owner": "supervisor", "client_id": "acme", "command": "look"}
    found = [
        plain | {"subject": f"S{number}", "opened_on": day(-number), "detail": f"{number} units"}
        for number in range(5)
    ]
    figures = ask(show_version, tmp_path, history={"findings": frame_of(Finding, *found)})
    (task,) = figures["tasks"]
    assert (task["findings"], task["new_findings"], task["oldest_on"]) == (5, 1, day(-4))
    assert (task["subjects"], task["detail"]) == (["S0", "S1", "S2"], "0 units")


def test_a_client_is_told_what_came_was_given_and_waits(show_version: ShowVersion, tmp_path: Path) -> None:
    given: Row = {"allocated_qty": 2}
    standing = {"order_id": "O1", "rank": 1, "queue_place": 1, "short_qty": 10, "backordered_qty": 10}
    files: list[Row] = [
        {"verdict": "loaded", "rows_read": 9, "rows_rejected": 2, "rows_set_aside": 1, "file_hash": "a"},
        {"verdict": "held", "file_hash": "b"},
        {"verdict": "loaded", "rows_read": 50, "business_date": day(-1)},
    ]
    figures = ask(
        show_version,
        tmp_path,
        books=lines(line_row(first_short_on=day(-3)), line_row(order_id="O2", reserved_qty=4, open_qty=0)),
        standings=frame_of(QueuePosition, standing),
        history={
            "files": frame_of(FileOutcome, *files),
            "allocations": frame_of(
                Allocation,
                given | {"order_id": "O3", "kind": "release", "lot_id": "L1", "ships_on": day(1)},
                given | {"order_id": "O3", "kind": "release", "lot_id": "L2", "ships_on": day(1)},
                given | {"order_id": "O2", "kind": "reserve"},
            ),
        },
    )
    (client,) = figures["clients"]
    assert (client["files"], client["unread_files"], client["rows_read"]) == (2, 1, 9)
    assert (client["rows_rejected"], client["rows_set_aside"]) == (2, 1)
    assert (client["released_lines"], client["released_orders"]) == (1, 1)
    assert (client["waiting_lines"], client["undated_lines"], client["oldest_days"]) == (1, 1, 3)
    assert (client["kept_lines"], client["open_lines"]) == (1, 2)
    assert [(row["pick_rows"], row["lines"]) for row in figures["picks"]] == [(2, 1)]
    assert [(row["age_class"], row["undated_lines"]) for row in figures["ages"]] == [("0-3", 1)]
    assert [row["order_id"] for row in figures["oldest"]] == ["O1"]
    assert figures["owed"] == [{"owed_units": 10_000_000, "undated_units": 10_000_000}]


def told_of(*lines: Row) -> dict[str, Any]:
    """Messages that told a date of lines four days ago; with `then` another one on `told_on`."""
    told: dict[tuple[str, date], date | None] = {(line["order_id"], day(-4)): day(-2) for line in lines}
    told |= {(line["order_id"], line["told_on"]): line["then"] for line in lines if "then" in line}
    names = {key: f"{key[0]} {key[1]}" for key in told}
    plain: Row = {"kind": "eta_changed", "waiting_qty": 10}
    return {
        "message_lines": frame_of(
            MessageLine,
            *(
                plain | {"order_id": key[0], "message_id": names[key], "eta_on": eta_on}
                for key, eta_on in told.items()
            ),
        ),
        "messages": frame_of(
            Message,
            *(
                {"order_id": key[0], "message_id": names[key], "business_date": key[1], "kind": "eta_changed"}
                for key in told
            ),
        ),
    }


def test_each_date_that_was_told_was_kept_moved_or_missed(show_version: ShowVersion, tmp_path: Path) -> None:
    shipped: Row = {"open_qty": 0, "shipped_qty": 10}
    left = {"KEPT": day(-2), "KEPT ALL THE SAME": day(-2), "LATE": day(-1)}
    again = {
        "KEPT ALL THE SAME": (day(5), day(-3)), "MOVED": (day(5), day(-3)), "MOVED TOO LATE": (None, day(-1)),
    }  # fmt: skip
    named = [*left, "WAITS", "MOVED", "MOVED TOO LATE", "UNCONFIRMED"]
    told = told_of(
        *(
            {"order_id": name}
            | (dict(zip(("then", "told_on"), again[name], strict=True)) if name in again else {})
            for name in named
        )
    )
    shipments = [
        {"order_id": name, "shipped_on": on, "shipped_qty": 10, "shipment_id": name}
        for name, on in left.items()
    ]
    version = version_of(
        books=lines(
            *(line_row(order_id=name, **(shipped if name in left else {})) for name in named[:-1]),
            line_row(order_id="UNCONFIRMED", open_qty=0, released_qty=10),
        ),
        history={"shipments": frame_of(Shipment, *shipments), **told},
    )
    database = show_version(version)
    (week,) = ask_figures(database, AS_OF, tmp_path / "scratch")["promises"]
    assert week["week_on"] == day(-7), "the Monday before; what is told for days to come is not over"
    assert (week["kept"], week["moved"], week["missed"], week["unconfirmed"]) == (2, 1, 3, 1)
    rows = ask_analysts(database, "FROM promise_history WHERE source = 'told' ORDER BY order_id")
    judged = [row["is_kept"] for row in rows if row["eta_on"] == day(-2)]
    assert (judged.count(True), judged.count(False)) == (2, 4), "what the view says"


def test_stock_moves_as_the_reconciliation_says(sample: Workspace, tmp_path: Path) -> None:
    database = sample.published / "current" / FILE_NAME
    moves = ask_figures(database, AsOf(day(2)), tmp_path)["moves"]
    reconciled = ask_analysts(database, "FROM reconciliation WHERE business_date = DATE '2026-03-04'")
    rows = [
        (*(row[name] for name in list(moves[0])[:6]), row["counted_qty"] + row["gap_qty"], row["closing_qty"])
        for row in reconciled
    ]
    billed = ask_analysts(database, "FROM billing")
    assert len(rows) == 4
    assert sorted(tuple(row.values()) for row in moves) == sorted(rows)
    month = ask_figures(database, AsOf(day(2)), tmp_path)["month"]
    assert [row["client_id"] for row in month] == ["torquebarn", "fennelworth", "larkmoor"]
    for row in month:
        of_client = [bill for bill in billed if bill["client_id"] == row["client_id"]]
        for name in ("receipts", "received_qty", "shipped_qty", "parcels"):
            assert row[name] == sum(bill[name] for bill in of_client), (row["client_id"], name)


def test_the_largest_differences_of_counts_stand_on_the_page(
    show_version: ShowVersion, tmp_path: Path
) -> None:
    plain: Row = {"ledger": "stock", "cause": "counted", "warehouse_id": "W1", "to_account": "FREE"}
    found = [
        plain | {"sku": f"S{qty:02}", "qty": qty, "from_account": "ADJUSTED", "seq": qty}
        for qty in range(1, 13)
    ]
    figures = ask(show_version, tmp_path, history={"movements": frame_of(Movement, *found)})
    assert [row["difference_qty"] for row in figures["differences"]] == list(range(12, 2, -1))


def test_goods_are_expected_by_week_or_overdue(show_version: ShowVersion, tmp_path: Path) -> None:
    rows = [
        {"asn_id": "A", "expected_on": day(-1), "remaining_qty": 5, "status": "overdue"},
        {"asn_id": "B", "expected_on": day(1), "remaining_qty": 25, "status": "expected"},
        {"asn_id": "C", "expected_on": day(2), "remaining_qty": 0, "status": "received"},
    ]
    tables = {"inbound_lines": frame_of(InboundLine, *rows), "items": frame_of(Item, {"decimals": 1})}
    figures = ask(
        show_version,
        tmp_path,
        books=lines(line_row(), **tables),
        pegs=frame_of(Peg, {"order_id": "O1", "asn_id": "B", "pegged_qty": 10}),
    )
    told = [
        (row["week_on"], row["announced_lines"], int(row["expected_units"])) for row in figures["inbound"]
    ]
    assert told == [(None, 1, 500_000), (NIGHT, 1, 2_500_000)]
    assert [int(row["promised_units"]) for row in figures["inbound"]] == [0, 1_000_000]


def test_each_night_says_how_many_lines_were_open(show_version: ShowVersion, tmp_path: Path) -> None:
    nights = frame_of(Night, *(night_row(day(days), version=days + 2) for days in (-1, 0)))
    stood = [
        {"business_date": day(-1), "order_id": "O1", "open_qty": 5, "reason_code": "no_stock"},
        {"business_date": day(-1), "order_id": "O2", "open_qty": 5, "reason_code": "not_due"},
        {"business_date": day(-1), "order_id": "O3", "open_qty": 0},
        {"order_id": "O1", "open_qty": 5, "reason_code": "no_stock"},
    ]
    figures = ask(show_version, tmp_path, nights=nights, history={"line_nights": frame_of(LineNight, *stood)})
    assert [(row["waiting_lines"], row["early_lines"]) for row in figures["trend"]] == [(1, 1), (1, 0)]


def test_the_page_has_the_same_bytes_each_time(show_version: ShowVersion, tmp_path: Path) -> None:
    database = show_version()
    pages = {
        render_report(database, AsOf(NIGHT), ["acme"], tmp_path / folder).content for folder in ("a", "b")
    }
    assert len(pages) == 1
    assert b"Monday 2 March 2026" in pages.pop()
