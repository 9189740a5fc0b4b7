"""Faults of the compiler and the engine, one at a time: where, and what stands there instead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.explanations import DecisionCode
from tests.properties import faults_of_homes, faults_of_shipments, faults_of_stock
from tests.properties.planting import (
    after,
    before,
    every_day_works,
    having,
    instead,
    lines_drawing_alone,
    nulls_first,
    reversed_groups,
    swapped,
    with_pieces,
    without_reservations,
)
from transforms.allocation import plan
from transforms.allocation.demand import groups, lines, policies, waiting
from transforms.allocation.explaining import reasons, standings
from transforms.allocation.promise import future
from transforms.allocation.releasing import shipping
from transforms.allocation.solver import bounds, remainder, sharing
from transforms.allocation.supply import expected, goods
from transforms.allocation.tonight import serving as tonight

if TYPE_CHECKING:
    from tests.properties.planting import Fault

SEED = 4321
CLIENTS = 300


FAULTS: dict[str, Fault] = {
    "nulls first": (groups, "_last_if_null", instead(nulls_first)),
    "time of day ignored": (
        waiting,
        "rank_groups",
        before(having(ordered_at=pl.col("ordered_at").dt.truncate("1d"))),
    ),
    "priority descends": (groups, "_KEYS", instead(groups._KEYS | {"priority": -pl.col("priority")})),  # noqa: SLF001
    "ties in reverse": (groups, "pack_keys", before(having(line=-pl.col("line")))),
    "lots in reverse": (goods, "usable_lots", after(lambda lots: lots.reverse())),
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
    "one tier for all": (waiting, "rank_groups", after(having(tier=pl.lit(5, pl.Int8)))),
    "nobody shares": (plan, "tabulate_policies", after(having(fair_share=pl.lit("none")))),
    "what is left of a level goes to the last": (sharing, "_share_pools", reversed_groups),
    "nobody shares the future": (future, "sharing_of", after(lambda _: {"tier": pl.lit(None, pl.Int8)})),
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
    "always split": (plan, "tabulate_policies", after(having(split=pl.lit("true")))),
    "never split": (plan, "tabulate_policies", after(having(split=pl.lit("false")))),
    "what is given up is kept": (tonight, "KEEPS", instead([*policies.KEEPS, "redistribute"])),
    "units got again count as lost": (tonight, "regain", after(lambda again: again.clear())),
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
    "horizon a day longer": (
        plan,
        "tabulate_policies",
        after(having(horizon_days=pl.col("horizon_days") + 1)),
    ),
    "wait as reserve": (plan, "tabulate_policies", after(having(not_due=pl.lit("reserve")))),
    "not due served with the due": (waiting, "order_serving", after(having(serving=pl.col("group")))),
    "due with the first member": (
        groups,
        "_join_orders",
        after(
            having(
                group_undue=pl.when("in_order")
                .then(pl.col("is_undue").all().over("order_no", "in_order"))
                .otherwise("group_undue")
            )
        ),
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
            lambda tonight, promised: step(
                replace(
                    tonight,
                    pieces=tonight.pieces.with_columns(rest_qty=pl.col("kept_qty") + pl.col("taken_qty")),
                ),
                promised.with_columns(qty=0),
            )
        ),
    ),
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
        expected,
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
    "a line refused without its group": (bounds, "in_group", instead(lambda is_true: is_true)),
    "reasons in another order": (
        reasons,
        "_explanations",
        swapped(DecisionCode.KEPT_BY_RESERVATION, DecisionCode.SAFETY_STOCK),
    ),
    **faults_of_homes.FAULTS,
    **faults_of_shipments.FAULTS,
    **faults_of_stock.FAULTS,
}
"""Where, what, and what stands there instead."""
