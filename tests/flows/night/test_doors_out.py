"""What is on hold and how it ends, from the files that are dropped to what a person reads."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.flows.cli.published import run
from tests.flows.night.small_world import (
    CLIENT,
    ITEMS,
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    drop,
    make_world,
    run_night,
)

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

pytestmark = pytest.mark.thorough

ORDERS = (
    "order_id,line_no,sku,qty,ordered_at,action,changed_at,ship_method,deliver_by,"
    "ship_to_name,ship_to_address\n"
)
RECEIPTS = "receipt_id,line_no,sku,received_qty,damaged_qty,received_at,bin_id,receipt_type\n"
STOCK = "warehouse_id,sku,bin_id,qty,status,counted_at\n"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """Settings and items; nothing else was dropped yet."""
    workspace = make_world(tmp_path / "data")
    drop(workspace, "acme/items/items.csv", ITEMS)
    return workspace


def stock_of(place: Workspace) -> dict[str, tuple[int, int, int]]:
    """By bin of A: free, held and released units."""
    path = place.published / "current" / "analytics.duckdb"
    with duckdb.connect(str(path), read_only=True) as published:
        rows = published.execute(
            "SELECT bin_id, available_qty, hold_qty, released_qty FROM stock WHERE sku = 'A' ORDER BY bin_id"
        ).fetchall()
    return {bin_id: tuple(units) for bin_id, *units in rows}


def open_of(place: Workspace) -> dict[str, str]:
    """The details of what is open for the client, by code."""
    path = place.published / "current" / "analytics.duckdb"
    with duckdb.connect(str(path), read_only=True) as published:
        return dict(
            published.execute(
                "SELECT code, detail FROM findings WHERE client_id = 'acme' "
                "AND business_date = (SELECT max(business_date) FROM nights)"
            ).fetchall()
        )


def to_count(place: Workspace) -> list[tuple[str, ...]]:
    """The list of bins to count of W1: bin, units, reason and since when."""
    with (place.published / "current" / "picks" / "W1" / "bins_to_count.csv").open(newline="") as file:
        return [
            (row["bin_id"], row["expected_qty"], row["reason"], row["since_on"])
            for row in csv.DictReader(file)
        ]


def release_of(place: Workspace, order_id: str) -> str:
    """The release of an order that was picked last."""
    for path in sorted(place.published.glob("v*/picks/W1/picks_*.csv"), reverse=True):
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                if row["order_id"] == order_id:
                    return row["release_id"]
    raise KeyError(order_id)


def page(place: Workspace, *words: str) -> str:
    """A page in one line."""
    return " ".join(run(*words, "-w", str(place.root)).output.split())


def order(place: Workspace, name: str, row: str) -> None:
    drop(place, f"acme/orders/{name}.csv", ORDERS + row + "\n")


def test_490_units_beside_one_that_was_not_found_stay_free_and_its_bin_is_on_the_list(
    place: Workspace,
) -> None:
    """Only the missing unit is frozen; the bin is to be counted, and the count ends it."""
    drop(place, "acme/stock/count.csv", STOCK + "W1,A,B1,494,available,2026-03-02T08:00\n")
    order(place, "first", "O1,1,A,4,2026-03-02T09:00,,,,,,")
    run_night(place, MONDAY)
    assert stock_of(place) == {"B1": (490, 0, 4)}
    assert to_count(place) == []
    assert [path.name for path in (place.outbox / "W1").iterdir()] == ["picks_W1_2026-03-02_1.csv"]

    release_id = release_of(place, "O1")
    drop(
        place,
        "acme/shipments/short.csv",
        f"release_id,shipped_qty,shipped_at\n{release_id},3,2026-03-03T15:00\n",
    )
    run_night(place, TUESDAY)
    assert stock_of(place) == {"B1": (490, 1, 0)}, "the missing unit may still have left"
    assert to_count(place) == [("B1", "491", "not_found", "2026-03-03")]
    listed = place.outbox / "W1" / "bins_to_count_W1_2026-03-03_1.csv"
    assert listed.read_text("utf-8") == (
        "warehouse_id,bin_id,client_id,sku,lot_id,expected_qty,reason,since_on,next_step\n"
        "W1,B1,acme,A,,491,not_found,2026-03-03,"
        "count the bin and send a stock row; what is not missing is free again\n"
    )
    assert "short_pick ends by: a count of the bin" in page(place, "stock", "acme", "A")

    drop(place, "acme/stock/again.csv", STOCK + "W1,A,B1,491,available,2026-03-04T08:00\n")
    run_night(place, WEDNESDAY)
    assert stock_of(place) == {"B1": (490, 0, 1)}
    assert to_count(place) == []
    assert "short_pick" not in open_of(place)


def test_a_rest_of_no_more_than_was_to_be_picked_waits_with_the_missing_units(place: Workspace) -> None:
    drop(
        place,
        "acme/stock/count.csv",
        STOCK + "W1,A,B1,8,available,2026-03-02T08:00\nW1,A,B2,9,available,2026-03-02T08:00\n",
    )
    order(place, "first", "O1,1,A,5,2026-03-02T09:00,,,,,,")
    run_night(place, MONDAY)
    drop(place, "acme/shipments/short.csv", f"release_id,shipped_qty\n{release_of(place, 'O1')},4\n")
    run_night(place, TUESDAY)
    assert stock_of(place) == {"B1": (0, 4, 0), "B2": (9, 0, 0)}


def test_scrapping_a_held_bin_takes_the_held_units_of_that_bin_first(place: Workspace) -> None:
    """Three returned units in B2 are thrown away: the good ones in both bins stay."""
    good = "R1,1,A,6,0,2026-03-02T10:00,B1,\nR2,1,A,4,0,2026-03-02T10:00,B2,\n"
    drop(place, "acme/receipts/r.csv", RECEIPTS + good + "R3,1,A,3,0,2026-03-02T10:00,B2,return\n")
    run_night(place, MONDAY)
    assert stock_of(place) == {"B1": (6, 0, 0), "B2": (4, 3, 0)}
    drop(
        place,
        "acme/adjustments/a.csv",
        "sku,qty,bin_id,reason,adjusted_at\nA,-3,B2,scrapped,2026-03-03T09:00\n",
    )
    run_night(place, TUESDAY)
    assert stock_of(place) == {"B1": (6, 0, 0), "B2": (4, 0, 0)}
    assert open_of(place) == {}


@pytest.mark.parametrize("means", ["", 'status_means = "judged"\n'], ids=["lies", "judged"])
def test_a_return_is_judged_good_by_a_count_only_where_the_client_says_so(
    place: Workspace, means: str
) -> None:
    (place.clients / "acme.toml").write_text(CLIENT.format(client_id="acme") + means, "utf-8")
    drop(place, "acme/receipts/r.csv", RECEIPTS + "R1,1,A,5,1,2026-03-02T10:00,B1,return\n")
    order(place, "first", "O1,1,A,4,2026-03-02T09:00,,,,,,")
    run_night(place, MONDAY)
    assert stock_of(place) == {"B1": (0, 5, 0)}
    rows = "W1,A,B1,4,available,2026-03-03T09:00\nW1,A,B1,1,damaged,2026-03-03T09:00\n"
    drop(place, "acme/stock/judged.csv", STOCK + rows)
    run_night(place, TUESDAY)
    assert stock_of(place) == {"B1": (0, 1, 4) if means else (0, 5, 0)}
    assert ("returned goods" in open_of(place)["stock_held"]) is not bool(means)


def test_a_count_without_statuses_is_refused_where_statuses_are_judgements(place: Workspace) -> None:
    (place.clients / "acme.toml").write_text(
        CLIENT.format(client_id="acme") + 'status_means = "judged"\n', "utf-8"
    )
    drop(place, "acme/stock/plain.csv", "warehouse_id,sku,qty\nW1,A,5\n")
    run_night(place, MONDAY)
    assert "status (a column), which status_means = judged reads" in open_of(place)["file_refused"]


def test_shelves_with_gaps_and_counts_that_are_held_are_on_the_list_of_bins(place: Workspace) -> None:
    drop(
        place,
        "acme/stock/count.csv",
        STOCK + "W1,A,B1,10,available,2026-03-02T08:00\nW1,B,C1,4,available,2026-03-02T08:00\n",
    )
    run_night(place, MONDAY)
    drop(
        place, "acme/adjustments/a.csv", "sku,qty,bin_id,reason,adjusted_at\nB,-6,C1,lost,2026-03-03T09:00\n"
    )
    drop(place, "acme/stock/few.csv", STOCK + "W1,A,B1,2,available,2026-03-03T08:00\n")
    run_night(place, TUESDAY)
    assert to_count(place) == [("B1", "10", "count_held", "2026-03-03"), ("C1", "0", "gap", "2026-03-03")]
    drop(
        place,
        "acme/stock/more.csv",
        STOCK + "W1,A,B1,2,available,2026-03-04T08:00\nW1,B,C1,0,available,2026-03-04T08:00\n",
    )
    run_night(place, WEDNESDAY)
    assert to_count(place) == []


def test_another_address_and_method_after_release_is_told_with_what_had_gone(place: Workspace) -> None:
    """Released on Monday, changed on Tuesday: the pick stands, the person is told what to stop."""
    drop(place, "acme/stock/count.csv", STOCK + "W1,A,B1,4,available,2026-03-02T08:00\n")
    order(place, "first", "O1,1,A,6,2026-03-02T09:00,,,post,,Ann,1 High St")
    run_night(place, MONDAY)
    release_id = release_of(place, "O1")
    order(place, "change", "O1,1,A,,2026-03-02T09:00,change,2026-03-03T10:00,van,2026-03-05,Ann,9 Low St")
    run_night(place, TUESDAY)
    detail = open_of(place)["too_late"]
    assert detail.startswith("asked on 2026-03-03 10:00 UTC (line 2 of orders/change.csv)")
    assert detail.endswith(
        "for another address, another ship_method, deliver_by 2026-03-05 instead of none "
        f"(line 1): 4 of line 1 are with W1 since 2026-03-02 (release {release_id}); "
        "it holds for what is still open"
    )
    assert "Low St" not in detail
    assert detail in page(place, "why", "acme", "O1")
    answers = [path.read_text("utf-8") for path in place.published.glob("current/acks/acme/orders/*")]
    notes = [line for text in answers for line in text.splitlines() if "came too late" in line]
    assert notes
    assert all(release_id in note for note in notes)

    drop(place, "acme/receipts/r.csv", RECEIPTS + "R1,1,A,2,0,2026-03-04T10:00,B1,\n")
    drop(place, "acme/shipments/s.csv", f"release_id,shipped_qty\n{release_id},4\n")
    run_night(place, WEDNESDAY)
    (path,) = place.published.glob("current/picks/W1/picks_*.csv")
    (pick,) = csv.DictReader(path.read_text("utf-8").splitlines())
    assert (pick["qty"], pick["ship_method"], pick["ship_to_address"]) == ("2", "van", "9 Low St")
