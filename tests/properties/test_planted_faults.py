"""The oracle catches what could go wrong: each planted fault of compiler or engine makes some plan differ."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from pandera.errors import SchemaError

from schemas.night import AsOf
from schemas.vocabulary import DecisionCode
from schemas.warehouse import Warehouse
from tests.cases import Case, make_case
from tests.engine_and_oracle import differing_clients, plan_by_engine, plan_by_oracle, show, shrink
from tests.plan_tables import Plan, compare
from transforms import calendars
from transforms.allocation import (
    engine,
    future,
    groups,
    lines,
    plan,
    reasons,
    remainder,
    segments,
    shipping,
    standings,
    supplies,
    tonight,
    waiting,
)
from transforms.allocation.segments import STANDINGS

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType

    from schemas.client import Client

    Step = Callable[..., Any]
    Fault = tuple[ModuleType, str, Callable[[Step], Step]]

SEED = 4321
CLIENTS = 250


def after(change: Callable[[Any], Any]) -> Callable[[Step], Step]:
    """A step whose result is changed."""
    return lambda step: lambda *args, **kwargs: change(step(*args, **kwargs))


def before(change: Callable[[Any], Any]) -> Callable[[Step], Step]:
    """A step whose first argument is changed."""
    return lambda step: lambda first, *args, **kwargs: step(change(first), *args, **kwargs)


def having(**values: Any) -> Callable[[pl.DataFrame], pl.DataFrame]:  # noqa: ANN401 -- expressions or literals
    """A frame with columns replaced."""
    return lambda frame: frame.with_columns(**values)


def with_pieces(**values: Any) -> Callable[[Any], Any]:  # noqa: ANN401 -- expressions or literals
    """Tonight's result with columns of its pieces replaced."""
    return lambda tonight: replace(tonight, pieces=tonight.pieces.with_columns(**values))


def instead(value: Any) -> Callable[[object], Any]:  # noqa: ANN401 -- whatever stands at the seam
    """Something else in its place."""
    return lambda _: value


def on_another_day(days: int) -> Callable[[Step], Step]:
    """A step that takes the night for another."""

    def wrong(step: Step) -> Step:
        def moved(*args: Any, as_of: AsOf, **kwargs: Any) -> Any:  # noqa: ANN401 -- any step of the plan
            day = as_of.business_date + timedelta(days=days)
            return step(*args, as_of=AsOf(day, as_of.run_no), **kwargs)

        return moved

    return wrong


def without_safety(step: Step) -> Step:
    """Pools that keep nothing back."""
    return lambda lots, expected, books, **kwargs: step(
        lots, expected, replace(books, items=books.items.with_columns(safety_stock_qty=0)), **kwargs
    )


def safety_from_the_front(step: Step) -> Step:
    """Lots whose first units are kept back instead of the last."""

    def settle(chosen: Any, tonight: Any, waits: Any, lots: Any, **kwargs: Any) -> Any:  # noqa: ANN401 -- as the step
        kept_back = tonight.pools.select(*supplies.POOL, "safety_qty")
        end = pl.col("qty").cum_sum().over(supplies.POOL)
        cut = (pl.col("safety_qty") - (end - pl.col("qty"))).clip(0, pl.col("qty"))
        rest = lots.join(kept_back, on=supplies.POOL, maintain_order="left").with_columns(pl.col("qty") - cut)
        return step(chosen, tonight, waits, rest.filter(pl.col("qty") > 0).drop("safety_qty"), **kwargs)

    return settle


def nulls_first(key: pl.Expr) -> pl.Expr:
    """A rank key without a value comes first."""
    return key.fill_null(key.min().fill_null(0) - 1_000_000)


def without_reservations(step: Step) -> Step:
    """The keep pass skipped."""
    return lambda waits, options, reservations, pools: step(waits, options, reservations.clear(), pools)


def lines_drawing_alone(step: Step) -> Step:
    """Two lines of a group that do not see what the other takes."""

    def draw(claims: list[remainder.Claim], used: dict[int, int]) -> Any:  # noqa: ANN401 -- as the step itself
        return [take for claim in claims for take in step([claim], used)]

    return draw


def turned_round(client: Client) -> Client:
    """A client whose segments stand in reverse."""
    policy = client.policy.model_copy(update={"segments": client.policy.segments[::-1]})
    return client.model_copy(update={"policy": policy})


def swapped(first: DecisionCode, second: DecisionCode) -> Callable[[Step], Step]:
    """Two reasons in each other's place."""

    def explanations() -> dict[DecisionCode, pl.Expr]:
        measures = dict(ORIGINAL_EXPLANATIONS())
        order = [{first: second, second: first}.get(code, code) for code in measures]
        return {code: measures[code] for code in order}

    return instead(explanations)


ORIGINAL_EXPLANATIONS = reasons._explanations  # noqa: SLF001 -- a fault is planted inside

every_day_works = {
    name: Warehouse(warehouse_id=name, allocator="us", working_days=calendars.MONDAY_FIRST)
    for name in ("W1", "W2", "W3")
}

FAULTS: dict[str, Fault] = {
    "nulls first": (groups, "_last_if_null", instead(nulls_first)),
    "time of day ignored": (
        waiting,
        "rank_groups",
        before(having(ordered_at=pl.col("ordered_at").dt.truncate("1d"))),
    ),
    "priority descends": (groups, "_KEYS", instead(groups._KEYS | {"priority": -pl.col("priority")})),  # noqa: SLF001
    "ties in reverse": (groups, "pack_keys", before(having(line=-pl.col("line")))),
    "lots in reverse": (plan, "usable_lots", after(lambda lots: lots.reverse())),
    "FEFO as FIFO": (plan, "tabulate_policies", after(having(lot_order=pl.lit("fifo")))),
    "LIFO as FIFO": (
        plan,
        "tabulate_policies",
        after(having(lot_order=pl.col("lot_order").replace("lifo", "fifo"))),
    ),
    "channels in reverse": (groups, "_KEYS", instead(groups._KEYS | {"channel": -pl.col("channel_place")})),  # noqa: SLF001
    "age classes a day early": (
        waiting,
        "time_lines",
        after(having(days_waiting=pl.col("days_waiting") + 1)),
    ),
    "the client's rank ignored": (
        waiting,
        "waiting_lines",
        after(having(client_rank=pl.lit(None, pl.Int64))),
    ),
    "deadlines ignored": (waiting, "waiting_lines", after(having(next_deadline_on=pl.lit(None, pl.Date)))),
    "FIFO as FEFO": (plan, "tabulate_policies", after(having(lot_order=pl.lit("fefo")))),
    "expired units used": (plan, "usable_lots", on_another_day(-1)),
    "last day of a lot not used": (plan, "usable_lots", on_another_day(1)),
    "named bins ignored": (supplies, "walking_order", lambda step: lambda places, _: step(places, {})),
    "bins by text": (supplies, "natural_key", instead(lambda text: [(1, 0, text)])),
    "safety stock ignored": (plan, "number_pools", without_safety),
    "safety stock cut from the front": (plan, "settle_holdings", safety_from_the_front),
    "strict as none": (plan, "tabulate_policies", after(having(holdback=pl.lit("none")))),
    "none as strict": (plan, "tabulate_policies", after(having(holdback=pl.lit("strict")))),
    "patience without bound": (waiting, "rank_groups", after(having(group_ripe=pl.lit(value=False)))),
    "a night more of patience": (
        waiting,
        "rank_groups",
        before(having(overtaken_nights=pl.col("overtaken_nights") - 1)),
    ),
    "a day more of patience": (
        waiting,
        "rank_groups",
        before(having(days_waiting=pl.col("days_waiting") - 1)),
    ),
    "nobody is ever overtaken": (
        standings,
        "_overtaken_groups",
        instead(lambda _: pl.Series("group", [], pl.Int64)),
    ),
    "always split": (plan, "tabulate_policies", after(having(split=pl.lit(value=True)))),
    "never split": (plan, "tabulate_policies", after(having(split=pl.lit(value=False)))),
    "segments ignored": (lines, "standing_of", lambda _: lambda _: pl.lit("gain", STANDINGS)),
    "the last fitting segment counts": (
        lines,
        "standing_of",
        lambda step: lambda clients: step({name: turned_round(client) for name, client in clients.items()}),
    ),
    "what is given up is kept": (tonight, "KEEPS", instead([*segments.KEEPS, "redistribute"])),
    "units got again count as lost": (
        tonight,
        "_regain",
        lambda _: lambda held, _: held.with_columns(again_qty=0),
    ),
    "winners in their rank": (
        waiting,
        "rank_groups",
        before(having(standing=pl.col("standing").replace("win", "gain"))),
    ),
    "losers in their rank": (
        waiting,
        "rank_groups",
        before(having(standing=pl.col("standing").replace("lose", "redistribute"))),
    ),
    "who asks for no more is promised more": (
        plan,
        "promise_units",
        before(with_pieces(group_fill=pl.lit(value=False))),
    ),
    "keep pass skipped": (plan, "serve_tonight", without_reservations),
    "holds ignored": (waiting, "time_lines", after(having(is_held=pl.lit(value=False)))),
    "item holds ignored": (
        waiting,
        "number_reaches",
        after(lambda told: (told[0], told[1].with_columns(is_item_held=pl.lit(value=False)))),
    ),
    "last ship date is past": (
        waiting,
        "time_lines",
        after(having(is_past=(pl.col("last_ship_on") <= date(2026, 3, 2)).fill_null(value=False))),
    ),
    "horizon a day longer": (
        plan,
        "tabulate_policies",
        after(having(horizon_days=pl.col("horizon_days") + 1)),
    ),
    "wait as reserve": (plan, "tabulate_policies", after(having(not_due=pl.lit("reserve")))),
    "not due served with the due": (waiting, "order_serving", after(having(serving=pl.col("group")))),
    "due with the first member": (
        waiting,
        "rank_groups",
        after(having(group_due_on=pl.col("line_due_on").min().over("group"))),
    ),
    "released before it may ship": (waiting, "rank_groups", after(having(starts_on=pl.lit(None, pl.Date)))),
    "orders complete by line": (
        waiting,
        "waiting_lines",
        after(having(ship_rule=pl.col("ship_rule").replace("order_complete", "line_complete"))),
    ),
    "raises ignored": (
        waiting,
        "split_raises",
        lambda _: lambda lines, *_, **__: lines.with_columns(portion=0),
    ),
    "time zone ignored": (
        lines,
        "with_local_date",
        lambda step: lambda frame, **terms: step(frame, **terms | {"clients": {}}),
    ),
    "nothing waits for its rest": (shipping, "_keep_for_rest", lambda _: lambda holdings, *_, **__: holdings),
    "the rest may come a day later": (
        shipping,
        "add_working_days",
        lambda step: lambda frame, **terms: step(frame, **terms | {"days": terms["days"] + 1}),
    ),
    "any promise is enough of a rest": (
        plan,
        "promised_rests",
        lambda step: (
            lambda tonight, promised, cells: step(
                replace(
                    tonight,
                    pieces=tonight.pieces.with_columns(rest_qty=pl.col("kept_qty") + pl.col("taken_qty")),
                ),
                promised.with_columns(qty=0),
                cells,
            )
        ),
    ),
    "small releases leave": (shipping, "_keep_small", lambda _: lambda holdings, *_, **__: holdings),
    "fractions count as units": (
        waiting,
        "number_reaches",
        after(lambda told: (told[0], told[1].with_columns(decimals=pl.lit(0, pl.Int64)))),
    ),
    "no limit of lines": (shipping, "_keep_above_limits", lambda _: lambda holdings, *_: holdings),
    "complete orders torn by the limit": (
        plan,
        "choose_shipments",
        lambda step: (
            lambda tonight, *args, **terms: step(
                replace(tonight, pieces=tonight.pieces.with_columns(ship_rule=pl.lit("partial"))),
                *args,
                **terms,
            )
        ),
    ),
    "grace a day longer": (
        plan,
        "tabulate_policies",
        after(having(overdue_grace_days=pl.col("overdue_grace_days") + 1)),
    ),
    "every day works": (
        future,
        "with_available_on",
        lambda step: lambda frame, **terms: step(frame, **terms | {"warehouses": every_day_works}),
    ),
    "pegs after the last ship date": (
        plan,
        "promise_units",
        before(with_pieces(last_ship_on=pl.lit(None, pl.Date))),
    ),
    "held orders peg": (plan, "promise_units", before(with_pieces(group_held=pl.lit(value=False)))),
    "lines of a group draw alone": (remainder, "_draw", lines_drawing_alone),
    "a line refused without its group": (engine, "_in_group", instead(lambda is_true: is_true)),
    "reasons in another order": (
        reasons,
        "_explanations",
        swapped(DecisionCode.KEPT_BY_RESERVATION, DecisionCode.SAFETY_STOCK),
    ),
}
"""Where, what, and what stands there instead."""


@pytest.fixture(scope="module")
def case() -> Case:
    return make_case(SEED, CLIENTS)


@pytest.fixture(scope="module")
def truth(case: Case) -> Plan:
    return plan_by_oracle(case)


def is_caught(case: Case, truth: Plan) -> bool:
    """The plan breaks its own contract, or differs from the oracle's."""
    try:
        return compare(plan_by_engine(case), truth) != []
    except SchemaError:
        return True


def test_without_a_fault_nothing_differs(case: Case, truth: Plan) -> None:
    assert compare(plan_by_engine(case), truth) == []


@pytest.mark.parametrize("name", FAULTS)
def test_the_oracle_catches_a_planted_fault(
    name: str, case: Case, truth: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    module, seam, wrong = FAULTS[name]
    monkeypatch.setattr(module, seam, wrong(getattr(module, seam)))
    assert is_caught(case, truth)


def test_a_differing_client_is_shrunk_to_what_it_needs(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    module, seam, wrong = FAULTS["lots in reverse"]
    monkeypatch.setattr(module, seam, wrong(getattr(module, seam)))
    client = case.only(differing_clients(case)[0])
    smallest = shrink(client, lambda part: bool(differing_clients(part)))
    assert len(smallest.tables["order_lines"]) == 1
    assert len(smallest.tables["stock_balances"]) == 2
    assert "oracle" in show(smallest)


@pytest.mark.parametrize("rounds", [0, 1, 50])
def test_the_plan_does_not_depend_on_how_many_rounds_are_vectorised(
    rounds: int, case: Case, truth: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "ROUNDS", rounds)
    assert compare(plan_by_engine(case), truth) == []
