"""Tests of the parent of every contract."""

from __future__ import annotations

import pandera.polars as pa
import polars as pl
import pytest
from pandera.errors import SchemaError
from polars.testing import assert_frame_equal

from schemas.table import Table, Utc, conform, empty, repeated


class Seal(Table):
    """A table with a rule that cannot be asked of all columns at once."""

    seal_id: str = pa.Field(str_length=4)


class Crate(Table, key=("crate_id", "packed_at")):
    """A table of the tests."""

    crate_id: str
    qty: int = pa.Field(ge=0)
    packed_at: Utc = pa.Field(nullable=True)


DTYPES = pl.Schema([("crate_id", pl.String()), ("qty", pl.Int64()), ("packed_at", pl.Datetime("us", "UTC"))])


class Sealed(Crate):
    """A crate whose key is its parent's."""

    seal_id: str


def test_a_key_is_handed_on() -> None:
    assert Crate.key() == Sealed.key() == ["crate_id", "packed_at"]
    assert Seal.key() == []


def test_rows_that_share_a_key_are_seen_and_null_is_a_value_of_it() -> None:
    crates = pl.DataFrame(
        {"crate_id": ["C1", "C2", "C1"], "qty": [1, 2, 3], "packed_at": None}, schema=DTYPES
    )
    assert repeated(crates, Crate)["qty"].to_list() == [1, 3]
    assert repeated(crates.head(2), Crate).is_empty()


def test_rows_of_a_table_without_a_key_may_be_equal() -> None:
    assert repeated(pl.DataFrame({"seal_id": ["S001", "S001"]}), Seal).is_empty()


def test_columns_stand_in_the_order_of_declaration() -> None:
    assert Crate.names() == ["crate_id", "qty", "packed_at"]
    assert Crate.dtypes() == DTYPES


def test_an_empty_table_has_its_columns() -> None:
    assert_frame_equal(empty(Crate), pl.DataFrame(schema=DTYPES))


def test_a_frame_takes_the_columns_of_its_contract_in_their_order() -> None:
    crates = pl.DataFrame({"colour": ["red"], "qty": [3], "crate_id": ["C1"]})
    expected = pl.DataFrame({"crate_id": ["C1"], "qty": [3], "packed_at": [None]}, schema=DTYPES)
    assert_frame_equal(conform(crates, Crate), expected)


def test_a_needed_column_that_is_absent_is_an_error_of_the_caller() -> None:
    with pytest.raises(SchemaError, match="qty"):
        conform(pl.DataFrame({"crate_id": ["C1"]}), Crate)


def test_a_type_is_never_changed_silently() -> None:
    with pytest.raises(SchemaError, match="qty"):
        conform(pl.DataFrame({"crate_id": ["C1"], "qty": ["3"]}), Crate)


def test_values_are_checked() -> None:
    with pytest.raises(SchemaError, match="greater_than_or_equal_to"):
        conform(pl.DataFrame({"crate_id": ["C1"], "qty": [-1]}), Crate)


def test_an_unknown_column_is_an_error() -> None:
    with pytest.raises(SchemaError, match="colour"):
        Crate.validate(empty(Crate).with_columns(colour=pl.lit("red")))


def test_a_null_where_none_may_be_is_an_error() -> None:
    with pytest.raises(SchemaError, match="non-nullable column 'qty'"):
        conform(pl.DataFrame({"crate_id": ["C1"], "qty": pl.Series([None], dtype=pl.Int64)}), Crate)


def test_a_rule_that_only_pandera_knows_is_checked_too() -> None:
    seals = pl.DataFrame({"seal_id": ["S001"]})
    assert_frame_equal(Seal.validate(seals), seals)
    with pytest.raises(SchemaError, match="str_length"):
        Seal.validate(pl.DataFrame({"seal_id": ["S1"]}))


class Weight(Table):
    """A table with a number that may be none."""

    kilos: float


def test_what_is_no_number_is_no_value() -> None:
    with pytest.raises(SchemaError, match="non-nullable column 'kilos'"):
        Weight.validate(pl.DataFrame({"kilos": [1.0, float("nan")]}))
    weights = pl.DataFrame({"kilos": [1.0]})
    assert Weight.validate(weights) is weights


def test_a_lazy_frame_is_checked_by_its_columns_and_types() -> None:
    crates = pl.LazyFrame({"crate_id": ["C1"], "qty": [-1]}, schema_overrides=DTYPES)
    with pytest.raises(SchemaError, match="packed_at"):
        Crate.validate(crates)
    whole = crates.with_columns(packed_at=pl.lit(None, DTYPES["packed_at"]))
    assert Crate.validate(whole).collect().height == 1
