"""A span replayed: what it does as the nights did, and where it goes its own way by its assumptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from flows.simulating import span
from flows.simulating.kept import open_ledger
from flows.simulating.policy_files import read_policies
from flows.simulating.span import simulate_span
from schemas.errors import ConfigurationError
from schemas.settings.policy import Policy
from tests.flows.simulating.nights import bytes_below, put_policy, tables_of
from tests.trials.sample_nights import NIGHTS
from transforms.laws.checking import check_laws
from transforms.simulation.replay import replay_night

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace
    from schemas.night import Books

pytestmark = pytest.mark.thorough

MONDAY, TUESDAY, WEDNESDAY = NIGHTS
WHOLE = (MONDAY, WEDNESDAY)
SOCKS = "LM-SOCK-3PK"
GIVEN = [
    "client_id",
    "order_id",
    "line_no",
    "sku",
    "warehouse_id",
    "lot_id",
    "bin_id",
    "allocated_qty",
    "kind",
]


def replayed_books(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, policies: dict[str, Policy] | None = None
) -> list[Books]:
    """The books after each night of a replay, policy by policy; each night keeps the laws."""
    books: list[Books] = []

    def replay(*arguments: object) -> object:
        course, keys, plan = replay_night(*arguments)  # type: ignore[arg-type]
        before, _, night = arguments
        told = night.inputs  # type: ignore[attr-defined]
        broken = check_laws(before.books, plan, told.files, told.as_of, warehouses=told.warehouses)  # type: ignore[attr-defined]
        assert broken.filter(pl.col("law") < 5).is_empty()
        books.append(course.books)
        return course, keys, plan

    monkeypatch.setattr(span, "replay_night", replay)
    simulate_span(workspace, WHOLE, policies or {})
    return books


def kept_books(workspace: Workspace, version: int) -> Books:
    with open_ledger(workspace) as ledger:
        return ledger.load_books(version=version)


def test_where_shipments_are_assumed_a_replay_is_what_the_nights_did(
    assuming_sample: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Counts, lots, holds, second tries and all: every table of the books, after every night.

    Only the facts of shelves differ: a replayed count is the difference that it made.
    """
    for version, books in enumerate(replayed_books(assuming_sample, monkeypatch), 1):
        replayed = tables_of(books)
        for name, table in tables_of(kept_books(assuming_sample, version)).items():
            if name != "shelf_facts":
                assert_frame_equal(replayed[name], table)


def test_where_a_warehouse_confirms_a_replay_differs_by_what_it_did_not_find(
    sample: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three packs of socks were short on Tuesday, and there again on Wednesday; all else was confirmed."""
    short: list[set[str]] = [set(), {SOCKS}, set()]
    for version, books in enumerate(replayed_books(sample, monkeypatch), 1):
        real = kept_books(sample, version)
        quantities = ["ordered_qty", "open_qty", "reserved_qty", "cancelled_qty"]
        columns = ["client_id", "order_id", "line_no", "sku", *quantities]
        found = books.order_lines.select(columns).join(
            real.order_lines.select(columns), on=columns, how="anti"
        )
        assert set(found["sku"]) == short[version - 1]


def test_every_night_of_every_policy_keeps_the_laws(
    sample: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where a count found missing what the policy has sent away."""
    policies = {
        "strict": Policy(ship_rule="order_complete", holdback="strict"),
        "shared": Policy(fair_share="water_filling", lot_order="lifo"),
    }
    assert len(replayed_books(sample, monkeypatch, policies)) == len(NIGHTS) * 3


def test_a_replay_leaves_every_byte_of_the_workspace_as_it_was(sample: Workspace, tmp_path: Path) -> None:
    before = bytes_below(sample.root)
    simulate_span(sample, WHOLE, read_policies([put_policy(tmp_path, "complete")]))
    assert bytes_below(sample.root) == before


def test_a_policy_that_is_the_own_one_gains_and_loses_nothing(sample: Workspace, tmp_path: Path) -> None:
    text = (sample.clients / "larkmoor.toml").read_text("utf-8")
    policy = text[text.index("[policy]") :].split("\n[")[0]
    policies = read_policies([put_policy(tmp_path, "same", policy)])
    simulation = simulate_span(sample, WHOLE, policies, clients=["larkmoor"])
    own, same = simulation.figures.drop("policy").rows()
    assert own == same
    assert simulation.orders.is_empty()


def test_progress_is_told_night_by_night(sample: Workspace) -> None:
    told: list[object] = []
    simulate_span(
        sample, (TUESDAY, WEDNESDAY), {}, on_night=lambda night, nights: told.append((night, nights))
    )
    assert told == [(TUESDAY, 2), (WEDNESDAY, 2)]


def test_a_span_of_nights_that_were_not_run_is_refused(sample: Workspace) -> None:
    with pytest.raises(ConfigurationError, match="never committed; committed are 2026-03-02 to 2026-03-04"):
        simulate_span(sample, (MONDAY, WEDNESDAY.replace(day=9)), {})


def test_a_span_that_ends_before_it_begins_is_refused(sample: Workspace) -> None:
    with pytest.raises(ConfigurationError, match="ends on 2026-03-02, before it begins on 2026-03-04"):
        simulate_span(sample, (WEDNESDAY, MONDAY), {})


def test_a_client_for_which_nothing_was_decided_is_refused(sample: Workspace) -> None:
    with pytest.raises(ConfigurationError, match='for client larkmor; did you mean "larkmoor"'):
        simulate_span(sample, WHOLE, {}, clients=["larkmor"])
