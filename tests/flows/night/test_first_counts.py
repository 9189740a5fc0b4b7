"""First nights without stock: lines are planned and dated; nobody is told before their warehouse is counted.

Each case is a client of its own in one workspace; all of them order four A, of which nothing stands in the
books. What differs is which counts come, and when.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from flows.workspace import Workspace
from tests.flows.cli.published import run
from tests.flows.night.small_world import MONDAY, TUESDAY, WEDNESDAY, drop, run_night

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough

SETTINGS = """
name = "{name}"
warehouses = {warehouses}

[policy]
{policy}
{stock}
"""
STOCK = '[feeds.stock]\ncount_basis = "physical"\ncount_scope = "rows"\ncounted_at_time = 08:00:00\n'
HEADER = "warehouse_id,sku,qty\n"
ORDER = "order_id,line_no,sku,qty,ordered_at,warehouse_ids,cancel_after\n{},1,A,4,2026-03-01 09:00,{},{}\n"
ONE = f"{HEADER}W1,A,1\n"
NIGHTS = (MONDAY, TUESDAY, WEDNESDAY)
CANCELS = 'on_short = "cancel_line"'
RECEIPT = "receipt_id,line_no,sku,received_qty,received_on\nR1,1,{sku},{qty},2026-03-02\n"

CLIENTS: dict[str, dict[str, Any]] = {
    "never": {},
    "cancels": {"policy": CANCELS},
    "counted": {},
    "counted-cancels": {"policy": CANCELS},
    "past": {"policy": 'past_cancel = "cancel"', "cancel_after": "2026-02-27"},
    "empty": {},
    "held": {},
    "held-same": {},
    "broken": {},
    "announced": {},
    "received": {},
    "two": {"warehouses": '["W1", "W2"]'},
    "two-empty": {"warehouses": '["W1", "W2"]'},
    "plain": {"stock": ""},
}
ASN = "asn_id,line_no,sku,expected_on,qty\nS1,1,A,2026-03-05,10\n"
FILES: dict[date, dict[str, str]] = {
    MONDAY: {
        "announced/asns/asns.csv": ASN,
        "held/receipts/in.csv": RECEIPT.format(sku="B", qty=100),
        "held-same/receipts/in.csv": RECEIPT.format(sku="B", qty=100),
        "received/receipts/in.csv": RECEIPT.format(sku="A", qty=3),
        "two/orders/own.csv": ORDER.format("O2", "W1", ""),
        "two/stock/count.csv": ONE,
    },
    TUESDAY: {
        "empty/stock/count.csv": HEADER,
        "two-empty/stock/count.csv": HEADER,
        "held/stock/count.csv": f"{HEADER}W1,B,3\n",
        "held-same/stock/count.csv": f"{HEADER}W1,B,3\n",
        "broken/stock/count.csv": f"{HEADER}W1,A,many\n",
    },
    WEDNESDAY: {
        "counted/stock/count.csv": ONE,
        "counted-cancels/stock/count.csv": ONE,
        "past/stock/count.csv": ONE,
        "held-same/stock/again.csv": f"{HEADER}W1,B,3\n",
        "held/stock/again.csv": f"{HEADER}W1,B,3\nW1,C,0\n",
    },
}
LINES = """
    SELECT order_id, open_qty, released_qty, cancelled_qty, backordered_qty, eta_on, told_on, first_due_on,
           first_short_on, short_reason, awaits_count, counted_on, overtaken_nights
    FROM order_lines WHERE client_id = ? ORDER BY order_id
"""
NOTICES = "SELECT business_date, order_id, kind FROM notices WHERE client_id = ? ORDER BY ALL"
FINDINGS = """
    SELECT code, subject, opened_on FROM findings WHERE client_id = ? AND business_date = ? ORDER BY ALL
"""


class World:
    """The published nights."""

    def __init__(self, workspace: Workspace) -> None:
        """Nothing has run yet."""
        self.workspace = workspace
        self.folders: dict[date, Path] = {}

    def ask(self, night: date, query: str, *values: object) -> list[dict[str, Any]]:
        """Rows of the analyst file of a night."""
        with duckdb.connect(str(self.folders[night] / "analytics.duckdb"), read_only=True) as published:
            answer = published.execute(query, list(values))
            names = [column[0] for column in answer.description or ()]
            return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]

    def line(self, client_id: str, night: date, order_id: str = "O1") -> dict[str, Any]:
        """An order line of a client after a night."""
        return next(row for row in self.ask(night, LINES, client_id) if row["order_id"] == order_id)

    def notices(self, client_id: str) -> list[tuple[Any, ...]]:
        """All that was told until Wednesday."""
        return [tuple(row.values()) for row in self.ask(WEDNESDAY, NOTICES, client_id)]

    def findings(self, client_id: str, night: date) -> list[tuple[Any, ...]]:
        """What is open of a client on a night."""
        return [tuple(row.values()) for row in self.ask(night, FINDINGS, client_id, night)]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Three nights of all clients."""
    workspace = Workspace(tmp_path_factory.mktemp("first-counts") / "data")
    for folder in (workspace.clients, workspace.warehouses):
        folder.mkdir(parents=True)
    workspace.settings_file.write_text("settle_seconds = 0\nmin_free_bytes = 0\n", "utf-8")
    for name in ("W1", "W2"):
        (workspace.warehouses / f"{name}.toml").write_text('allocator = "us"\n', "utf-8")
    for client_id, said in CLIENTS.items():
        usual = {"name": client_id, "warehouses": '["W1"]', "policy": "", "stock": STOCK}
        (workspace.clients / f"{client_id}.toml").write_text(SETTINGS.format(**usual | said), "utf-8")
        order = ORDER.format("O1", "", said.get("cancel_after", ""))
        drop(workspace, f"{client_id}/orders/first.csv", order)
    world = World(workspace)
    for night in NIGHTS:
        for place, text in FILES[night].items():
            drop(workspace, place, text)
        (result,) = run_night(workspace, night)
        assert result.clients_held == ()
        world.folders[night] = result.folder
    return world


NOT_BEGUN = {
    "cancelled_qty": 0,
    "backordered_qty": 0,
    "told_on": None,
    "first_due_on": None,
    "first_short_on": None,
    "overtaken_nights": 0,
    "counted_on": None,
}


def test_a_client_that_never_counts_is_planned_and_nobody_is_told(world: World) -> None:
    for night in NIGHTS:
        line = world.line("never", night)
        assert line.items() >= (NOT_BEGUN | {"open_qty": 4, "awaits_count": "W1"}).items()
        assert line["short_reason"] == "not_counted"
    assert world.notices("never") == []


def test_the_list_says_once_a_warehouse_what_is_missing_and_since_when(world: World) -> None:
    for night in NIGHTS:
        assert world.findings("never", night) == [("stock_not_counted", "W1", MONDAY)]
        assert world.findings("plain", night) == []
    told = "SELECT detail, owner, command FROM findings WHERE client_id = 'never' AND business_date = ?"
    (finding,) = world.ask(WEDNESDAY, told, WEDNESDAY)
    assert finding == {
        "detail": "no count came to ./inbound/never/stock yet; 1 line of 1 order waiting, the first since "
        "2026-03-02",
        "owner": "operator",
        "command": "backorders findings never stock_not_counted --workspace .",
    }


@pytest.mark.parametrize("client_id", ["cancels", "past"])
def test_no_rule_cancels_before_the_first_count(world: World, client_id: str) -> None:
    last = WEDNESDAY if client_id == "cancels" else TUESDAY
    assert world.line(client_id, last).items() >= (NOT_BEGUN | {"open_qty": 4}).items()


def test_a_line_is_dated_before_the_first_count(world: World) -> None:
    assert world.line("announced", WEDNESDAY)["eta_on"] == date(2026, 3, 6)
    assert world.line("announced", WEDNESDAY)["told_on"] is None
    assert world.notices("announced") == []


def test_everything_starts_with_the_first_count(world: World) -> None:
    begun = world.line("counted", WEDNESDAY)
    assert world.line("counted", TUESDAY).items() >= NOT_BEGUN.items()
    assert (
        begun.items()
        >= {
            "open_qty": 3,
            "released_qty": 1,
            "backordered_qty": 3,
            "told_on": WEDNESDAY,
            "first_due_on": WEDNESDAY,
            "first_short_on": WEDNESDAY,
            "short_reason": "no_stock",
            "awaits_count": None,
            "counted_on": WEDNESDAY,
        }.items()
    )
    assert world.notices("counted") == [(WEDNESDAY, "O1", "on_back_order")]
    assert world.findings("counted", TUESDAY) == [("stock_not_counted", "W1", MONDAY)]
    assert world.findings("counted", WEDNESDAY) == []


@pytest.mark.parametrize("client_id", ["counted-cancels", "past"])
def test_rules_cancel_from_the_first_count_on(world: World, client_id: str) -> None:
    assert world.line(client_id, WEDNESDAY)["cancelled_qty"] == 4
    assert world.notices(client_id) == [(WEDNESDAY, "O1", "cancelled")]


def test_an_empty_count_is_a_count(world: World) -> None:
    assert world.notices("empty") == [(TUESDAY, "O1", "on_back_order")]
    assert world.line("empty", TUESDAY)["counted_on"] == TUESDAY
    assert world.findings("empty", TUESDAY) == []


@pytest.mark.parametrize("client_id", ["held", "held-same"])
def test_a_held_count_is_none_until_another_one_agrees(world: World, client_id: str) -> None:
    codes = [code for code, *_ in world.findings(client_id, TUESDAY)]
    assert codes == ["count_held", "stock_not_counted"]
    assert world.line(client_id, TUESDAY).items() >= NOT_BEGUN.items()
    assert world.notices(client_id) == [(WEDNESDAY, "O1", "on_back_order")]


def test_a_count_of_which_every_row_was_rejected_is_none(world: World) -> None:
    codes = [code for code, *_ in world.findings("broken", WEDNESDAY)]
    assert codes == ["rows_rejected", "stock_not_counted"]
    assert world.notices("broken") == []


def test_received_goods_ship_before_the_first_count(world: World) -> None:
    line = world.line("received", MONDAY)
    assert (line["released_qty"], line["open_qty"], line["told_on"]) == (3, 1, None)
    assert world.notices("received") == []


def test_a_line_waits_for_every_warehouse_that_may_serve_it(world: World) -> None:
    assert world.line("two", WEDNESDAY)["awaits_count"] == "W2"
    assert world.notices("two") == [(MONDAY, "O2", "on_back_order")]
    assert world.findings("two", WEDNESDAY) == [("stock_not_counted", "W2", MONDAY)]


def test_an_empty_count_is_one_of_all_warehouses_of_its_client(world: World) -> None:
    assert world.findings("two-empty", MONDAY) == [
        ("stock_not_counted", "W1", MONDAY),
        ("stock_not_counted", "W2", MONDAY),
    ]
    assert world.findings("two-empty", TUESDAY) == []
    assert world.notices("two-empty") == [(TUESDAY, "O1", "on_back_order")]


def test_a_client_that_sends_no_counts_is_told_at_once(world: World) -> None:
    line = world.line("plain", MONDAY)
    assert (line["told_on"], line["first_short_on"], line["short_reason"]) == (MONDAY, MONDAY, "no_stock")
    assert (line["awaits_count"], line["counted_on"]) == (None, None)


def test_pages_say_what_a_line_waits_for(world: World) -> None:
    place = ("--workspace", str(world.workspace.root))
    why = " ".join(run("why", "never", "O1", *place).output.split())
    assert "waits for the first count of W1: until then nobody is told of it" in why
    assert "ships when the first count of W1 shows units for it, or more come in" in why
    assert "counted first on 2026-03-04: its waiting counts from that night on" in " ".join(
        run("why", "counted", "O1", *place).output.split()
    )
    queue = " ".join(run("queue", "never", "A", *place).output.split())
    assert "not counted" in queue
    assert "stock_not_counted since 2026-03-02: no count came to ./inbound/never/stock yet" in queue
    assert "stock_not_counted" in run("status", *place).output
    assert "./inbound/never/stock" in run("findings", "never", "stock_not_counted", *place).output
    summary = (world.folders[WEDNESDAY] / "summary").rglob("*")
    assert any("stock_not_counted" in path.read_text() for path in summary if path.is_file())


def test_a_client_reads_in_its_order_status_what_is_missing(world: World) -> None:
    (path,) = world.folders[WEDNESDAY].rglob("*never*/*.csv")
    assert "drop the first count of W1; nobody is told before" in path.read_text()


def test_the_night_after_is_as_any_other(world: World) -> None:
    thursday = WEDNESDAY + timedelta(days=1)
    (result,) = run_night(world.workspace, thursday)
    world.folders[thursday] = result.folder
    (line,) = world.ask(thursday, "SELECT days_waiting FROM order_lines WHERE client_id = 'counted'")
    assert line == {"days_waiting": 1}
    assert world.findings("never", thursday) == [("stock_not_counted", "W1", MONDAY)]
