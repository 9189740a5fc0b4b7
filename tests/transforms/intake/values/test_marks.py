"""A number that may be a thousand or a thousandth is read only where something says which."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.settings.client import Client, FeedSettings
from tests.transforms.intake.door import CATALOGUE, ORDER, SOURCE, client_of, raw_of, read, reasons
from transforms.intake.rows.form import read_form
from transforms.intake.rows.raw_rows import POINT, TYPED_NUMBER
from transforms.intake.values.marks import are_doubtful

AMBIGUOUS = "ambiguous_number"


def doubtful(*texts: str | None, typed: tuple[str, ...] = ()) -> list[str | None]:
    """Those of a column's texts that may be read in two ways."""
    cells = pl.Series([*texts, *typed], dtype=pl.String)
    is_typed = pl.Series([False] * len(texts) + [True] * len(typed), dtype=pl.Boolean)
    return cells.filter(are_doubtful(cells, is_typed)).to_list()


@pytest.mark.parametrize("text", ["1.000", "12.500", "999.999", "1,000", "-1.250", "+1.250"])
def test_one_group_of_three_digits_behind_a_mark_may_be_either(text: str) -> None:
    assert doubtful(text, "7", None, "many") == [text]


@pytest.mark.parametrize(
    "text",
    ["1000", "1.00", "1.0000", "0.500", ".500", "00.500", "1234.500", "1.000.000", "1.000,5", "1.", "1 000"],
)
def test_nothing_else_may(text: str) -> None:
    assert doubtful(text) == []


@pytest.mark.parametrize(
    "other", ["2.5", "2.50", "2.1250", "0.125", ".125", "1234.500", "1,000.5", "1,000,000", "-2.5"]
)
def test_another_number_of_the_column_says_that_a_point_is_before_the_fraction(other: str) -> None:
    assert doubtful("1.000", other) == []


@pytest.mark.parametrize("other", ["2,5", "0,125", "1.000,5", "1.000.000", "1.200", "7", "2."])
def test_another_number_that_says_the_opposite_or_nothing_helps_nobody(other: str) -> None:
    assert "1.000" in doubtful("1.000", other)


def test_where_the_column_contradicts_itself_nothing_is_decided() -> None:
    assert doubtful("1.000", "2.5", "2,5") == ["1.000"]


def test_fields_between_commas_say_that_a_point_is_before_the_fraction_and_nothing_of_a_comma() -> None:
    cells, text = pl.Series(["12.000", "1,000", "7"]), pl.Series([False] * 3)
    assert cells.filter(are_doubtful(cells, text, is_point=True)).to_list() == ["1,000"]
    against = pl.Series(["12.000", "2,5", "7"])
    assert against.filter(are_doubtful(against, text, is_point=True)).to_list() == ["12.000"]


def test_what_was_a_number_in_its_file_is_sure_and_says_nothing_of_texts() -> None:
    assert doubtful("1.000", typed=("1.125", "2.5")) == ["1.000"]


@pytest.mark.parametrize(
    ("stated", "qty"),
    [
        ({"decimal_mark": "."}, 1),
        ({"thousands_mark": ","}, 1),
        ({"decimal_mark": ",", "thousands_mark": "."}, 1000),
    ],
)
def test_what_the_client_file_says_holds(stated: dict[str, str], qty: int) -> None:
    form = read(ORDER | {"qty": "1.000"}, client=client_of(**stated))
    assert form.rows.orders["qty"].to_list() == [qty]


def test_nothing_stated_rejects_quantities_prices_and_numbers_of_lines() -> None:
    form = read(
        ORDER | {"qty": "1.000"},
        ORDER | {"unit_price": "1,250"},
        ORDER | {"line_no": "2.000"},
        ORDER | {"order_note": "1.000"},
    )
    assert reasons(form) == [(1, "qty", AMBIGUOUS), (2, "unit_price", AMBIGUOUS), (3, "line_no", AMBIGUOUS)]
    assert FeedSettings().says_marks is False


def mapped(expression: str) -> Client:
    """A client whose quantity is computed."""
    return client_of(columns={"qty": expression})


def test_a_typed_number_is_taken_and_shown_as_it_is() -> None:
    typed = ORDER | {"sku": "KG", "theirs": f"{TYPED_NUMBER}1.125", "also": "1.125"}
    form = read(typed, client=mapped("theirs"))
    assert form.rows.orders.select("qty", "sent_qty").rows() == [(1125, "1.125")]
    for expression in ("also", "COALESCE(theirs, also)"):
        assert reasons(read(typed, client=mapped(expression))) == [(1, "qty", AMBIGUOUS)]
    only_typed = read(typed | {"also": None}, client=mapped("COALESCE(theirs, also)"))
    assert only_typed.rejected.is_empty()


def test_what_an_expression_computes_is_a_number() -> None:
    form = read(ORDER | {"theirs": "1.000"}, client=mapped("CAST(theirs AS DOUBLE)"))
    assert form.rows.orders["qty"].to_list() == [1]


@pytest.mark.parametrize(
    ("other", "read_as"), [("12.50", 1), ("a, b", 1), ("1,234", 1), ("12,50", None), ("1.200,5", None)]
)
def test_between_commas_a_point_is_believed_unless_a_cell_of_the_file_has_a_comma_before_its_fraction(
    other: str, read_as: int | None
) -> None:
    raw = raw_of([ORDER | {"qty": "1.000", "theirs": other}]).with_columns(pl.lit(value=True).alias(POINT))
    form = read_form(raw, source=SOURCE, client=client_of(), catalogue=CATALOGUE)
    assert form.rows.orders["qty"].to_list() == ([] if read_as is None else [read_as])
    assert form.rejected["reason_code"].to_list() == ([AMBIGUOUS] if read_as is None else [])
