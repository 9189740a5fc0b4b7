"""Tests of the tables of the analyst database."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from schemas.books.inbound import PostedReceipt
from schemas.books.journal import Movement
from schemas.books.orders import Shipment
from schemas.books.people import ShipTo
from schemas.books.stock import StockBalance, StockLot
from schemas.intake.verdicts import FileOutcome, RejectedRow
from schemas.night import Books
from schemas.outputs.analyst import ANALYST_TABLES, Night, VersionTables
from schemas.results import Allocation, Decision, LineNight, Message, MessageLine
from tests.frames import NIGHT, frame_of
from tests.transforms.reports.analyst_world import AS_OF, CLIENTS, night_row, version_of
from transforms.reports.analyst import build_analyst_tables

LONG_AGO = NIGHT - timedelta(days=90)
TOLD = {"kind": "on_back_order"}


def tables(version: VersionTables) -> dict[str, pl.DataFrame]:
    """The analyst tables, read."""
    return build_analyst_tables(version, as_of=AS_OF, clients=CLIENTS, analyst_days=90)


def table(name: str, **parts: Any) -> pl.DataFrame:  # noqa: ANN401 -- fields of a version, of several types
    """One of the analyst tables of a version."""
    return tables(version_of(**parts))[name]


def test_every_table_is_made_with_the_columns_of_its_contract() -> None:
    made = tables(version_of())
    assert {name: rows.schema for name, rows in made.items()} == {
        name: table.contract.dtypes() for name, table in ANALYST_TABLES.items()
    }


def test_no_table_shows_a_person() -> None:
    personal = set(ShipTo.names()) - {"client_id", "order_id", "ship_to_country"}
    shown = {column for table in ANALYST_TABLES.values() for column in table.contract.names()}
    assert shown & personal == set()


def test_the_accounts_of_a_bin_stand_side_by_side() -> None:
    balances = frame_of(
        StockBalance,
        {"lot_id": "L1", "account": "FREE", "qty": 7},
        {"lot_id": "L1", "account": "HOLD", "hold_reason": "qc", "qty": 2},
        {"lot_id": "L1", "account": "HOLD", "hold_reason": "damaged", "qty": 1},
        {"lot_id": "L1", "account": "RELEASED", "qty": 5},
    )
    lots = frame_of(StockLot, {"lot_id": "L1", "expiry_on": date(2026, 6, 1)})
    stock = table("stock", books=Books.of({"stock_balances": balances, "stock_lots": lots}))
    assert stock.height == 1
    row = stock.row(0, named=True)
    assert (row["on_hand_qty"], row["hold_qty"], row["released_qty"], row["available_qty"]) == (15, 3, 5, 7)
    assert (row["hold_reasons"], row["expiry_on"]) == ("damaged|qc", date(2026, 6, 1))


def test_no_lot_is_null_and_a_bin_without_units_is_left_out() -> None:
    balances = frame_of(StockBalance, {"qty": 4}, {"bin_id": "B2", "qty": 0})
    stock = table("stock", books=Books.of({"stock_balances": balances}))
    assert stock.select("bin_id", "lot_id", "hold_reasons", "expiry_on").rows() == [("B1", None, None, None)]


@pytest.mark.parametrize("name", ["allocations", "shipments", "receipts"])
def test_no_lot_is_null_in_histories(name: str) -> None:
    rows = {
        "allocations": frame_of(Allocation, {"order_id": "O1", "allocated_qty": 1, "lot_id": ""}),
        "shipments": frame_of(Shipment, {"order_id": "O1", "shipped_qty": 1}),
        "receipts": frame_of(PostedReceipt, {"receipt_id": "R1", "received_qty": 1}),
    }
    assert table(name, history=rows)["lot_id"].to_list() == [None]


def test_movements_show_null_where_a_key_does_not_apply() -> None:
    movement = {
        "ledger": "line",
        "order_id": "O1",
        "from_account": "ORDERED",
        "to_account": "OPEN",
        "qty": 3,
        "cause": "ordered",
        "warehouse_id": "",
        "bin_id": "",
        "row_no": 0,
        "file_hash": "",
    }
    rows = table("movements", history={"movements": frame_of(Movement, movement)})
    assert (
        rows.select(
            "warehouse_id", "lot_id", "bin_id", "hold_reason", "effect_id", "file_hash", "row_no"
        ).row(0)
        == (None,) * 7
    )
    assert rows.select("order_id", "line_no", "qty").row(0) == ("O1", 1, 3)


def test_histories_cover_the_analyst_days_and_no_more() -> None:
    days = [LONG_AGO, LONG_AGO + timedelta(days=1), NIGHT]
    history = {
        "movements": frame_of(
            Movement,
            *(
                {
                    "business_date": day,
                    "ledger": "stock",
                    "from_account": "SUPPLIER",
                    "to_account": "FREE",
                    "qty": 1,
                    "cause": "received",
                }
                for day in days
            ),
        ),
        "allocations": frame_of(Allocation, *({"business_date": day, "allocated_qty": 1} for day in days)),
    }
    made = tables(version_of(history=history))
    assert made["movements"]["business_date"].to_list() == days[1:]
    assert made["allocations"]["business_date"].to_list() == days[1:]


def test_nights_cover_the_analyst_days() -> None:
    nights = frame_of(Night, night_row(LONG_AGO), night_row(NIGHT, version=2))
    assert table("nights", nights=nights)["version"].to_list() == [2]


def test_line_nights_are_those_after_the_last_run_of_the_date() -> None:
    history = {
        "line_nights": frame_of(
            LineNight,
            {"order_id": "SHIPPED", "run_no": 1},
            {"order_id": "WAITS", "run_no": 1},
            {"order_id": "WAITS", "run_no": 2},
        )
    }
    nights = frame_of(Night, night_row(), night_row(run_no=2, version=2))
    rows = table("line_nights", history=history, nights=nights)
    assert rows.select("order_id", "run_no").rows() == [("WAITS", 2)]


def test_a_run_after_which_nothing_waits_is_the_last_run_too() -> None:
    history = {"line_nights": frame_of(LineNight, {"order_id": "SHIPPED", "run_no": 1})}
    nights = frame_of(Night, night_row(), night_row(run_no=2, version=2))
    assert table("line_nights", history=history, nights=nights).is_empty()


def test_a_run_that_held_a_client_was_none_for_it() -> None:
    history = {"line_nights": frame_of(LineNight, {"order_id": "WAITS", "run_no": 1})}
    held = night_row(run_no=2, version=2, clients_held=2, held_clients="acme|zeta")
    rows = table("line_nights", history=history, nights=frame_of(Night, night_row(), held))
    assert rows["run_no"].to_list() == [1]


def test_what_a_night_decided_is_shown_with_its_date_after_the_last_run_of_a_client() -> None:
    rows = [("acme", 1, "BEFORE"), ("acme", 2, "TUESDAY"), ("acme", 3, "AGAIN"), ("zeta", 2, "NOT HELD")]
    decisions = frame_of(
        Decision,
        *(
            {"client_id": client_id, "order_id": order_id, "qty": 1, "reason_code": "no_stock"}
            for client_id, _, order_id in rows
        ),
    )
    decided = {"decisions": decisions.with_columns(version=pl.Series([version for _, version, _ in rows]))}
    nights = frame_of(
        Night,
        night_row(LONG_AGO),
        night_row(version=2),
        night_row(run_no=2, version=3, clients_held=1, held_clients="zeta"),
    )
    made = table("decision_nights", decided=decided, nights=nights)
    shown = made.select("client_id", "order_id", "business_date", "run_no").sort("client_id")
    assert shown.rows() == [("acme", "AGAIN", NIGHT, 2), ("zeta", "NOT HELD", NIGHT, 1)]


def test_a_rejected_row_shows_the_first_name_of_its_file() -> None:
    loaded = {"verdict": "loaded", "rows_read": 2, "rows_rejected": 2}
    history = {
        "files": frame_of(
            FileOutcome,
            loaded | {"file_name": "monday.csv"},
            loaded | {"file_name": "again.csv", "verdict": "duplicate"},
            loaded | {"file_name": "a_day_later.csv", "business_date": NIGHT + timedelta(days=1)},
        ),
        "rejected_rows": frame_of(
            RejectedRow,
            {"row_no": 1, "column": "qty", "reason_code": "not_a_number"},
            {"row_no": 2, "reason_code": "column_count"},
        ),
    }
    rows = table("rejected_rows", history=history).sort("row_no")
    assert rows.select("file_name", "row_no", "column", "reason_code").rows() == [
        ("monday.csv", 1, "qty", "not_a_number"),
        ("monday.csv", 2, None, "column_count"),
    ]


def test_a_held_count_dropped_again_is_listed_once_under_each_of_its_names() -> None:
    loaded = {"feed": "stock", "verdict": "loaded", "rows_read": 2, "rows_rejected": 2}
    later = {"business_date": NIGHT + timedelta(days=1)}
    rows = [{"feed": "stock", "row_no": number, "reason_code": "count_held"} for number in (1, 2)]
    history = {
        "files": frame_of(
            FileOutcome,
            loaded | {"file_name": "monday.csv"},
            loaded | {"file_name": "tuesday.csv"} | later,
            loaded | {"file_name": "taken.csv", "rows_rejected": 0} | later,
        ),
        "rejected_rows": frame_of(RejectedRow, *rows, *rows),
    }
    listed = table("rejected_rows", history=history).select("file_name", "row_no")
    assert sorted(listed.rows()) == [
        (f"{day}.csv", number) for day in ("monday", "tuesday") for number in (1, 2)
    ]


def test_rejected_rows_of_files_that_are_no_longer_shown_are_not_shown() -> None:
    old = {"verdict": "loaded", "file_name": "old.csv", "business_date": LONG_AGO}
    history = {
        "files": frame_of(FileOutcome, old),
        "rejected_rows": frame_of(RejectedRow, {"reason_code": "missing"}),
    }
    assert table("rejected_rows", history=history).is_empty()


def test_every_word_of_every_vocabulary_has_a_meaning() -> None:
    words = table("words")
    row = words.filter(vocabulary="DecisionCode", word="rank")
    assert row["meaning"].to_list() == ["orders ahead of it took the units"]
    assert words.filter(pl.col("meaning") == "").is_empty()
    assert words.select("vocabulary", "word").is_duplicated().sum() == 0


def test_the_order_of_the_rows_given_changes_nothing() -> None:
    balances = frame_of(StockBalance, *({"bin_id": f"B{number}", "qty": 1} for number in range(20)))
    forth = table("stock", books=Books.of({"stock_balances": balances}))
    back = table("stock", books=Books.of({"stock_balances": balances.reverse()}))
    assert_frame_equal(forth, back, check_row_order=False)


def test_lines_of_messages_are_shown_with_the_night_of_their_message() -> None:
    history = {
        "messages": frame_of(
            Message,
            {"message_id": "M1", "run_no": 2, **TOLD},
            {"message_id": "M0", "business_date": LONG_AGO, **TOLD},
        ),
        "message_lines": frame_of(MessageLine, {"message_id": "M1", **TOLD}, {"message_id": "M0", **TOLD}),
    }
    rows = table("notice_lines", history=history)
    assert rows.select("message_id", "business_date", "run_no").rows() == [("M1", NIGHT, 2)]
