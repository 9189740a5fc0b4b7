"""Marks between groups of three digits: read where they are stated and group truly."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.settings.client import FeedSettings
from schemas.vocabulary.codes import ReasonCode
from tests.transforms.intake.door import ORDER, client_of, read, reasons
from transforms.intake.rows.raw_rows import lost_cell
from transforms.intake.values.readings import without_thousands


@pytest.mark.parametrize(
    ("mark", "decimal", "written", "read"),
    [
        (",", ".", "1,234", "1234"), (",", ".", "-12,345,678.5", "-12345678.5"), (",", ".", "1,23", "1,23"),
        (",", ".", "1,2345", "1,2345"), (",", ".", "1234", "1234"), (",", ".", "1,234,56", "1,234,56"),
        (".", ",", "1.234,5", "1234,5"), (".", ",", "1.5", "1.5"), ("'", ".", "1\u2019234", "1234"),
        (" ", ",", "1\u202f234", "1234"), (" ", ",", "1\u00a0234,50", "1234,50"), (" ", ",", "1 2", "1 2"),
    ],
)  # fmt: skip
def test_only_groups_of_three_are_joined(mark: str, decimal: str, written: str, read: str) -> None:
    joined = pl.select(without_thousands(pl.lit(written), mark, decimal)).item()
    assert joined == read


def test_one_mark_cannot_mean_two_things() -> None:
    with pytest.raises(ValueError, match="thousands_mark and decimal_mark"):
        FeedSettings(thousands_mark=".")


def test_quantities_and_prices_of_a_feed_are_read_with_their_mark() -> None:
    client = client_of(thousands_mark=".", decimal_mark=",")
    form = read(ORDER | {"qty": "1.200", "unit_price": "1.234,50"}, ORDER | {"qty": "1.20"}, client=client)
    rows = form.rows.orders
    assert rows.select("qty", "sent_qty").row(0) == (1_200, "1.200")
    assert str(rows["unit_price"].item()) == "1234.5000"
    assert reasons(form) == [(2, "qty", "not_a_number")]


def test_a_cell_that_has_lost_what_it_meant_rejects_its_row_where_it_is_read() -> None:
    lost = lost_cell(ReasonCode.LOST_DIGITS, "4.5E+15")
    form = read(ORDER | {"order_id": lost}, ORDER | {"order_id": "O2", "ours": lost})
    assert reasons(form) == [(1, "order_id", "lost_digits")]
    mapped = client_of(columns={"order_note": "UPPER(ours)"})
    told = read(ORDER | {"ours": lost}, client=mapped)
    assert reasons(told) == [(1, "order_note", "lost_digits")]


def test_files_that_differ_in_what_was_lost_are_two() -> None:
    lost = [read(ORDER | {"ours": cell}).cells_hash for cell in (None, lost_cell(ReasonCode.LOST_DIGITS))]
    assert lost[0] != lost[1]
