"""A row of a count that comes back from quarantine says what lay there when it was counted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.ledger.store.ledger import Ledger
from tests.flows.night.small_world import ITEMS, MONDAY, TUESDAY, drop, make_world, run_night

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

COUNT = "warehouse_id,sku,qty\nW1,A,three\nW1,B,5\n"
LATER = "sku,qty,reason,adjusted_at\nA,-1,lost,2026-03-02 15:00\n"
"""Seven hours after the count, which is at eight."""

BY_NAME = 'counted_at_pattern = "count_%Y%m%d_%H%M"\n'


def come_back(workspace: Workspace, name: str, *, without: str = "") -> None:
    """The quarantine file of the first night, with its row corrected."""
    (found,) = (workspace.published / "v000001/quarantine/acme/stock").glob("*/*.csv")
    text = found.read_text("utf-8-sig").replace("three", "3")
    assert ",2026-03-02T08:00:00Z," in text
    drop(workspace, f"acme/stock/{name}", text.replace(without, "", 1) if without else text)


def on_hand(workspace: Workspace, sku: str) -> int:
    """Units of the SKU in the books."""
    with Ledger.open(workspace) as ledger:
        balances = ledger.load_table("stock_balances").filter(sku=sku, client_id="acme")
    return int(balances["qty"].sum())


def begin(workspace: Workspace, *, name: str = "count.csv", more: str = "") -> None:
    """A count with a row that cannot be read."""
    settings = workspace.clients / "acme.toml"
    settings.write_text(settings.read_text("utf-8") + more, "utf-8")
    drop(workspace, "acme/items/items.csv", ITEMS)
    drop(workspace, f"acme/stock/{name}", COUNT)
    run_night(workspace, MONDAY)
    assert (on_hand(workspace, "A"), on_hand(workspace, "B")) == (0, 5)
    drop(workspace, "acme/adjustments/lost.csv", LATER)


@pytest.mark.thorough
def test_what_happened_after_the_count_is_not_undone_by_its_correction(tmp_path: Path) -> None:
    workspace = make_world(tmp_path)
    begin(workspace)
    come_back(workspace, "count.csv")
    run_night(workspace, TUESDAY)
    assert on_hand(workspace, "A") == 2, "three at eight, one lost in the afternoon"


@pytest.mark.thorough
def test_a_count_whose_name_tells_its_instant_comes_back_under_any_name(tmp_path: Path) -> None:
    workspace = make_world(tmp_path)
    begin(workspace, name="count_20260302_0800.csv", more=BY_NAME)
    come_back(workspace, "Mappe1.csv")
    run_night(workspace, TUESDAY)
    assert on_hand(workspace, "A") == 2


@pytest.mark.thorough
def test_an_instant_that_somebody_spoiled_is_asked_for(tmp_path: Path) -> None:
    workspace = make_world(tmp_path)
    begin(workspace)
    come_back(workspace, "count.csv", without="-03-02T08")
    run_night(workspace, TUESDAY)
    with Ledger.open(workspace) as ledger:
        reasons = ledger.load_added("rejected_rows", 2)
    assert reasons.select("column", "reason_code").rows() == [("counted_at", "not_a_time")]
