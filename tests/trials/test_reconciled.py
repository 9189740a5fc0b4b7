"""What the analyst file reconciles, beside living warehouses: losses and finds that only counts can show.

Both seeds are counted first as a whole: where the first count is of a bin, what lies in others is found later
and is a difference, since the books had not heard of it.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.warehouse.kinds import TRUTHFUL, Style
from tests.warehouse.trial import run_courses
from tests.warehouse.workspace import WorkspaceNights

if TYPE_CHECKING:
    from pathlib import Path

    from tests.warehouse.world import World

NIGHTS = 14
PLANTED = ("silent_losses", "silent_finds")
Shelf = tuple[str, str, str]

LARGEST = """
    SELECT warehouse_id, sku, coalesce(lot_id, ''), shelf_difference_qty
    FROM count_differences WHERE client_id = ? AND shelf_difference_qty <> 0
    ORDER BY abs(difference_qty) DESC, warehouse_id, sku, lot_id LIMIT 10
"""
OFF = """
    SELECT * FROM reconciliation
    WHERE opening_qty + received_qty - shipped_qty + adjusted_qty + counted_qty + gap_qty <> closing_qty
"""
STANDS = """
    SELECT client_id, warehouse_id, closing_qty, sum(on_hand_qty)
    FROM reconciliation JOIN stock USING (client_id, warehouse_id)
    WHERE business_date = (SELECT max(business_date) FROM nights)
    GROUP BY ALL HAVING closing_qty <> sum(on_hand_qty)
"""


def planted(world: World) -> dict[Shelf, int]:
    """Units of each shelf that came or went untold between the first and the last count of its warehouse."""
    found: Counter[Shelf] = Counter()
    counts = [count for count in world.told.counts if count.is_full and count.is_known(world.last_day)]
    for change in world.changes:
        warehouse_id, sku, lot_id, *_ = change.place
        instants = [count.at for count in counts if count.warehouse_id == warehouse_id]
        is_found = instants and min(instants) < change.at <= max(instants)
        if is_found and change.text.startswith(PLANTED):
            found[warehouse_id, sku, lot_id] += change.qty
    return {shelf: qty for shelf, qty in found.items() if qty}


@pytest.mark.thorough
def test_the_largest_differences_are_those_that_were_planted(tmp_path: Path) -> None:
    kinds = (*TRUTHFUL, *PLANTED)
    styles = [Style.of(seed, short="explicit", is_timed=True, kinds=kinds) for seed in (2, 11)]
    program = WorkspaceNights.of(styles, tmp_path / "w")
    courses, _ = run_courses(styles, NIGHTS, program)
    path = program.workspace.published / "current" / "analytics.duckdb"
    with duckdb.connect(path, read_only=True) as published:
        assert published.execute(OFF).fetchall() == []
        assert published.execute(STANDS).fetchall() == []
        for course in courses:
            rows = published.execute(LARGEST, [course.world.style.client_id]).fetchall()
            assert {(house, sku, lot): qty for house, sku, lot, qty in rows} == planted(course.world)
    assert any(planted(course.world) for course in courses)
