"""Nights that are caught up: they post their facts, keep what is reserved, and leave the rest to the last."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import polars as pl
import pytest

from schemas.settings.client import NoticeSettings
from tests.cases import Case, make_case
from tests.frames import NIGHT
from tests.nights import order, receipt, run_night
from tests.properties.sums import LINE, key_of, total
from tests.transforms.posting.nights import ACME
from transforms.night.caught_up import keep_reserved

if TYPE_CHECKING:
    from transforms.allocation import AllocationPlan

TELLING = ACME.model_copy(update={"notices": NoticeSettings(tell_on=("on_back_order", "shipping_now"))})


@pytest.fixture(scope="module")
def case() -> Case:
    return make_case(78, 200)


@pytest.fixture(scope="module")
def plan(case: Case) -> AllocationPlan:
    return keep_reserved(case.books, as_of=case.as_of, clients=case.clients, warehouses=case.warehouses)


def test_nothing_is_given_cancelled_or_promised(plan: AllocationPlan) -> None:
    for table in ("allocations", "cancellations", "pegs", "overtakings", "fence_uses"):
        assert getattr(plan, table).is_empty(), table


def test_what_is_reserved_stays_unless_it_is_gone(case: Case, plan: AllocationPlan) -> None:
    key = (*LINE, "warehouse_id", "sku")
    balances = case.books.line_balances.filter(pl.col("account") == "RESERVED").to_dicts()
    had, stays = total(balances, key, "qty"), total(plan.reservations.to_dicts(), key, "qty")
    lost = total(plan.lost_reservations.to_dicts(), key, "lost_qty")
    assert had == stays + lost
    assert had > lost
    assert lost
    assert set(plan.lost_reservations["lost_reason"]) <= {"stock_fell", "no_longer_allowed"}


def test_every_waiting_line_stands_with_the_date_that_was_believed(case: Case, plan: AllocationPlan) -> None:
    waiting = [row for row in case.books.order_lines.to_dicts() if row["open_qty"] + row["reserved_qty"]]
    dates = {key_of(row): row["eta_on"] for row in plan.standings.to_dicts()}
    assert dates == {key_of(row): row["eta_on"] for row in waiting}
    assert total(plan.decisions.to_dicts(), LINE, "qty") == total(
        plan.standings.to_dicts(), LINE, "short_qty"
    )
    assert set(plan.decisions["reason_code"]) == set(plan.reservations["reason_code"]) == {"only_posted"}


def test_only_the_last_of_the_nights_that_are_caught_up_releases_and_tells() -> None:
    first = run_night(None, 0, TELLING, receipts=[receipt("g1", 3)], orders=[order("O1", 5)])
    released = first.allocations.select("release_id", shipped_qty="allocated_qty").to_dicts()
    assert first.allocations["allocated_qty"].to_list() == [3]
    posted = run_night(
        first,
        1,
        TELLING,
        only_posts=True,
        shipments=released,
        receipts=[receipt("g2", 4)],
        orders=[order("O2", 9)],
    )
    assert posted.shipments["shipped_qty"].to_list() == [3]
    assert [posted.allocations.height, posted.messages.height, posted.findings.height] == [0, 0, 0]
    lines = posted.books.order_lines
    assert lines["first_due_on"].to_list() == [NIGHT, None]
    assert lines["untold_shipped_qty"].to_list() == [3, 0]
    last = run_night(posted, 2, TELLING)
    assert last.allocations["allocated_qty"].to_list() == [2, 2]
    assert last.message_lines.select("order_id", "kind", "shipped_qty", "waiting_qty").rows() == [
        ("O2", "on_back_order", 0, 7)
    ]
    done = run_night(last, 3, TELLING)
    assert done.books.order_lines["first_due_on"].to_list() == [NIGHT, NIGHT + timedelta(days=2)]
    assert done.books.order_lines["untold_shipped_qty"].to_list() == [0, 0]


@pytest.mark.thorough
def test_what_was_confirmed_on_a_night_that_told_nobody_is_told_by_the_next() -> None:
    first = run_night(None, 0, TELLING, receipts=[receipt("g1", 5)], orders=[order("O1", 5)])
    released = first.allocations.select("release_id", shipped_qty="allocated_qty").to_dicts()
    posted = run_night(first, 1, TELLING, only_posts=True, shipments=released)
    told = run_night(posted, 2, TELLING).message_lines
    assert told.select("kind", "shipped_qty").rows() == [("shipping_now", 5)]
