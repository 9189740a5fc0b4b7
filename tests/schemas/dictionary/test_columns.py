"""Tests of the common meanings of column names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandera.polars as pa
import pytest

from schemas.books.people import ShipTo
from schemas.dictionary import page
from schemas.dictionary.columns import MEANINGS, describe_columns
from schemas.outputs.analyst import ANALYST_TABLES
from schemas.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator


class Parcel(Table):
    """A table of the tests."""

    sku: str
    lot_id: str = pa.Field(description="empty: kept without lots")
    warehouse_id: str = pa.Field(description="where the parcel stands")


class Riddle(Table):
    """A table with a column that nobody explained."""

    blurb: str


def contracts(parent: type[Table] = Table) -> Iterator[type[Table]]:
    """Every contract of the program."""
    for child in parent.__subclasses__():
        if child.__module__.startswith("schemas."):
            yield child
            yield from contracts(child)


def test_every_column_of_every_contract_says_what_it_means() -> None:
    assert page.__doc__  # imported for its side: it knows every module of contracts
    silent = [
        f"{table.__name__}.{name}"
        for table in contracts()
        for name, column in table.to_schema().columns.items()
        if not column.description and name not in MEANINGS
    ]
    assert silent == []


def test_common_meanings_stand_in_alphabetical_order() -> None:
    assert list(MEANINGS) == sorted(MEANINGS)


def test_a_contract_says_more_than_the_name_does() -> None:
    assert describe_columns(Parcel)["warehouse_id"] == "where the parcel stands"


def test_a_name_means_the_same_where_a_contract_says_nothing() -> None:
    assert describe_columns(Parcel)["sku"] == MEANINGS["sku"]


def test_words_about_an_empty_value_follow_the_common_meaning() -> None:
    assert describe_columns(Parcel)["lot_id"] == f"{MEANINGS['lot_id']}; empty: kept without lots"


def test_a_column_that_nobody_explained_is_an_error() -> None:
    with pytest.raises(KeyError, match="blurb"):
        describe_columns(Riddle)


@pytest.mark.parametrize("name", sorted(ANALYST_TABLES))
def test_every_analyst_table_is_sorted_by_columns_that_it_has(name: str) -> None:
    table = ANALYST_TABLES[name]
    assert {*table.order, *table.unstable} <= set(table.contract.names())


@pytest.mark.parametrize("name", sorted(ANALYST_TABLES))
def test_analysts_read_nothing_about_persons_but_the_country_of_an_order(name: str) -> None:
    about = set(ShipTo.names()) - {"client_id", "order_id", "ship_to_country"}
    assert about.isdisjoint(ANALYST_TABLES[name].contract.names())
