"""Properties of identity: one fate a row, nothing twice, no dependence on order or on other clients."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.frames import MORNING
from tests.transforms.intake.nights import Nights, row, told

PLACES = ("file_hash", "row_no")


@st.composite
def order_rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Order rows of a few files that often mean the same line."""
    places = draw(
        st.lists(st.tuples(st.sampled_from("fgh"), st.integers(1, 4)), min_size=1, max_size=8, unique=True)
    )
    return [_row(draw, *place) for place in places]


def _row(draw: st.DrawFn, file_hash: str, row_no: int) -> dict[str, Any]:
    """One row: few orders, lines, contents and times, so that rows meet."""
    at = MORNING + timedelta(hours=draw(st.integers(0, 1)))
    action = draw(st.sampled_from(["new", "new", "change", "cancel"]))
    origin = draw(st.sampled_from([None, None, None, 1, 2]))
    return row(
        file_hash,
        row_no,
        order_id=draw(st.sampled_from(["O1", "O2"])),
        line_no=draw(st.sampled_from([None, None, 1, 2])),
        qty=draw(st.integers(1, 2)),
        action=action,
        ordered_at=MORNING,
        changed_at=at if action == "change" else None,
        effective_at=at if action == "change" else MORNING,
        origin_hash="e" if origin else None,
        origin_row=origin,
    )


@given(rows=order_rows())
@settings(deadline=None, max_examples=30)
def test_every_row_is_a_new_fact_a_duplicate_or_rejected(rows: list[dict[str, Any]]) -> None:
    tonight = Nights().identify(*rows)
    new = tonight.rows.orders.select(PLACES).rows()
    fates = [*new, *tonight.outcomes.select(PLACES).rows()]
    assert sorted(fates) == sorted((each["file_hash"], each["row_no"]) for each in rows)
    assert sorted(tonight.row_keys.select(PLACES).rows()) == sorted(new)
    rejected = tonight.outcomes.filter(verdict="rejected").select(PLACES).rows()
    assert sorted(tonight.rejected.select(PLACES).rows()) == sorted(rejected)


@given(rows=order_rows())
@settings(deadline=None, max_examples=30)
def test_facts_of_a_key_are_numbered_and_one_new_row_makes_a_line(rows: list[dict[str, Any]]) -> None:
    tonight = Nights().identify(*rows)
    for _, facts in tonight.row_keys.group_by("business_key"):
        assert sorted(facts["fact_no"]) == list(range(1, facts.height + 1))
    made = tonight.rows.orders.filter(action="new")
    assert made.select("order_id", "line_no").is_unique().all()
    assert tonight.rows.orders["line_no"].null_count() == 0


@given(rows=order_rows(), seed=st.randoms(use_true_random=False))
@settings(deadline=None, max_examples=20)
def test_shuffled_rows_of_two_clients_are_the_clients_alone(rows: list[dict[str, Any]], seed: Any) -> None:  # noqa: ANN401 -- Hypothesis gives a random.Random
    other = [{**each, "client_id": "zeta"} for each in rows]
    mixed = [*rows, *other]
    seed.shuffle(mixed)
    both, alone = Nights().identify(*mixed), Nights().identify(*rows)
    for name in ("outcomes", "rejected", "row_keys", "findings", "pending_rows"):
        assert getattr(both, name).filter(client_id="acme").equals(getattr(alone, name))
    assert both.rows.orders.filter(pl.col("client_id") == "acme").equals(alone.rows.orders)


@given(rows=order_rows())
@settings(deadline=None, max_examples=20)
def test_what_holds_is_a_duplicate_when_it_comes_again(rows: list[dict[str, Any]]) -> None:
    first = Nights().identify(*rows)
    latest = first.row_keys.sort("fact_no").unique("business_key", keep="last", maintain_order=True)
    places = set(latest.select(PLACES).rows())
    facts = {(each["file_hash"], each["row_no"]): each for each in rows}
    numbers = first.rows.orders.select(*PLACES, "line_no").rows()
    again = [
        {**facts[file, number], "file_hash": "z", "row_no": place, "line_no": line_no}
        for place, (file, number, line_no) in enumerate(numbers, start=1)
        if (file, number) in places
    ]
    second = Nights().after(first).identify(*again)
    assert set(told(second).values()) <= {"duplicate"}
