"""One case through the engine and through the oracle, and where they differ, the smallest part that does."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from tests.oracle_telling import serve_night
from tests.plan_tables import KEYS, Plan, add_up, compare
from transforms.night.allocating import allocate_night

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.case_orders import Row
    from tests.cases import Case
    from transforms.allocation import AllocationPlan

Planner = "Callable[[Case], Plan]"


def allocate(case: Case) -> AllocationPlan:
    """The engine's plan as it comes."""
    return allocate_night(case.books, as_of=case.as_of, clients=case.clients, warehouses=case.warehouses)


def plan_by_engine(case: Case) -> Plan:
    """The engine's plan in comparable form."""
    return comparable(allocate(case))


def comparable(plan: AllocationPlan) -> Plan:
    """A plan of the engine in comparable form."""
    return {table: add_up(table, getattr(plan, table).to_dicts()) for table in KEYS}


def plan_by_oracle(case: Case) -> Plan:
    """The oracle's plan in comparable form."""
    plan = serve_night(case.books, as_of=case.as_of, clients=case.clients, warehouses=case.warehouses)
    return {table: add_up(table, plan.get(table, [])) for table in KEYS}


def differing_clients(case: Case, truth: Plan | None = None) -> list[str]:
    """Clients whose plan differs from the oracle's, if that is known already `truth`."""
    return sorted({key[0] for _, key, _, _ in compare(plan_by_engine(case), truth or plan_by_oracle(case))})


def drop_rows(case: Case, table: str, dropped: list[Row]) -> Case:
    """The case without some rows, and without what belongs to them."""
    part_of = {"order_lines": ("order_id", "line_no"), "stock_lots": ("warehouse_id", "sku", "lot_id")}
    names = part_of.get(table, ())
    keys = {tuple(row[name] for name in names) for row in dropped} if names else set()
    gone = {id(row) for row in dropped}
    tables = {
        name: [
            row
            for row in rows
            if id(row) not in gone and tuple(row.get(name, id(row)) for name in names) not in keys
        ]
        for name, rows in case.tables.items()
    }
    return replace(case, tables=tables)


def shrink(case: Case, fails: Callable[[Case], bool]) -> Case:
    """The case with every row dropped that it does not need to fail; many at once are tried first."""
    droppable = ("items", "order_raises", "inbound_lines", "order_lines", "stock_lots", "stock_balances")
    smaller = True
    while smaller:
        smaller = False
        for table in droppable:
            size = len(case.tables[table])
            while size:
                for first in range(0, len(rows := case.tables[table]), size):
                    part = [row for row in rows[first : first + size] if row in case.tables[table]]
                    if part and fails(candidate := drop_rows(case, table, part)):
                        case, smaller = candidate, True
                size //= 2
    return case


def show(case: Case) -> str:
    """What a person needs to see of a small failing case."""
    client = next(iter(case.clients.values()))
    with pl.Config(tbl_rows=50, tbl_cols=30, tbl_width_chars=200, tbl_hide_dataframe_shape=True):
        tables = [f"{name}\n{pl.DataFrame(rows)}" for name, rows in case.tables.items() if rows]
    differences = compare(plan_by_engine(case), plan_by_oracle(case))
    told = [f"{table} {key}: engine {mine}, oracle {theirs}" for table, key, mine, theirs in differences]
    return "\n".join([f"{client.policy!r} {client.warehouses}", *tables, *told])
