"""Which warehouses were counted, and which lines wait until one is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.books.orders import OrderLine, PendingRow
from schemas.books.stock import FirstCount
from schemas.intake.verdicts import FileOutcome, RejectedRow, RowKey, RowOutcome
from schemas.night import AsOf, Books, NightInputs
from schemas.settings.client import Client, Feeds, StockFeed
from schemas.table import empty
from tests.frames import NIGHT, frame_of
from tests.nights import order, receipt, run_night
from tests.transforms.posting.nights import ACME, WAREHOUSES, rows_of
from transforms.first_counts import note_empty_counts, note_first_counts, with_awaited, with_last_counted

if TYPE_CHECKING:
    from schemas.night import NightPlan

COUNTING = Feeds(stock=StockFeed(count_basis="physical", count_scope="rows"))
SENDS = ACME.model_copy(update={"feeds": COUNTING, "warehouses": ("W1", "W2")})
FILE = {"feed": "stock", "verdict": "loaded", "file_hash": "s1"}


def counted(*warehouses: str, on: date | None = NIGHT) -> Books:
    """Books that know first counts of these warehouses."""
    rows = [{"warehouse_id": name, "counted_on": on} for name in warehouses]
    return Books.of({"first_counts": frame_of(FirstCount, *rows)})


def awaited(books: Books, *lists: str, client: Client = SENDS) -> list[str | None]:
    """What lines of these warehouses wait for."""
    lines = frame_of(OrderLine, *({"warehouse_ids": listed} for listed in lists))
    return with_awaited(lines, books.first_counts, {"acme": client})["awaits_count"].to_list()


def night_of(*files: dict[str, Any], client: Client = SENDS, **tables: Any) -> NightInputs:  # noqa: ANN401 -- fields
    """A night that took these count files."""
    usual = NightInputs(
        as_of=AsOf(NIGHT),
        clients={"acme": client},
        warehouses=WAREHOUSES,
        books=Books.blank(),
        rows=rows_of(),
        row_keys=empty(RowKey),
        pending_rows=empty(PendingRow),
        files=frame_of(FileOutcome, *(FILE | file for file in files)),
        outcomes=empty(RowOutcome),
        rejected_rows=empty(RejectedRow),
    )
    return replace(usual, **tables)


def test_a_line_waits_for_each_of_its_warehouses_in_its_order() -> None:
    lists = ("W2|W1", "W1", "W2|W1", "W2")
    assert awaited(Books.blank(), *lists) == ["W2|W1", "W1", "W2|W1", "W2"]
    assert awaited(counted("W1"), *lists) == ["W2", None, "W2", "W2"]
    assert awaited(counted("W1", "W2", on=None), *lists) == [None] * 4


def test_a_line_of_a_client_without_counts_waits_for_none() -> None:
    assert awaited(Books.blank(), "W1", client=ACME) == [None]
    assert awaited(Books.blank(), "W1", client=SENDS.model_copy(update={"feeds": Feeds()})) == [None]


def test_a_warehouse_that_the_client_no_longer_names_is_awaited_by_nobody() -> None:
    assert awaited(Books.blank(), "W1|W9", "W9") == ["W1", None]


@pytest.mark.parametrize(
    ("said", "sends"),
    [({}, False), ({"count_scope": "rows"}, True), ({"columns": {"sku": "Article"}}, True)],
)
def test_a_client_sends_counts_where_its_section_says_anything(said: dict[str, Any], *, sends: bool) -> None:
    client = Client(client_id="a", name="A", warehouses=("W1",), feeds=Feeds(stock=StockFeed(**said)))
    assert client.sends_counts is sends


def test_the_first_count_of_a_warehouse_is_noted_once() -> None:
    later = AsOf(date(2026, 3, 9))
    seen = pl.DataFrame({"client_id": ["acme"] * 3, "warehouse_id": ["W2", "W1", "W2"]})
    books = note_first_counts(counted("W1"), seen, as_of=later)
    assert books.first_counts.rows() == [("acme", "W1", NIGHT), ("acme", "W2", later.business_date)]
    assert note_first_counts(books, seen, as_of=later) is books


def test_an_empty_count_speaks_of_all_warehouses_of_its_client() -> None:
    noted = note_empty_counts(night_of({}))
    assert noted.first_counts.rows() == [("acme", "W1", NIGHT), ("acme", "W2", NIGHT)]


@pytest.mark.parametrize("file", [{"verdict": "refused"}, {"verdict": "held"}, {"feed": "orders"}])
def test_a_file_that_is_no_count_that_was_loaded_says_nothing(file: dict[str, str]) -> None:
    assert note_empty_counts(night_of(file)).first_counts.is_empty()


def test_a_file_with_rows_is_no_empty_count_whatever_becomes_of_them() -> None:
    rejected = frame_of(RejectedRow, {"feed": "stock", "file_hash": "s1"})
    assert note_empty_counts(night_of({}, rejected_rows=rejected)).first_counts.is_empty()
    rows = rows_of(stock=[{"sku": "A", "qty": 1, "file_hash": "s1"}])
    assert note_empty_counts(night_of({}, rows=rows)).first_counts.is_empty()
    of_another = rows_of(stock=[{"sku": "A", "qty": 1, "file_hash": "s2"}])
    assert not note_empty_counts(night_of({}, rows=of_another)).first_counts.is_empty()


def test_a_line_knows_the_last_of_its_first_counts() -> None:
    known = pl.concat([counted("W1").first_counts, counted("W2", on=date(2026, 3, 4)).first_counts]).pipe(
        FirstCount.validate
    )
    lines = frame_of(OrderLine, {"warehouse_ids": "W1|W2"}, {"warehouse_ids": "W1"}, {"warehouse_ids": "W3"})
    found = with_last_counted(lines, known, {"acme": SENDS})["last_counted_on"].to_list()
    assert found == [date(2026, 3, 4), NIGHT, None]


def codes(plan: NightPlan) -> list[tuple[str, str, str]]:
    """What a night finds: code, subject, detail."""
    return plan.findings.select("code", "subject", "detail").rows()


def test_what_waits_for_a_count_is_one_task_a_warehouse_however_many_lines_wait() -> None:
    orders = [order(f"o{number}", 3) | {"warehouse_ids": "W1"} for number in range(5)]
    first = run_night(
        None, 0, SENDS, orders=[*orders, {**orders[0], "line_no": 2}], receipts=[receipt("g", 2)]
    )
    assert codes(first) == [
        (
            "stock_not_counted",
            "W1",
            (
                "no count came to ./inbound/acme/stock yet; 6 lines of 5 orders waiting, "
                "the first since 2026-03-02"
            ),
        )
    ]
    assert first.messages.is_empty()
    assert set(first.decisions["reason_code"]) == {"rank", "not_counted"}


def test_a_client_all_of_whose_lines_are_served_waits_for_nothing() -> None:
    served = run_night(None, 0, SENDS, orders=[order("o1", 3)], receipts=[receipt("g", 3)])
    assert codes(served) == []


def test_a_line_that_is_past_its_date_is_told_of_once_it_is_counted_that_goods_would_come_too_late() -> None:
    late = order("o1", 3) | {"cancel_after": date(2026, 3, 3)}
    asns = [{"asn_id": "s", "line_no": 1, "sku": "A", "qty": 9, "expected_on": date(2026, 3, 6)}]
    first = run_night(None, 0, SENDS, orders=[late], asns=asns)
    assert [code for code, *_ in codes(first)] == ["stock_not_counted"] * 2
    counts = [{"sku": "B", "qty": 0, "warehouse_id": name} for name in ("W1", "W2")]
    second = run_night(first, 1, SENDS, stock=counts)
    assert [code for code, *_ in codes(second)] == ["past_cancel_date"]
