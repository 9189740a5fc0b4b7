"""Properties of identity: one fate a row, nothing twice, no dependence on order or on other clients.

Clients are independent, and a night costs the same for one as for sixteen: each example has sixteen cases.
"""

from __future__ import annotations

import random  # noqa: TC003 -- Hypothesis reads the annotations
from datetime import timedelta
from typing import Any

import polars as pl
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.frames import MORNING
from tests.transforms.intake.door import client_of
from tests.transforms.intake.nights import Nights, row

PLACES = ("client_id", "file_hash", "row_no")
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
"""To shrink sixteen clients takes minutes; of a failure take the client that it names."""

CLIENTS = {f"c{number}": client_of() for number in range(16)}


@st.composite
def order_rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Order rows of a few files of each client that often mean the same line."""
    files = st.tuples(st.sampled_from("fgh"), st.integers(1, 4))
    places = st.lists(files, min_size=1, max_size=8, unique=True)
    return [
        {"client_id": client_id, **_row(draw, *place, sku=f"A-{client_id}")}
        for client_id in CLIENTS
        for place in draw(places)
    ]


def place_of(each: dict[str, Any]) -> tuple[Any, ...]:
    return tuple(each[name] for name in PLACES)


def _row(draw: st.DrawFn, file_hash: str, row_no: int, *, sku: str) -> dict[str, Any]:
    """One row: few orders, lines, contents and times, so that rows meet."""
    at = MORNING + timedelta(hours=draw(st.integers(0, 1)))
    action = draw(st.sampled_from(["new", "new", "change", "cancel"]))
    said_sku = sku if action == "new" else draw(st.sampled_from([sku, None]))
    origin = draw(st.sampled_from([None, None, None, 1, 2]))
    return row(
        file_hash,
        row_no,
        order_id=draw(st.sampled_from(["O1", "O2"])),
        line_no=draw(st.sampled_from([None, None, 1, 2])),
        qty=draw(st.integers(1, 2)),
        action=action,
        sku=said_sku,
        ordered_at=MORNING,
        changed_at=at if action == "change" else None,
        effective_at=at if action == "change" else MORNING,
        origin_hash="e" if origin else None,
        origin_row=origin,
    )


@given(rows=order_rows())
@settings(phases=PHASES, max_examples=6)
def test_every_row_is_a_new_fact_a_duplicate_or_rejected(rows: list[dict[str, Any]]) -> None:
    tonight = Nights(clients=CLIENTS).identify(*rows)
    new = tonight.rows.orders.select(PLACES).rows()
    fates = [*new, *tonight.outcomes.select(PLACES).rows()]
    assert sorted(fates) == sorted(place_of(each) for each in rows)
    assert sorted(tonight.row_keys.select(PLACES).rows()) == sorted(new)
    rejected = tonight.outcomes.filter(verdict="rejected").select(PLACES).rows()
    assert sorted(tonight.rejected.select(PLACES).rows()) == sorted(rejected)


@given(rows=order_rows())
@settings(phases=PHASES, max_examples=6)
def test_facts_of_a_key_are_numbered_and_one_new_row_makes_a_line(rows: list[dict[str, Any]]) -> None:
    tonight = Nights(clients=CLIENTS).identify(*rows)
    for _, facts in tonight.row_keys.group_by("client_id", "business_key"):
        assert sorted(facts["fact_no"]) == list(range(1, facts.height + 1))
    made = tonight.rows.orders.filter(action="new")
    assert made.select("client_id", "order_id", "line_no").is_unique().all()
    assert tonight.rows.orders["line_no"].null_count() == 0


@given(rows=order_rows(), seed=st.randoms(use_true_random=False))
@settings(phases=PHASES, max_examples=6)
def test_shuffled_rows_of_clients_together_are_the_clients_apart(
    rows: list[dict[str, Any]], seed: random.Random
) -> None:
    mixed = seed.sample(rows, len(rows))
    some = set(seed.sample(list(CLIENTS), 8))
    together = Nights(clients=CLIENTS).identify(*mixed)
    apart = Nights(clients=CLIENTS).identify(*(each for each in rows if each["client_id"] in some))
    mine = pl.col("client_id").is_in(some)
    for name in ("outcomes", "rejected", "row_keys", "findings", "pending_rows"):
        assert getattr(together, name).filter(mine).equals(getattr(apart, name))
    assert together.rows.orders.filter(mine).equals(apart.rows.orders)


@given(rows=order_rows())
@settings(phases=PHASES, max_examples=5)
def test_what_holds_is_a_duplicate_when_it_comes_again(rows: list[dict[str, Any]]) -> None:
    first = Nights(clients=CLIENTS).identify(*rows)
    latest = first.row_keys.sort("fact_no").unique(
        ["client_id", "business_key"], keep="last", maintain_order=True
    )
    places = set(latest.select(PLACES).rows())
    facts = {place_of(each): each for each in rows}
    numbers = first.rows.orders.select(*PLACES, "line_no", "sku").rows()
    again = [
        {**facts[place], "file_hash": "z", "row_no": number, "line_no": line_no, "sku": sku}
        for number, (*where, line_no, sku) in enumerate(numbers, start=1)
        if (place := tuple(where)) in places
    ]
    second = Nights(clients=CLIENTS).after(first).identify(*again)
    assert second.rows.orders.is_empty()
    assert set(second.outcomes["verdict"]) <= {"duplicate"}
