"""Of a client whose rows are the same in any order nothing changed; one value or row less, and it did."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from transforms.night.unchanged import unchanged_clients

if TYPE_CHECKING:
    from collections.abc import Sequence

Row = tuple[str, int, str | None]
rows_of_some = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(1, 3), st.sampled_from(["x", "y", None])), max_size=6
)


def table(rows: Sequence[Row]) -> pl.DataFrame:
    schema = {"client_id": pl.String, "line_no": pl.Int64, "note": pl.String}
    return pl.DataFrame(rows, schema, orient="row")


def unchanged(before: Sequence[Row], after: Sequence[Row]) -> set[str]:
    return unchanged_clients(table(before), table(after), ["line_no", "note"])


def test_a_client_is_unchanged_if_each_of_its_rows_is_there_as_it_was() -> None:
    before: list[Row] = [("a", 1, "x"), ("a", 2, None), ("b", 1, "x"), ("c", 1, "x"), ("d", 1, None)]
    after: list[Row] = [("d", 1, "x"), ("c", 1, "x"), ("c", 2, "x"), ("a", 2, None), ("a", 1, "x")]
    assert unchanged(before, after) == {"a"}
    assert unchanged(before, before) == {"a", "b", "c", "d"}
    assert unchanged([("a", 1, "x")], [("a", 2, "x")]) == set()


def test_who_has_no_rows_is_none_of_them() -> None:
    assert unchanged([], []) == unchanged([("a", 1, "x")], []) == unchanged([], [("a", 1, "x")]) == set()


@given(rows_of_some, rows_of_some)
def test_it_is_what_a_comparison_of_sorted_lists_says(before: list[Row], after: list[Row]) -> None:
    def own(rows: list[Row], client_id: str) -> list[Row]:
        return sorted((row for row in rows if row[0] == client_id), key=str)

    expected = {name for name in "abc" if own(after, name) and own(before, name) == own(after, name)}
    assert unchanged(before, after) == expected
