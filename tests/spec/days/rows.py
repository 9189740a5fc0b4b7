"""Rows of a night: `column=value ... -> answer`, every row a client with one line of 2 units.

A row names what is not plain: any column of an order line, `expiry_on` of the lot, `available_from` of the
item, `until` of a fence that keeps all units from the line, or keys of a policy. Two units lie in each
warehouse of the line; where a row names `expected_on`, none do, and two are announced for its first one.

The answer is `due` or `early`; what tonight gives, and where (`release W1`, `reserve W1`, `none`), or that
the line is `cancelled`; and the day that may be told, `-` if none. Days are month-day of 2026.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from functools import cache
from typing import TYPE_CHECKING, Any

from schemas.settings.client import Client
from schemas.settings.policy import Policy
from schemas.settings.warehouse import Warehouse
from tests.cases import Case
from tests.oracle_telling import serve_night
from tests.spec.tables import Example, read_value, rows_of, with_fences
from transforms.night.allocating import allocate_night

if TYPE_CHECKING:
    from schemas.night import AsOf, Books
    from tests.case_orders import Row, Tables

TABLES = ("standings", "allocations", "cancellations")
OF_ANNOUNCED = ("expected_on", "status", "last_received_on")
OF_POLICY = ("not_due", "horizon_days", "overdue_grace_days", "past_cancel")

CLOSED = tuple(date.fromisoformat(f"2026-{day}") for day in ("03-17", "04-03", "04-06"))
"""A holiday on a Tuesday, Good Friday and Easter Monday."""


def _place(warehouse_id: str, **own: Any) -> Warehouse:  # noqa: ANN401 -- settings of any type
    return Warehouse(warehouse_id=warehouse_id, allocator="us", **{"holidays": CLOSED} | own)


def _in_london(warehouse_id: str, hour: int, minute: int, **own: Any) -> Warehouse:  # noqa: ANN401 -- as above
    return _place(warehouse_id, time_zone="Europe/London", cut_off=time(hour, minute), **own)


EVERY_DAY = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WAREHOUSES = {
    place.warehouse_id: place
    for place in (
        _place("W1"),
        _place("DOCK0", dock_to_stock_days=0),
        _place("DOCK2", dock_to_stock_days=2),
        _place("SAT", working_days=EVERY_DAY[:6], holidays=CLOSED[1:]),
        _in_london("L1400", 14, 0),
        _in_london("L1415", 14, 15),
        _in_london("L1430", 14, 30),
        _in_london("DAILY0030", 0, 30, working_days=EVERY_DAY),
        _in_london("DAILY0130", 1, 30, working_days=EVERY_DAY),
        _in_london("DAILY0205", 2, 5, working_days=EVERY_DAY),
        _in_london("DAILY0230", 2, 30, working_days=EVERY_DAY),
    )
}
"""SAT works on Saturdays and on the holiday in March; the others of London are named by their cut-off."""


def _by_engine(books: Books, **of_run: Any) -> dict[str, list[Row]]:  # noqa: ANN401 -- run, clients, warehouses
    plan = allocate_night(books, **of_run)
    return {name: getattr(plan, name).to_dicts() for name in TABLES}


PLANNERS = {"engine": _by_engine, "oracle": serve_night}


@dataclass(frozen=True)
class Night:
    """A run and the rows that it is asked.

    Attributes:
        name: what is special about it.
        as_of: the run.
        rows: one a line, and words after `#` that say what it is about.
    """

    name: str
    as_of: AsOf
    rows: str

    def asked(self) -> dict[str, str]:
        """The answer that is expected of each row."""
        rows = [line.partition("#")[0].split("->") for line in self.rows.strip().splitlines()]
        return {" ".join(cells.split()): answer.strip() for cells, answer in (row for row in rows if row[1:])}

    def answered(self, planner: str) -> dict[str, str]:
        """What the planner makes of each row, all of them in one plan."""
        case = _case_of(self)
        plan = PLANNERS[planner](
            case.books, as_of=case.as_of, clients=case.clients, warehouses=case.warehouses
        )
        return {row: _answer(plan, f"row{number}") for number, row in enumerate(self.asked())}


@cache
def _case_of(night: Night) -> Case:
    """All rows of a night as its clients."""
    clients: dict[str, Client] = {}
    tables: Tables = {}
    for number, row in enumerate(night.asked()):
        name = f"row{number}"
        example = _example_of(dict(cell.split("=") for cell in row.split()))
        clients[name] = Client(
            client_id=name, name=row, warehouses=example.warehouses, policy=Policy(**example.policy)
        )
        for table, rows in rows_of(example).items():
            tables.setdefault(table, []).extend(row | {"client_id": name} for row in rows)
    used = {name: WAREHOUSES[name] for client in clients.values() for name in client.warehouses}
    return with_fences(Case(clients, used, tables, night.as_of))


def _example_of(cells: dict[str, str]) -> Example:
    """A row as tables and a policy."""
    places = tuple(cells.pop("warehouses", "W1").split("|"))
    until, expiry_on = cells.pop("until", None), cells.pop("expiry_on", "-")
    item = {name: cells.pop(name) for name in ("available_from",) if name in cells}
    announced = {name: cells.pop(name) for name in OF_ANNOUNCED if name in cells}
    policy: dict[str, Any] = {"not_due": "reserve"} | {
        name: read_value(name, cells.pop(name)) for name in OF_POLICY if name in cells
    }
    if until:
        shop = {"name": "shop", "channel": ("shop",), "sku": ("A",), "qty": 2, "until": f"2026-{until}"}
        policy["fences"] = (shop,)
    shelves = "\n".join(f"{place} L1 {expiry_on} 2" for place in places)
    return Example(
        demand=_table({"order": "O1", "qty": "2"} | cells),
        supply="" if announced else f"warehouse lot expiry_on qty\n{shelves}",
        inbound=_table({"warehouse": places[0], "qty": "2"} | announced) if announced else "",
        items=_table({"sku": "A"} | item),
        policy=policy,
        warehouses=places,
    )


def _table(cells: dict[str, str]) -> str:
    """One row under its header."""
    return f"{' '.join(cells)}\n{' '.join(cells.values())}"


def _answer(plan: dict[str, list[Row]], client_id: str) -> str:
    """What came of a client's line."""
    mine = {name: [row for row in plan.get(name, []) if row["client_id"] == client_id] for name in TABLES}
    if mine["cancellations"]:
        return "cancelled"
    (standing,) = mine["standings"]
    given = [f"{row['kind']} {row['warehouse_id']}" for row in mine["allocations"] if row["allocated_qty"]]
    told = f"{standing['eta_on']:%m-%d}" if standing["eta_on"] else "-"
    return " ".join(["due" if standing["is_due"] else "early", *(given or ["none"]), told])
