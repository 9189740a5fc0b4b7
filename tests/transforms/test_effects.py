"""Tests of effect ids."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from transforms.effects import ID_LENGTH, with_effect_id

WORDS = st.one_of(st.none(), st.text(alphabet="ab+-\x1f", max_size=4))


def id_of(**values: object) -> str:
    """The id of a frame of one row."""
    frame = pl.DataFrame({name: [value] for name, value in values.items()})
    return str(with_effect_id(frame, "id", list(values), kind="k")["id"][0])


def test_an_id_is_the_start_of_the_hash_of_the_marked_values() -> None:
    expected = sha256(b"k\x1f+A\x1f-\x1f+7").hexdigest()[:ID_LENGTH]
    frame = pl.DataFrame({"a": ["A"], "b": pl.Series([None], dtype=pl.String), "c": [7]})
    assert with_effect_id(frame, "id", ["a", "b", "c"], kind="k")["id"].to_list() == [expected]


def test_dates_and_times_enter_as_numbers() -> None:
    expected = sha256(b"k\x1f+1\x1f+1000000").hexdigest()[:ID_LENGTH]
    assert id_of(on=date(1970, 1, 2), at=datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC)) == expected


def test_another_kind_gives_another_id() -> None:
    frame = pl.DataFrame({"a": ["A"]})
    ids = [with_effect_id(frame, "id", ["a"], kind=kind)["id"][0] for kind in ("release", "shipment")]
    assert ids[0] != ids[1]


def test_a_frame_without_rows_gets_the_column() -> None:
    frame = pl.DataFrame(schema={"a": pl.String})
    assert with_effect_id(frame, "id", ["a"], kind="k").schema == {"a": pl.String, "id": pl.String}


@given(st.tuples(WORDS, WORDS), st.tuples(WORDS, WORDS))
def test_two_rows_have_one_id_only_if_they_have_the_same_values(
    first: tuple[str | None, str | None], second: tuple[str | None, str | None]
) -> None:
    frame = pl.DataFrame([first, second], schema={"a": pl.String, "b": pl.String}, orient="row")
    ids = with_effect_id(frame, "id", ["a", "b"], kind="k")["id"]
    assert (ids[0] == ids[1]) == (first == second)
