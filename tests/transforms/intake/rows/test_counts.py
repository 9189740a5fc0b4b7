"""Tests of counts: the feed is refused until it says what its figures mean, and when."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from schemas.vocabulary.words import Feed
from tests.transforms.intake.door import HASH, client_of, read

if TYPE_CHECKING:
    from tests.transforms.intake.door import Row
    from transforms.intake.file_form import FileForm

STATED: dict[str, Any] = {"count_basis": "physical", "count_scope": "rows"}
ROW = {"sku": "A", "qty": "7"}


def count(row: Row | None = None, name: str = "stock.csv", **settings: Any) -> FileForm:  # noqa: ANN401 -- settings of the feed
    """The form of a stock file of one row."""
    client = client_of("stock", client_time_zone="Europe/London", **settings)
    return read(row or ROW, feed=Feed.STOCK, client=client, file_name=name)


def instant(form: FileForm) -> datetime:
    """When the one row was counted."""
    counted_at = form.rows.stock["counted_at"].item()
    assert isinstance(counted_at, datetime)
    return counted_at


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({}, 'count_basis = "physical"; count_scope = "rows"; counted_at'),
        ({"count_basis": "physical", "counted_at_time": "18:00"}, "count_scope"),
        ({"count_scope": "rows", "counted_at_time": "18:00"}, "count_basis"),
        (STATED, "counted_at"),
        ({**STATED, "counted_at_pattern": "stock_%Y%m%d"}, "names a day only"),
        ({**STATED, "counted_at_time": "18:00", "status_means": "judged"}, "status (a column)"),
    ],
)
def test_a_count_that_does_not_say_what_it_means_is_refused(settings: dict[str, Any], named: str) -> None:
    form = count(**settings)
    assert form.refusal is not None
    assert form.refusal.code == "feed_not_stated"
    assert named in form.refusal.detail
    assert (form.rows_read, form.rows.stock.height) == (0, 0)


def test_the_instant_is_the_rows_own() -> None:
    form = count({**ROW, "counted_at": "2025-07-01 06:00"}, **STATED)
    assert instant(form) == datetime(2025, 7, 1, 5, tzinfo=UTC)
    assert form.rows.stock["effective_at"].item() == instant(form)


def test_a_row_without_an_instant_is_rejected_where_only_rows_have_one() -> None:
    form = count({**ROW, "counted_at": ""}, **STATED)
    assert form.rejected.drop("client_id", "feed", "file_hash", "origin_hash", "origin_row").rows() == [
        (1, "counted_at", "missing")
    ]


def test_a_day_in_a_row_gets_the_stated_time() -> None:
    form = count({**ROW, "counted_at": "2025-07-01"}, counted_at_time="06:00", **STATED)
    assert instant(form) == datetime(2025, 7, 1, 5, tzinfo=UTC)


def test_the_instant_stands_in_the_file_name() -> None:
    form = count(name="stock_20250701T0600.csv", counted_at_pattern="stock_%Y%m%dT%H%M", **STATED)
    assert instant(form) == datetime(2025, 7, 1, 5, tzinfo=UTC)


@pytest.mark.parametrize("ending", ["csv", "csv.xlsx", "xls.xlsx", "json.csv"])
def test_the_name_of_a_quarantine_file_says_the_instant_too(ending: str) -> None:
    name = f"stock_20250701T0600.{ending}"
    form = count(name=name, counted_at_pattern="stock_%Y%m%dT%H%M", **STATED)
    assert form.refusal is None


def test_the_day_stands_in_the_file_name_and_the_time_in_the_clients_file() -> None:
    form = count(name="stock_20250701", counted_at_pattern="stock_%Y%m%d", counted_at_time="06:00", **STATED)
    assert instant(form) == datetime(2025, 7, 1, 5, tzinfo=UTC)


def test_a_name_of_another_pattern_is_refused() -> None:
    form = count(name="count.csv", counted_at_pattern="stock_%Y%m%dT%H%M", **STATED)
    assert form.refusal is not None
    assert form.refusal.code == "not_matched"
    assert "which says when it was counted, such as " in form.refusal.detail


def test_under_another_name_a_file_comes_back_only_if_each_of_its_rows_brings_its_instant() -> None:
    told = {**ROW, "bo_file": HASH, "bo_row": "1", "bo_counted_at": "2025-07-01T05:00:00Z"}
    pattern = "stock_%Y%m%dT%H%M"
    form = count(told, name="corrected.csv", counted_at_pattern=pattern, **STATED)
    assert instant(form) == datetime(2025, 7, 1, 5, tzinfo=UTC)
    client = client_of("stock", counted_at_pattern=pattern, **STATED)
    added = read(told, {**ROW, "sku": "KG"}, feed=Feed.STOCK, client=client, file_name="corrected.csv")
    assert added.refusal is not None
    assert added.refusal.code == "not_matched"


def test_a_time_of_day_is_that_of_the_business_date() -> None:
    assert instant(count(counted_at_time="18:00", **STATED)) == datetime(2026, 3, 2, 18, tzinfo=UTC)


def test_a_row_without_bin_and_lot_stands_at_the_dock() -> None:
    row = count(counted_at_time="18:00", **STATED).rows.stock.row(0, named=True)
    assert (row["warehouse_id"], row["bin_id"], row["lot_id"], row["status"]) == (
        "W1",
        "DOCK",
        "",
        "available",
    )


def test_a_count_of_the_morning_after_the_night_is_taken() -> None:
    form = count({**ROW, "counted_at": "2026-03-03T23:59"}, **STATED)
    assert instant(form) == datetime(2026, 3, 3, 23, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    "form",
    [
        count({**ROW, "counted_at": "2027-03-02T06:00"}, **STATED),
        count(name="stock_20270302", counted_at_pattern="stock_%Y%m%d", counted_at_time="06:00", **STATED),
    ],
)
def test_a_count_ahead_of_its_night_is_rejected_since_it_would_swallow_every_fact_until_then(
    form: FileForm,
) -> None:
    assert form.rejected.drop("client_id", "feed", "file_hash", "origin_hash", "origin_row").rows() == [
        (1, "counted_at", "out_of_range")
    ]
