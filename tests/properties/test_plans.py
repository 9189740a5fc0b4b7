"""What holds for every plan of the engine, whatever the oracle says."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from polars.testing import assert_frame_equal

from schemas.night import Books
from tests.case_orders import withhold_units
from tests.cases import Case, make_case
from tests.engine_and_oracle import allocate, comparable, plan_by_engine
from tests.plan_tables import KEYS, QTYS
from tests.properties.sums import (
    LINE,
    POOL,
    in_kits,
    key_of,
    less_reserved,
    new_units,
    total,
    usable_rows,
)
from tests.properties.variants import (
    with_kept_shares,
    with_lasting_lots,
    with_plain_rank,
    with_split,
    with_usual_weeks,
    without_cancelling,
    without_limits,
)
from tests.tiers import thorough
from transforms.allocation.releasing.releases import name_releases
from transforms.night.allocating import allocate_night
from transforms.posting.planned.plan import post_plan
from transforms.posting.planned.withdrawals import post_withdrawals
from transforms.shipping_days import date_releases

if TYPE_CHECKING:
    from transforms.allocation import AllocationPlan

SEED = 77
NO_ITEM = {"safety_stock_qty": 0}


@pytest.fixture(scope="module", params=[120, *thorough(300)])
def case(request: pytest.FixtureRequest) -> Case:
    """A night of so many random clients."""
    return make_case(SEED, request.param)


@pytest.fixture(scope="module")
def plan(case: Case) -> AllocationPlan:
    return allocate(case)


def test_every_key_stands_once(plan: AllocationPlan) -> None:
    for table, key in KEYS.items():
        rows = getattr(plan, table)
        assert rows.select(key).is_duplicated().sum() == 0, table


def test_units_of_a_line_are_conserved(case: Case, plan: AllocationPlan) -> None:
    lost = total(plan.lost_reservations.to_dicts(), LINE, "lost_qty")
    given, decided = less_reserved(in_kits(plan), LINE), total(plan.decisions.to_dicts(), LINE, "qty")
    cancelled = total(plan.cancellations.to_dicts(), LINE, "cancelled_qty")
    lost.update(total(plan.cancellations.to_dicts(), LINE, "from_reserved_qty"))
    short = total(plan.standings.to_dicts(), LINE, "short_qty")
    for row in case.tables["order_lines"]:
        line = key_of(row)
        assert row["open_qty"] + lost[line] == given[line] + short[line] + cancelled[line], line
        assert short[line] == decided[line], line


def test_nothing_is_taken_from_a_reservation_that_the_line_does_not_keep(
    case: Case, plan: AllocationPlan
) -> None:
    key = (*LINE, "warehouse_id")
    held = total([row for row in case.tables["line_balances"] if row["account"] == "RESERVED"], key, "qty")
    lost = total(plan.lost_reservations.to_dicts(), key, "lost_qty")
    taken = total(in_kits(plan), key, "from_reserved_qty")
    assert all(taken[line] + lost[line] <= held[line] for line in {*taken, *lost})


def test_no_lot_gives_more_than_it_has_free_and_unexpired(case: Case, plan: AllocationPlan) -> None:
    key = (*POOL, "lot_id", "bin_id")
    released = [row for row in plan.allocations.to_dicts() if row["kind"] == "release"]
    free = total(usable_rows(case), key, "qty")
    assert released
    assert all(qty <= free[lot] for lot, qty in total(released, key, "allocated_qty").items())


def test_a_pool_covers_what_is_released_and_reserved_and_its_safety_stock(
    case: Case, plan: AllocationPlan
) -> None:
    gone = {key_of(row) for row in plan.cancellations.to_dicts() if row["from_reserved_qty"]}
    balances = [row for row in case.tables["line_balances"] if row["account"] == "RESERVED"]
    reserved = total([row for row in balances if key_of(row) not in gone], POOL, "qty")
    lost = [row for row in plan.lost_reservations.to_dicts() if key_of(row) not in gone]
    reserved.subtract(total(lost, POOL, "lost_qty"))
    assert gone
    items = {(row["client_id"], row["sku"]): row for row in case.tables["items"]}
    needed, free = new_units(plan, POOL) + reserved, total(usable_rows(case), POOL, "qty")
    usable = {
        pool: max(0, free[pool] - items.get((pool[0], pool[2]), NO_ITEM)["safety_stock_qty"])
        for pool in {*needed, *free}
    }
    lacking = {pool: qty - usable[pool] for pool, qty in needed.items() if qty > usable[pool]}
    for (client_id, place, sku), kits in lacking.items():
        assert items[client_id, sku]["kit"], (client_id, place, sku)
        for part in items[client_id, sku]["kit"].split("|"):
            part_sku, units = part.split(":")
            scale = 10 ** items[client_id, part_sku]["decimals"]
            needed[client_id, place, part_sku] += kits * int(units) * scale
    assert lacking
    assert all(qty <= usable.get(pool, 0) for pool, qty in needed.items() if pool not in lacking)


def test_pegs_promise_no_announced_unit_twice(case: Case, plan: AllocationPlan) -> None:
    key = ("client_id", "asn_id", "asn_line_no")
    announced = total(case.tables["inbound_lines"], key, "remaining_qty")
    pegged = total(plan.pegs.to_dicts(), key, "pegged_qty")
    assert pegged
    assert all(qty <= announced[asn] for asn, qty in pegged.items())


def test_no_eta_is_a_day_that_is_over(case: Case, plan: AllocationPlan) -> None:
    told = plan.standings.drop_nulls("eta_on")
    assert (told["eta_on"] > case.as_of.business_date).all()


@pytest.mark.thorough
def test_shuffled_rows_give_the_same_plan(case: Case, plan: AllocationPlan) -> None:
    shuffled = Books.of(
        {
            name: frame.sample(fraction=1.0, shuffle=True, seed=5)
            for name, frame in case.books.tables().items()
        }
    )
    again = allocate_night(
        shuffled,
        as_of=case.as_of,
        clients=dict(reversed(case.clients.items())),
        warehouses=dict(reversed(case.warehouses.items())),
    )
    for table in KEYS:
        assert_frame_equal(getattr(plan, table), getattr(again, table))


def test_a_client_alone_gets_what_it_gets_among_others(case: Case, plan: AllocationPlan) -> None:
    together = comparable(plan)
    for client_id in list(case.clients)[::30]:
        alone = plan_by_engine(case.only(client_id))
        assert alone == {
            table: {key: fact for key, fact in rows.items() if key[0] == client_id}
            for table, rows in together.items()
        }


def test_more_stock_never_fills_a_line_less_under_plain_rank_and_partial(case: Case) -> None:
    plain = without_cancelling(with_plain_rank(case))
    as_partial = [row | {"ship_rule": "partial"} for row in plain.tables["order_lines"]]
    tables = plain.tables | {"order_lines": as_partial}
    less = replace(plain, tables=tables)
    grown = [row | {"qty": row["qty"] + 1 + row["qty"] % 3} for row in tables["stock_balances"]]
    more = replace(less, tables=tables | {"stock_balances": grown})
    before, after = (total(allocate(each).standings.to_dicts(), LINE, "short_qty") for each in (less, more))
    assert all(after[line] <= before[line] for line in before)
    assert after.total() < before.total()


def test_a_due_line_is_short_only_where_no_lower_rank_took_new_units(case: Case) -> None:
    plain = without_cancelling(with_plain_rank(with_usual_weeks(case)))
    plan = allocate(plain)
    excused = {"order_hold", "not_due", "parcel_may_follow", "past_cancel_date", "item_hold", "not_asking"}
    lines = {key_of(row): row for row in plain.tables["order_lines"] if row["ship_rule"] == "partial"}
    ranks = {key_of(row): row["rank"] for row in plan.standings.to_dicts()}
    reasons = plan.decisions.to_dicts()
    waiting = {key_of(row) for row in reasons} & lines.keys()
    waiting -= {key_of(row) for row in plain.tables["order_raises"]}
    waiting -= {key_of(row) for row in reasons if row["reason_code"] in excused}
    lowest: dict[tuple[Any, ...], int] = {}
    for taker in new_units(plan, (*LINE, "warehouse_id", "sku")):
        pool = taker[0], taker[3], taker[4]
        lowest[pool] = max(lowest.get(pool, 0), ranks[taker[:3]])
    assert waiting
    for line in waiting:
        for warehouse_id in lines[line]["warehouse_ids"].split("|"):
            assert lowest.get((line[0], warehouse_id, lines[line]["sku"]), 0) <= ranks[line], line


def test_units_say_the_rank_at_which_they_were_given(plan: AllocationPlan) -> None:
    ranks = {key_of(row): row["rank"] for row in plan.standings.to_dicts()}
    given = [row for row in plan.allocations.to_dicts() if key_of(row) in ranks]
    assert {row["kind"] for row in given} == {"release", "reserve"}
    for row in given:
        assert row["rank"] == ranks[key_of(row)], key_of(row)


def test_the_same_night_again_gives_nothing_new_where_lines_may_split(case: Case) -> None:
    splitting = with_lasting_lots(without_limits(with_split(with_kept_shares(with_usual_weeks(case)))))
    plan = allocate(splitting)
    after = _booked(splitting, plan)
    again = allocate_night(
        after, as_of=splitting.as_of, clients=splitting.clients, warehouses=splitting.warehouses
    )
    assert plan.allocations.height
    assert again.allocations.rows() == []
    assert again.lost_reservations.rows() == []
    assert plan.cancellations.height
    assert again.cancellations.rows() == []


def test_quantities_are_compared_for_every_table_but_standings() -> None:
    assert set(KEYS) == {*QTYS, "standings"}


@pytest.mark.thorough
def test_units_that_may_still_be_told_are_not_released_in_two_runs_of_their_night(case: Case) -> None:
    lines = withhold_units(Random(SEED), case.tables["order_lines"], share=0.5)
    doubtful = replace(case, tables=case.tables | {"withheld": lines})
    first = allocate(doubtful)
    after = _booked(doubtful, first)
    again = allocate_night(
        after, as_of=doubtful.as_of, clients=doubtful.clients, warehouses=doubtful.warehouses
    )
    tonight = [row for row in lines if row["judged_on"] == doubtful.as_of.business_date]
    withheld = total(tonight, LINE, "qty")
    released = total(
        [row for plan in (first, again) for row in in_kits(plan) if row["kind"] == "release"],
        LINE,
        "allocated_qty",
    )
    waiting = {key_of(row): row["open_qty"] + row["reserved_qty"] for row in case.tables["order_lines"]}
    assert released.keys() & withheld.keys()
    for line, qty in withheld.items():
        assert released[line] <= max(0, waiting[line] - qty), line


def _booked(case: Case, plan: AllocationPlan) -> Books:
    """The books after the plan."""
    named = name_releases(plan.allocations)
    posting = post_plan(
        case.books,
        allocations=date_releases(named, as_of=case.as_of, warehouses=case.warehouses),
        lost_reservations=plan.lost_reservations,
        as_of=case.as_of,
    )
    return posting.then(partial(post_withdrawals, cancellations=plan.cancellations, as_of=case.as_of)).books
