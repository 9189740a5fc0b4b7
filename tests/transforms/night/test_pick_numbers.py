"""Short numbers of releases: of whom they depend, whom they tell apart, and what a confirmation may write."""

from __future__ import annotations

from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.books.orders import Release
from schemas.intake.feeds import ShipmentRow
from schemas.night import AsOf, Books, FeedRows
from tests.frames import NIGHT, frame_of
from transforms.night.pick_numbers import (
    NIGHTS,
    ClientPlace,
    check_digit,
    draw_numbers,
    night_digits,
    number_picks,
    with_release_ids,
    without_gaps,
)

CLIENTS = ("acme", "bolt", "clay")
DRAWN = "417002836"


def id_of(number: int) -> str:
    """A release id."""
    return sha256(str(number).encode()).hexdigest()[:32]


def release(number: int, **values: object) -> dict[str, Any]:
    """A release of tonight."""
    plain = {"release_id": id_of(number), "released_on": NIGHT, "released_qty": 1, "is_open": True}
    return plain | values


def books_of(*releases: dict[str, Any]) -> Books:
    """Books with these releases."""
    return Books.of({"releases": frame_of(Release, *releases)})


def numbers_of(books: Books) -> dict[str, str]:
    """Pick numbers by client and release id."""
    rows = books.releases.select("client_id", "release_id", "pick_no").rows()
    return {f"{client_id} {release_id}": number for client_id, release_id, number in rows}


def last_digit_of(digits: str) -> str:
    """The check digit of a number that is written so."""
    return str(pl.select(check_digit(pl.lit(int(digits)), len(digits))).item())


def said(rows: FeedRows) -> list[str | None]:
    """How the rows of a confirmation name their releases."""
    return rows.shipments["release_id"].to_list()


def confirmation(*names: str | None, client_id: str = "acme") -> FeedRows:
    """Rows that name these releases."""
    rows = [{"client_id": client_id, "release_id": name, "shipped_qty": 1} for name in names]
    return FeedRows.of({"shipments": frame_of(ShipmentRow, *rows)})


@pytest.mark.parametrize(
    ("digits", "last"), [("629104150021", "3"), ("400638133393", "1"), ("7351353", "7"), ("000", "0")]
)
def test_the_check_digit_is_that_of_gs1(digits: str, last: str) -> None:
    assert last_digit_of(digits) == last


@given(place=st.integers(0, len(DRAWN) - 1), digit=st.sampled_from("0123456789"))
def test_a_wrong_digit_is_another_number(place: int, digit: str) -> None:
    slipped = DRAWN[:place] + digit + DRAWN[place + 1 :]
    assert (last_digit_of(slipped) == last_digit_of(DRAWN)) == (slipped == DRAWN)


def test_a_night_has_its_digits_for_a_long_time() -> None:
    nights = [night_digits(NIGHT + timedelta(days=days)) for days in range(NIGHTS)]
    assert len({*nights}) == NIGHTS
    assert all(len(digits) == 3 and digits[0] != "0" for digits in nights)


def test_what_is_released_tonight_gets_ten_digits_and_older_releases_keep_theirs() -> None:
    older = release(1, released_on=NIGHT - timedelta(days=1), pick_no="1234567890")
    unnumbered = release(2, released_on=NIGHT - timedelta(days=9))
    numbers = numbers_of(number_picks(books_of(older, unnumbered, release(3)), CLIENTS, as_of=AsOf(NIGHT)))
    new = numbers.pop(f"acme {id_of(3)}")
    assert numbers == {f"acme {id_of(1)}": "1234567890", f"acme {id_of(2)}": None}
    assert new.startswith(night_digits(NIGHT))
    assert (len(new), last_digit_of(new[:-1])) == (10, new[-1])


def test_a_night_without_releases_changes_nothing() -> None:
    books = books_of(release(1, released_on=date(2026, 2, 1)))
    assert number_picks(books, CLIENTS, as_of=AsOf(NIGHT)) is books


@given(counts=st.lists(st.integers(0, 30), min_size=3, max_size=3), start=st.integers(0, 10**6))
def test_each_client_alone_has_the_same_numbers_and_no_two_have_one(counts: list[int], start: int) -> None:
    picks = [
        release(start + number, client_id=client_id)
        for client_id, amount in zip(CLIENTS, counts, strict=True)
        for number in range(amount)
    ]
    together = numbers_of(number_picks(books_of(*picks), CLIENTS, as_of=AsOf(NIGHT)))
    alone: dict[str, str] = {}
    for client_id in CLIENTS:
        own = [pick for pick in picks if pick["client_id"] == client_id]
        alone |= numbers_of(number_picks(books_of(*own), CLIENTS[::-1], as_of=AsOf(NIGHT)))
    assert alone == together
    assert len({*together.values()}) == len(picks)


def test_a_second_run_of_a_night_draws_what_the_first_has_not() -> None:
    """What the same id would draw is taken by a release that differs in the run alone."""
    first = number_picks(books_of(release(1)), CLIENTS, as_of=AsOf(NIGHT))
    (taken,) = numbers_of(first).values()
    both = books_of(release(2, pick_no=taken), release(1, run_no=2))
    second = numbers_of(number_picks(both, CLIENTS, as_of=AsOf(NIGHT, run_no=2)))
    assert second[f"acme {id_of(2)}"] == taken
    assert second[f"acme {id_of(1)}"] not in (taken, None)


def test_many_releases_have_more_digits() -> None:
    place = ClientPlace(999, of=1000)
    few = draw_numbers(map(id_of, range(250)), "417", place)
    many = draw_numbers(map(id_of, range(251)), "417", place)
    assert {*few.str.len_chars()} == {10}
    assert {*many.str.len_chars()} == {12}
    assert many.n_unique() == many.len()
    assert {int(number[3:-1]) % 1000 for number in many} == {999}


def test_a_release_that_stays_keeps_its_number_whatever_else_is_released() -> None:
    """So a paper of a night that was undone by a backup names the same release, or none."""
    few, more = (
        {*draw_numbers(map(id_of, range(amount)), "417", ClientPlace(0, 1))} for amount in (100, 120)
    )
    assert len(few - more) <= 1


def test_a_confirmation_names_a_release_by_either_of_its_names() -> None:
    releases = frame_of(
        Release, release(1, pick_no="4170028363"), release(2, pick_no=None), release(3, client_id="bolt")
    )
    rows = confirmation("4170028363", id_of(1), id_of(2), "4170028364", None)
    assert said(with_release_ids(rows, releases)) == [id_of(1), id_of(1), id_of(2), "4170028364", None]


def test_the_number_of_another_client_is_nobodys() -> None:
    releases = frame_of(Release, release(1, client_id="bolt", pick_no="4170028363"))
    rows = confirmation("4170028363")
    assert said(with_release_ids(rows, releases)) == ["4170028363"]


def test_of_two_releases_years_apart_the_later_one_is_meant() -> None:
    old = release(1, pick_no="4170028363", released_on=NIGHT - timedelta(days=NIGHTS))
    releases = frame_of(Release, release(2, pick_no="4170028363"), old)
    assert said(with_release_ids(confirmation("4170028363"), releases)) == [id_of(2)]


@pytest.mark.parametrize(
    ("written", "read"),
    [("417 002836 3", "4170028363"), (" 4170028363 ", "4170028363"), ("REL 17", "REL 17"), (None, None)],
)
def test_a_number_may_be_typed_in_groups(written: str | None, read: str | None) -> None:
    assert said(without_gaps(confirmation(written))) == [read]
