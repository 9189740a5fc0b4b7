"""A warehouse confirms by the short numbers of its pick file, as its paper shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.ledger.store.ledger import Ledger
from tests.flows.canaries.searching import words_of
from tests.flows.night.small_world import (
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    drop,
    drop_first_day,
    make_world,
    run_night,
)
from tests.flows.outbound.paper.reading import codes_of

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

pytestmark = pytest.mark.thorough

HEADER = "release_id,shipped_qty,short_qty,shipped_at\n"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Two clients of which three A are released, and what the warehouse answers by number on Tuesday.

    Acme's was typed in groups, and its file comes again on Wednesday with the release's id instead. Bolt's
    has a slip of the pen in a row, and in another one the number of acme.
    """
    workspace = make_world(tmp_path_factory.mktemp("numbers") / "data")
    with (workspace.warehouses / "W1.toml").open("a", encoding="utf-8") as site:
        site.write('pick_list = "pdf"\n')
    for client_id in ("acme", "bolt"):
        drop_first_day(workspace, client_id)
    run_night(workspace, MONDAY)
    acme, bolt = (numbers_of(workspace)[client_id] for client_id in ("acme", "bolt"))
    groups = f"{acme[:3]} {acme[3:-1]} {acme[-1]}"
    row = ",2,1,2026-03-03 10:00\n"
    drop(workspace, "acme/shipments/told.csv", HEADER + groups + row)
    slip = str(10**9 + (int(bolt) + 1) % 10**9)
    drop(workspace, "bolt/shipments/told.csv", HEADER + slip + row + acme + row)
    run_night(workspace, TUESDAY)
    with Ledger.open(workspace) as ledger:
        ids = dict(ledger.load_table("releases").select("client_id", "release_id").rows())
    drop(workspace, "acme/shipments/again.csv", HEADER + ids["acme"] + row)
    run_night(workspace, WEDNESDAY)
    return workspace


def numbers_of(workspace: Workspace) -> dict[str, str]:
    """The number of each client's release, as the warehouse gets it."""
    (place,) = (workspace.outbox / "W1").glob("picks_W1_2026-03-02_1.csv")
    rows = pl.read_csv(place, infer_schema=False).select("client_id", "pick_no").rows()
    assert len(dict(rows)) == len(rows)
    return dict(rows)


def paper_of(workspace: Workspace) -> Path:
    """The pick list of Monday."""
    return workspace.outbox / "W1" / "picks_W1_2026-03-02_1.pdf"


def verdicts_of(workspace: Workspace, version: int) -> list[tuple[str, str, str]]:
    """Verdict of each row of a night's confirmations; a night keeps those of rejected rows."""
    with Ledger.open(workspace) as ledger:
        rejected = ledger.load_added("rejected_rows", version)
        return rejected.select("client_id", "column", "reason_code").rows()


def test_no_two_clients_of_a_warehouse_have_one_number(released: Workspace) -> None:
    numbers = numbers_of(released)
    assert numbers["acme"] != numbers["bolt"]
    assert {number[:3] for number in numbers.values()} == {numbers["acme"][:3]}


def test_the_pick_list_shows_the_numbers_to_people_and_scanners(released: Workspace, tmp_path: Path) -> None:
    numbers = sorted(numbers_of(released).values())
    shown = words_of(paper_of(released).read_bytes()).split("\n")
    assert [f"{number[:3]} {number[3:-1]} {number[-1]}" in shown for number in numbers] == [True, True]
    assert sorted(codes_of(paper_of(released), tmp_path)) == numbers


def test_a_release_is_confirmed_by_its_number(released: Workspace) -> None:
    with Ledger.open(released) as ledger:
        lines = ledger.load_table("order_lines", version=2)
    shipped = lines.select("client_id", "shipped_qty", "released_qty").rows()
    assert sorted(shipped) == [("acme", 2, 0), ("bolt", 0, 3)]


def test_a_number_of_nobody_or_of_another_client_is_rejected(released: Workspace) -> None:
    assert verdicts_of(released, 2) == [("bolt", "release_id", "unknown_release")] * 2


def test_told_again_by_its_id_it_is_the_same_fact(released: Workspace) -> None:
    with Ledger.open(released) as ledger:
        files = ledger.load_added("files", 3).filter(feed="shipments")
        shipments = ledger.load_added("shipments", 3)
    assert files.select("rows_read", "rows_duplicate").rows() == [(1, 1)]
    assert shipments.is_empty()
