"""Examples as text tables: a header, then a row a line; `-` is no value, dates are month-day of 2026.

`demand` has `order` and `qty` (open) and any column of an order line; `held` is what it has reserved, as
`W1:3`. `supply` has `qty` and any column of a balance or a lot; `items`, `inbound` and others likewise. Where
`counted` has a header, the client sends counts, and its rows are the warehouses of which one came.
An expected table names the columns that matter; quantities of rows alike in the others are added up.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from schemas.books.journal import Movement
from schemas.settings.client import Client
from schemas.settings.policy import Policy
from schemas.settings.warehouse import Warehouse
from schemas.table import empty
from tests.cases import Case, send_counts
from tests.frames import NIGHT
from tests.oracle_telling import serve_night
from tests.plan_tables import QTYS
from transforms.posting.planned.fences import grant_fences
from transforms.shipping_days import ShippingDays

if TYPE_CHECKING:
    from tests.case_orders import Row, Tables

CLIENT = "acme"
NAMES = {
    "order": "order_id",
    "line": "line_no",
    "warehouse": "warehouse_id",
    "lot": "lot_id",
    "bin": "bin_id",
    "asn": "asn_id",
    "reason": "reason_code",
    "by": "by_order_id",
    "to": "to_order_id",
}
LATE_IN_FEBRUARY = datetime(2026, 2, 27, 9, tzinfo=UTC)
WORDS = {"eta_reason"}
"""Columns that only the engine fills."""


@dataclass(frozen=True)
class Example:
    """Demand (in rank order, unless its columns say otherwise) and supply of a night, and the rules."""

    demand: str
    supply: str = ""
    inbound: str = ""
    items: str = ""
    raises: str = ""
    releases: str = ""
    withheld: str = ""
    counted: str = ""
    policy: dict[str, Any] = field(default_factory=dict)
    warehouses: tuple[str, ...] = ("W1",)
    bin_order: tuple[str, ...] = ()
    max_release_lines: int | None = None


def read_value(name: str, text: str) -> object:
    """A cell: nothing, a day or an instant of it, a truth, a number or a text."""
    if text == "-":
        return None
    if re.fullmatch(r"\d\d-\d\d", text):
        day = date.fromisoformat(f"2026-{text}")
        return datetime(day.year, day.month, day.day, 9, tzinfo=UTC) if name.endswith("_at") else day
    if text in {"yes", "no"}:
        return text == "yes"
    return int(text) if text.isdecimal() else text.strip('"')


def read_table(text: str) -> list[Row]:
    """The rows of a text table, columns under their own names; a cell with blanks stands in quotes."""
    header, *lines = [re.findall(r'"[^"]*"|\S+', line) for line in text.strip().splitlines()] or [[]]
    names = [NAMES.get(name, name) for name in header]
    return [{name: read_value(name, cell) for name, cell in zip(names, line, strict=True)} for line in lines]


def read_demand(example: Example) -> tuple[list[Row], list[Row]]:
    """Order lines that agree with their balances, and the balances."""
    lines: list[Row] = []
    balances: list[Row] = []
    for number, cells in enumerate(read_table(example.demand)):
        line_no = 1 + sum(line["order_id"] == cells["order_id"] for line in lines)
        plain = {"line_no": line_no, "ordered_at": LATE_IN_FEBRUARY + timedelta(minutes=number), "sku": "A"}
        line = plain | {"warehouse_ids": "|".join(example.warehouses), "client_id": CLIENT} | cells
        held = [part.split(":") for part in (line.pop("held", None) or "").split("|") if part]
        line |= {"open_qty": line.pop("qty"), "reserved_qty": sum(int(qty) for _, qty in held)}
        accounts = ("open", "reserved", "released", "shipped", "cancelled")
        lines.append(line | {"ordered_qty": sum(line.get(f"{name}_qty", 0) for name in accounts)})
        key = {name: line[name] for name in ("client_id", "order_id", "line_no")}
        placeless = {"warehouse_id": "", "sku": ""}
        balances += [
            key | placeless | {"account": name.upper(), "qty": line[f"{name}_qty"]}
            for name in accounts
            if name != "reserved" and line.get(f"{name}_qty")
        ]
        reserved = {"account": "RESERVED", "sku": line["sku"]}
        balances += [key | reserved | {"warehouse_id": place, "qty": int(qty)} for place, qty in held]
    return lines, balances


def read_supply(example: Example) -> tuple[list[Row], list[Row]]:
    """Stock balances and the lots they belong to."""
    balances, lots = [], {}
    for cells in read_table(example.supply):
        plain = {"warehouse_id": "W1", "sku": "A", "lot_id": "", "bin_id": "B1", "expiry_on": None}
        row = {"client_id": CLIENT, "first_seen_on": date(2026, 2, 1)} | plain | cells
        of_lot = {name: row.pop(name) for name in ("expiry_on", "first_seen_on")}
        place = {name: row[name] for name in ("client_id", "warehouse_id", "sku", "lot_id")}
        lots[tuple(place.values())] = place | of_lot
        balances.append(row)
    return balances, list(lots.values())


def read_releases(example: Example) -> list[Row]:
    """Releases of earlier nights: closed, unless they are said to be open, and shipped as far as is said."""
    plain = {"client_id": CLIENT, "is_open": False, "shipped_qty": 0}
    rows = [plain | row | {"release_id": f"r{n}"} for n, row in enumerate(read_table(example.releases))]
    return [row | {"released_qty": row.pop("qty")} for row in rows]


def rows_of(example: Example) -> Tables:
    """The example as rows of the books, but for what its fences keep."""
    lines, reserved = read_demand(example)
    balances, lots = read_supply(example)
    mine = {"client_id": CLIENT}
    inbound = [
        mine | {"asn_id": "N1", "asn_line_no": 1, "warehouse_id": "W1", "status": "expected"} | row
        for row in read_table(example.inbound)
    ]
    tables: Tables = {
        "order_lines": lines,
        "line_balances": reserved,
        "stock_balances": balances,
        "stock_lots": lots,
        "inbound_lines": [row | {"remaining_qty": row["qty"]} for row in inbound],
        "items": [mine | row for row in read_table(example.items)],
        "releases": read_releases(example),
        "withheld": [mine | {"line_no": 1, "judged_on": NIGHT} | row for row in read_table(example.withheld)],
        "first_counts": [mine | row for row in read_table(example.counted)],
        "order_raises": [mine | {"line_no": 1} | row for row in read_table(example.raises)],
    }
    for row in tables["inbound_lines"]:
        del row["qty"]
    return tables


def case_of(example: Example) -> Case:
    """The example as a night of one client, but for what its fences keep."""
    client = Client(
        client_id=CLIENT, name="Acme", warehouses=example.warehouses, policy=Policy(**example.policy)
    )
    client = send_counts(client) if example.counted else client
    places = {
        name: Warehouse(
            warehouse_id=name,
            allocator="us",
            bin_order=example.bin_order,
            max_release_lines=example.max_release_lines,
        )
        for name in example.warehouses
    }
    return Case({CLIENT: client}, places, rows_of(example))


def with_fences(case: Case) -> Case:
    """The case on the first night of its clients' fences: each keeps what it is granted."""
    days = ShippingDays.of(case.as_of, case.warehouses)
    granted = grant_fences(case.books, empty(Movement), clients=case.clients, days=days)
    return replace(case, tables=case.tables | {"fence_balances": granted.fence_balances.to_dicts()})


def plan_by_oracle(example: Example) -> Tables:
    """The oracle's plan of an example; tables without rows are missing."""
    case = with_fences(case_of(example))
    return serve_night(case.books, as_of=case.as_of, clients=case.clients, warehouses=case.warehouses)


def summarise(table: str, rows: list[Row], names: list[str]) -> Counter[tuple[Any, ...]]:
    """Quantities by the named columns; of a standing, how often the named facts stand."""
    main = QTYS.get(table, ("",))[0]
    found: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        qty = row["qty"] if main not in row and "qty" in row else row.get(main, 1)
        found[tuple(row[name] for name in names if name not in {main, "qty"})] += qty
    return +found


class Expect(Protocol):
    """Checks that an example gives the stated tables of a plan."""

    def __call__(self, example: Example, **gives: str) -> None:
        """Compare what came of the example with each stated table."""


def check_example(gives: dict[str, str], plan: Tables, planner: str) -> None:
    """The plan of an example gives what the example says, table by table."""
    for table, text in gives.items():
        header = [NAMES.get(name, name) for name in text.strip().splitlines()[0].split()]
        names = [name for name in header if planner == "engine" or name not in WORDS]
        expected = summarise(table, read_table(text), names)
        assert summarise(table, plan.get(table, []), names) == expected, f"{table} by the {planner}"
