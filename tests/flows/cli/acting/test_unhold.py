"""`backorders unhold`, as a person sees it: what is held, what comes free and when, and its pages."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flows.ledger.databases.control import transaction
from flows.ledger.store.ledger import Ledger
from flows.night.run import run_nights
from flows.night.steps import commit_step, deliver_step, freeze_step, intake_step, plan_step, publish_step
from tests.flows.cli.published import run
from tests.flows.night.small_world import (
    ITEMS,
    MONDAY,
    ORDERS,
    TUESDAY,
    WEDNESDAY,
    drop,
    make_world,
)

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from typer.testing import Result

    from flows.workspace import Workspace

pytestmark = pytest.mark.thorough

RECEIPTS = "receipt_id,line_no,sku,received_qty,damaged_qty,received_at,bin_id,receipt_type,asn_id\n"
JUDGE = ("unhold", "acme", "W1", "A", "--by", "Ann Ash", "--why", "as new")


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """An order of four A, and six returned and one damaged of them, after Monday's night."""
    workspace = make_world(tmp_path / "data")
    drop(workspace, "acme/items/items.csv", ITEMS)
    drop(workspace, "acme/orders/first.csv", ORDERS.format(order_id="O1", qty=4))
    rows = "R1,1,A,6,0,2026-03-02T10:00,B1,return,\nR2,1,A,1,1,2026-03-02T10:00,B2,,\n"
    drop(workspace, "acme/receipts/back.csv", RECEIPTS + rows)
    night(workspace, MONDAY)
    return workspace


def night(workspace: Workspace, day: date) -> None:
    """A night by the true clock, as `unhold` goes by it."""
    run_nights(workspace, business_date=day)


def say(place: Workspace, *words: str, answer: str | None = None) -> Result:
    return run(*words, "-w", str(place.root), input=answer)


def told(place: Workspace, *words: str) -> str:
    """A page in one line."""
    shown = say(place, *words)
    assert shown.exit_code == 0, shown.output
    return " ".join(shown.output.split())


def refused(place: Workspace, *words: str, answer: str | None = None) -> str:
    """Why the command did nothing."""
    shown = say(place, *words, answer=answer)
    assert shown.exit_code == 2, shown.output
    message = " ".join(shown.stderr.split())
    assert "Nothing was changed." in message
    with Ledger.open(place) as ledger:
        assert ledger.connection.execute("SELECT count(*) FROM unholds").fetchone() == (0,)
    return message


def stock_of(place: Workspace) -> dict[str, tuple[int, int, int]]:
    """By bin: free, held and released units."""
    page = json.loads(say(place, "stock", "acme", "A", "--json").output)
    return {
        row["bin_id"]: (row["available_qty"], row["hold_qty"], row["released_qty"]) for row in page["balance"]
    }


def test_returned_units_that_were_judged_to_be_good_ship_from_the_next_night_on(place: Workspace) -> None:
    assert stock_of(place) == {"B1": (0, 6, 0), "B2": (0, 1, 0)}
    page = told(place, "stock", "acme", "A")
    assert "return ends by: `backorders unhold`" in page
    command = "backorders unhold acme W1 A --bin B1 --reason return --by NAME --why REASON --workspace"
    assert f"{command} {place.root}" in page
    assert "stock_held since 2026-03-02: 6 units at W1 (B1): returned goods, not yet judged" in page

    shown = say(place, *JUDGE, "--reason", "return", answer="y\n")
    assert shown.exit_code == 0, shown.output
    words = " ".join(shown.output.split())
    assert "On hold: acme · A · W1" in words
    assert "return B1 6 6" in words
    assert "damaged B2 1 0" in words
    assert "Release them? [y/N]: y" in words
    assert "6 units of A come free. It takes effect with the next run: the night of 2026-03-03" in words

    assert stock_of(place) == {"B1": (0, 6, 0), "B2": (0, 1, 0)}, "the night has not come yet"
    waits = "6 units of A (return in B1 at W1) come free with the next run; Ann Ash, "
    assert waits in told(place, "stock", "acme", "A")
    assert waits in told(place, "why", "acme", "O1")
    assert "not yet judged; 6 units of it come free with the next run" in told(place, "findings", "acme")
    nothing = say(place, *JUDGE, "--reason", "return", "--yes")
    assert nothing.exit_code == 2
    assert (
        "Nothing of A that comes off hold is there as asked at W1. On hold: 1 damaged in B2" in nothing.stderr
    )

    night(place, TUESDAY)
    assert stock_of(place) == {"B1": (2, 0, 4), "B2": (0, 1, 0)}
    page = told(place, "stock", "acme", "A")
    assert "6 units of A (return in B1 at W1) came free on 2026-03-03; Ann Ash, " in page
    assert "UTC: as new" in page
    assert "HOLD FREE 6 unheld" in page
    assert "returned goods" not in told(place, "findings", "acme", "stock_held"), "the task is closed"

    night(place, WEDNESDAY)
    assert stock_of(place) == {"B1": (2, 0, 4), "B2": (0, 1, 0)}, "it is followed once"


def test_a_frozen_night_does_not_see_it_so_that_its_plan_can_be_made_again(place: Workspace) -> None:
    root = str(place.root)
    freeze_step(root, "2026-03-03-1", intake_step(root))
    shown = say(place, *JUDGE, "--reason", "return", "--qty", "4", "--yes")
    assert (
        "Night 2026-03-03 run 1 is frozen already and does not see it; the run after it does." in shown.output
    )
    plan_step(root, "2026-03-03-1")
    commit_step(root, "2026-03-03-1")
    publish_step(root, "2026-03-03-1")
    deliver_step(root, "2026-03-03-1")
    assert stock_of(place)["B1"] == (0, 6, 0)
    night(place, WEDNESDAY)
    assert stock_of(place)["B1"] == (0, 2, 4)


def test_a_client_without_settings_keeps_its_word_until_it_has_some_again(place: Workspace) -> None:
    settings = place.clients / "acme.toml"
    text = settings.read_text("utf-8")
    say(place, *JUDGE, "--reason", "return", "--yes")
    settings.write_text("name = \n", "utf-8")
    night(place, TUESDAY)
    settings.write_text(text, "utf-8")
    night(place, WEDNESDAY)
    assert stock_of(place)["B1"] == (2, 0, 4)


def test_json_has_the_units_and_never_asks(place: Workspace) -> None:
    assert "--json cannot ask; add --yes." in refused(place, *JUDGE, "--json")
    page = json.loads(say(place, *JUDGE, "--bin", "B2", "--yes", "--json").output)
    assert page["unhold"] == [
        {
            "client_id": "acme",
            "warehouse_id": "W1",
            "sku": "A",
            "lot_id": "",
            "bin_id": "B2",
            "hold_reason": "damaged",
            "qty": 1,
        }
    ]
    assert (page["by"], page["why"]) == ("Ann Ash", "as new")


def test_nothing_is_released_that_is_not_clear_or_not_there(place: Workspace) -> None:
    assert "Say who judged the units (--by)" in refused(place, *JUDGE[:5], " ", "--why", "x", "--yes")
    assert "Not confirmed." in refused(place, *JUDGE, answer="n\n")
    assert "Not confirmed." in refused(place, *JUDGE, answer="")
    message = refused(place, *JUDGE, "--qty", "2", "--yes")
    assert "--qty needs one place: say which with --lot, --bin or --reason." in message
    assert "6 return in B1 at W1" in message
    message = refused(place, *JUDGE, "--qty", "7", "--reason", "return", "--yes")
    assert "--qty 7 is more than is on hold: 6 return in B1 at W1." in message
    for wrong in ("many", "nan", "inf", "1e3", "1,5", "", "٣", "9" * 50):
        message = refused(place, *JUDGE, "--reason", "return", "--yes", f"--qty={wrong}")
        assert f"--qty {wrong!r} is no quantity; write units as in 4 or 2.5." in message
    for wrong in ("0", "-2", "-0.5", "0.000"):
        message = refused(place, *JUDGE, "--bin", "B9", "--yes", f"--qty={wrong}")
        assert f"--qty must be more than 0, not {wrong}: it says how many units come free." in message
    message = refused(place, *JUDGE, "--reason", "return", "--yes", "--qty=1.5")
    assert "--qty 1.5: the item is counted in whole units." in message
    assert "On hold: 6 return in B1 at W1; 1 damaged in B2 at W1." in refused(
        place, *JUDGE, "--bin", "B9", "--yes"
    )
    assert "Unknown sku 'AA'" in say(place, "unhold", "acme", "W1", "AA", *JUDGE[4:], "--yes").stderr


def test_a_hold_with_another_way_out_is_refused_with_that_way(place: Workspace) -> None:
    message = refused(place, *JUDGE, "--reason", "short_pick", "--yes")
    assert "short_pick (a picker did not find it; waits for a count) is not ended by a word." in message
    assert "What ends it: a count of the bin (a row of stock), or an adjustment that names it." in message
    assert "an items file names the SKU" in refused(place, *JUDGE, "--reason", "unknown_sku", "--yes")
    assert "No hold has the reason 'lost'; units that can be released have" in refused(
        place, *JUDGE, "--reason", "lost", "--yes"
    )


def test_units_that_a_picker_missed_are_not_judged_but_counted(place: Workspace) -> None:
    drop(place, "acme/receipts/more.csv", RECEIPTS + "R3,1,B,4,0,2026-03-02T11:00,C1,,\n")
    drop(place, "acme/orders/boots.csv", ORDERS.replace(",A,", ",B,").format(order_id="O2", qty=4))
    night(place, TUESDAY)
    (line,) = [
        line
        for line in next(place.published.glob("current/picks/W1/picks_*.csv")).read_text("utf-8").splitlines()
        if ",O2," in line
    ]
    drop(place, "acme/shipments/none.csv", f"release_id,shipped_qty,short_qty\n{line.split(',')[0]},0,4\n")
    night(place, WEDNESDAY)
    message = refused(place, *(word if word != "A" else "B" for word in JUDGE), "--yes")
    assert "What ends it: a count of the bin" in message


def test_quantities_of_weighed_goods_are_true_ones(tmp_path: Path) -> None:
    workspace = make_world(tmp_path / "data")
    drop(workspace, "acme/items/items.csv", "sku,name,decimals\nA,Apples,1\n")
    drop(workspace, "acme/receipts/back.csv", RECEIPTS + "R1,1,A,6.5,0,2026-03-02T10:00,B1,return,\n")
    night(workspace, MONDAY)
    assert "--qty 2.55: the item is counted to 1 decimal." in refused(
        workspace, *JUDGE, "--qty=2.55", "--yes"
    )
    shown = say(workspace, *JUDGE, "--qty", "2.5", "--yes")
    assert "2.5 units of A come free." in shown.output, shown.output
    assert "2.5 units of A (return in B1 at W1) come free with the next run" in told(
        workspace, "stock", "acme", "A"
    )
    night(workspace, TUESDAY)
    assert stock_of(workspace) == {"B1": (2.5, 4.0, 0.0)}


def test_less_than_was_said_comes_free_where_less_is_left(place: Workspace) -> None:
    say(place, *JUDGE, "--reason", "return", "--yes")
    with Ledger.open(place) as ledger:
        said = ledger.read_unholds(replace(ledger.all_runs()[0].as_of, run_no=9))
        with transaction(ledger.connection, "test"):
            ledger.connection.execute("UPDATE unholds SET qty = 9")
    assert said["qty"].to_list() == [6]
    night(place, TUESDAY)
    assert "6 of 9 units of A (return in B1 at W1) came free on 2026-03-03" in told(
        place, "stock", "acme", "A"
    )
    assert "unhold_short" in told(place, "findings", "acme")
