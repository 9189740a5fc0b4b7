"""Rows that name an order which has left the books: the same happens as if it had stayed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from flows.cli.acting.erase import has_left
from flows.ledger.forgetting.erasures import Order
from flows.ledger.store.ledger import Ledger
from flows.outbound.versions.publish import version_folder
from flows.rehearsal import rehearse_file
from flows.simulating.one_night import simulate_night, simulate_tonight
from flows.simulating.span import simulate_span
from flows.workspace import Workspace
from schemas.night import RETIRED_TABLES, STATE_TABLES
from tests.flows.night.small_world import CLIENT, MONDAY, clock_after, drop, make_world, run_night
from tests.trials.crashes import copy_workspace

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough

DAYS = [MONDAY + timedelta(days=number) for number in range(5)]
KEEPS, LETS_GO = 365, 0
"""The two `closed_days` beside each other."""

ITEMS = "sku,name,uoms,decimals\nA,Anorak,,0\nB,Boots,,0\nC,Cheese,,2\n"
STOCK = "warehouse_id,sku,qty\nW1,A,9\nW1,B,5\nW1,C,7.5\n"
ORDERS = (
    "order_id,line_no,sku,qty,ordered_at,ship_to_name,ship_to_postcode\n"
    "O1,1,A,4,2026-03-02 09:00,Ann Archer,AB1\n"
    "O1,2,B,2,2026-03-02 09:00,Ann Archer,AB1\n"
    "O2,1,C,1.25,2026-03-02 09:10,Ben Baker,AB2\n"
    "O3,1,B,9,2026-03-02 09:20,Cid Carter,AB3\n"
)
SHIPMENTS = (
    "warehouse_id,order_id,line_no,sku,shipped_qty,shipped_at\n"
    "W1,O1,1,A,4,2026-03-03 10:00\nW1,O1,2,B,2,2026-03-03 10:00\nW1,O2,1,C,1.25,2026-03-03 10:05\n"
)
SHIPPED = "warehouse_id,order_id,line_no,release_id,sku,shipped_qty,shipped_at\n"
CHANGED = "order_id,line_no,action,sku,qty,ordered_at,changed_at\n"

LATER: dict[str, tuple[str, str]] = {
    "nothing": ("orders", ORDERS.replace("O1", "N1").replace("O2", "N2").replace("O3", "N3")),
    "a parcel more": ("shipments", f"{SHIPPED}W1,O1,1,,A,1,2026-03-04 10:00\n"),
    "a slip taken back": ("shipments", f"{SHIPPED}W1,O1,1,,A,-2,2026-03-04 10:00\n"),
    "by its release": ("shipments", f"{SHIPPED}W1,,,{{release}},A,1,2026-03-04 10:00\n"),
    "by its pick number": ("shipments", f"{SHIPPED}W1,,,{{pick_no}},A,1,2026-03-04 10:00\n"),
    "by its order alone": ("shipments", f"{SHIPPED}W1,O2,,,,0.5,2026-03-04 10:00\n"),
    "a cancellation": ("cancellations", "order_id,line_no,qty,cancelled_at\nO1,1,1,2026-03-04 11:00\n"),
    "told again with more": ("orders", f"{ORDERS}O9,1,A,1,2026-03-04 09:00,Di Dean,AB4\n"),
    "a line more": ("orders", f"{ORDERS}O1,3,A,2,2026-03-02 09:00,Ann Archer,AB1\n"),
    "a raise without a SKU": ("orders", f"{CHANGED}O2,1,change,,2.75,,2026-03-04 09:00\n"),
    "a reduction": ("orders", f"{CHANGED}O1,1,change,A,3,,2026-03-04 09:00\n"),
    "another order of its number": (
        "orders",
        ORDERS.replace("Ann Archer,AB1", "Zoe Zander,ZZ9").replace("03-02 09:00", "03-04 09:00"),
    ),
    "a row of it that is wrong": ("orders", f"{ORDERS}O1,3,A,many,2026-03-02 09:00,Ann Archer,AB1\n"),
    "other decimals of its item": ("items", "sku,name,uoms,decimals\nC,Cheese,,3\n"),
}
"""What may come about an order after it closed, each to a client of its own: feed and file."""

CLIENTS = {what: f"c{number}" for number, what in enumerate(LATER)}

Pair = tuple[Workspace, Workspace]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Orders of which two closed on Tuesday, in books that keep them and in books that let them go."""
    keeps = make_world(tmp_path_factory.mktemp("retired") / "keeps")
    let(keeps, KEEPS)
    for client_id in CLIENTS.values():
        (keeps.clients / f"{client_id}.toml").write_text(CLIENT.format(client_id=client_id), "utf-8")
        drop(keeps, f"{client_id}/items/items.csv", ITEMS)
        drop(keeps, f"{client_id}/stock/count.csv", STOCK)
        drop(keeps, f"{client_id}/orders/first.csv", ORDERS)
    run_night(keeps, DAYS[0])
    lets_go = Workspace(copy_workspace(keeps.root, keeps.root.parent / "lets_go"))
    let(lets_go, LETS_GO)
    for workspace in (keeps, lets_go):
        for client_id in CLIENTS.values():
            drop(workspace, f"{client_id}/shipments/done.csv", SHIPMENTS)
        run_night(workspace, DAYS[1])
    return keeps, lets_go


@pytest.fixture(scope="module")
def later(closed: Pair, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """The same after two more nights, on the first of which each client sent what it is named for."""
    both = copies(closed, tmp_path_factory.mktemp("later"))
    for workspace in both:
        for what, (feed, text) in LATER.items():
            with Ledger.open(workspace) as ledger:
                books = ledger.load_night(2, [CLIENTS[what]])
            (release,) = books.releases.filter(order_id="O1", sku="A").iter_rows(named=True)
            told = text.replace("{release}", release["release_id"]).replace("{pick_no}", release["pick_no"])
            drop(workspace, f"{CLIENTS[what]}/{feed}/later.csv", told)
        run_night(workspace, DAYS[2])
        run_night(workspace, DAYS[3])
    return both


def let(workspace: Workspace, closed_days: int) -> None:
    """The workspace keeps closed orders for so many days."""
    text = f"settle_seconds = 0\nmin_free_bytes = 0\nclosed_days = {closed_days}\n"
    workspace.settings_file.write_text(text, "utf-8")


def copies(pair: Pair, folder: Path) -> Pair:
    """Both workspaces, to go on with."""
    keeps, lets_go = (Workspace(copy_workspace(one.root, folder / one.root.name)) for one in pair)
    return keeps, lets_go


def all_of(workspace: Workspace, version: int, client_id: str) -> dict[str, list[tuple[object, ...]]]:
    """Every row of a client as of a version, with the orders that ever left; and what the night added."""
    history = ("movements", "allocations", "shipments", "messages", "row_keys", "rejected_rows", "findings")
    state = ("stock_balances", "stock_holds", "shelf_facts", "pending_rows", "uncorrected_rows", "items")
    with Ledger.open(workspace) as ledger:
        tables = {name: ledger.load_added(name, version).filter(client_id=client_id) for name in history}
        tables |= {name: ledger.load_table(name, [client_id], version=version) for name in state}
        lines = [ledger.load_table("order_lines", [client_id], version=version)]
        lines += [ledger.load_added("retired_order_lines", number) for number in range(version, 0, -1)]
    own = pl.concat(lines).filter(client_id=client_id)
    tables["order_lines"] = own.unique(["order_id", "line_no"], keep="first", maintain_order=True)
    return {name: sorted(rows.rows(), key=str) for name, rows in tables.items()}


def outputs_of(workspace: Workspace, version: int) -> dict[str, bytes]:
    """Every file that people and warehouses get of a version."""
    folder = version_folder(workspace, version)
    kinds = ("picks", "order_status", "acks", "notices", "quarantine", "summary")
    paths = [path for kind in kinds for path in sorted((folder / kind).rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def analysts_lines(workspace: Workspace) -> list[tuple[object, ...]]:
    """What analysts see of order lines now."""
    with duckdb.connect(workspace.published / "current" / "analytics.duckdb", read_only=True) as connection:
        return connection.execute("SELECT * FROM order_lines ORDER BY ALL").fetchall()


def test_a_closed_order_leaves_the_books_with_all_that_is_its_own(closed: Pair) -> None:
    with Ledger.open(closed[0]) as keeps, Ledger.open(closed[1]) as lets_go:
        assert set(keeps.load_table("order_lines")["order_id"]) == {"O1", "O2", "O3"}
        assert set(lets_go.load_table("order_lines")["order_id"]) == {"O3"}
        for name in RETIRED_TABLES:
            table = name.removeprefix("retired_")
            both = [*lets_go.load_table(table).rows(), *lets_go.load_added(name, 2).rows()]
            assert sorted(map(str, both)) == sorted(map(str, keeps.load_table(table).rows())), name
        assert lets_go.load_table("used_items", ["c0"])["sku"].to_list() == ["A", "B", "C"]
    assert analysts_lines(closed[0]) == analysts_lines(closed[1])
    assert outputs_of(closed[0], 2) == outputs_of(closed[1], 2)


@pytest.mark.parametrize("what", LATER)
def test_a_later_row_finds_the_order_as_if_it_had_stayed(later: Pair, what: str) -> None:
    keeps, lets_go = later
    for version in (3, 4):
        assert all_of(keeps, version, CLIENTS[what]) == all_of(lets_go, version, CLIENTS[what])


def test_people_warehouses_and_analysts_see_no_difference(later: Pair) -> None:
    for version in (3, 4):
        assert outputs_of(later[0], version) == outputs_of(later[1], version)
    assert analysts_lines(later[0]) == analysts_lines(later[1])


def test_a_file_is_tried_with_orders_that_have_left(closed: Pair, tmp_path: Path) -> None:
    feed, text = LATER["a raise without a SKU"]
    path = tmp_path / "later.csv"
    path.write_text(text, "utf-8")
    tried = [rehearse_file(one, "c0", feed, path, business_date=DAYS[2]) for one in closed]
    assert tried[0].verdicts == tried[1].verdicts
    assert tried[1].verdicts["accepted"] == 1


def test_nights_are_simulated_with_orders_that_had_left(later: Pair) -> None:
    nights = [simulate_night(one, DAYS[2], {}) for one in later]
    spans = [simulate_span(one, (DAYS[2], DAYS[3]), {}) for one in later]
    for kept, left in (nights, spans):
        assert kept.figures.equals(left.figures)


def test_the_next_night_is_simulated_with_orders_that_have_left(closed: Pair, tmp_path: Path) -> None:
    feed, text = LATER["a slip taken back"]
    both = copies(closed, tmp_path)
    for workspace in both:
        drop(workspace, f"c0/{feed}/later.csv", text)
    kept, left = (simulate_tonight(one, clock_after(DAYS[2]).now(), {}).figures for one in both)
    assert kept.equals(left)
    told = [kept.filter(client_id=name).drop("client_id") for name in ("c0", "c1")]
    assert not told[0].equals(told[1])


def test_an_order_that_has_left_can_be_erased_and_is_not_unknown(closed: Pair) -> None:
    with Ledger.open(closed[1]) as ledger:
        assert has_left(ledger, Order("c0", "O1"))
        assert not has_left(ledger, Order("c0", "O3"))
        assert not has_left(ledger, Order("bolt", "O1"))


def test_analysts_see_closed_orders_for_their_days_whether_they_left_or_not(
    closed: Pair, tmp_path: Path
) -> None:
    assert {str(row[1]) for row in analysts_lines(closed[0])} == {"O1", "O2", "O3"}
    for workspace in copies(closed, tmp_path):
        with workspace.settings_file.open("a", encoding="utf-8") as settings:
            settings.write("analyst_days = 2\n")
        run_night(workspace, DAYS[3])
        assert {str(row[1]) for row in analysts_lines(workspace)} == {"O3"}


def test_an_order_that_came_back_and_left_again_is_known_as_it_left_last(later: Pair) -> None:
    named = pl.DataFrame({"client_id": [CLIENTS["a parcel more"]], "order_id": ["O1"]})
    nobody = pl.DataFrame(schema={"client_id": pl.String, "release_id": pl.String})
    with Ledger.open(later[1]) as ledger:
        assert ledger.load_table("order_lines").join(named, on=["client_id", "order_id"]).is_empty()
        now, before = ledger.recall_orders(named, nobody), ledger.recall_orders(named, nobody, version=2)
    assert (before.excesses.height, now.excesses.height) == (0, 1)


def test_who_has_left_is_forgotten_as_one_who_stayed(closed: Pair) -> None:
    with Ledger.open(closed[1]) as ledger:
        query = "SELECT order_id, closed_on FROM people.ship_to WHERE client_id = 'c0' ORDER BY 1"
        known = ledger.connection.execute(query).fetchall()
    assert known == [("O1", "2026-03-03"), ("O2", "2026-03-03"), ("O3", None)]


def test_the_tables_that_leave_are_those_of_an_order() -> None:
    of_orders = {
        name for name, table in STATE_TABLES.items() if table.key()[:2] == ["client_id", "order_id"]
    } | {"releases"}
    of_orders -= {"wishes"}  # an order stays while it has one
    assert {name.removeprefix("retired_") for name in RETIRED_TABLES} == of_orders
