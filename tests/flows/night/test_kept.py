"""What nights keep: the latest whole, the last of each month whole, of the others their history."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from flows.ledger.store.ledger import Ledger
from flows.ledger.store.segments import segment_path
from flows.ledger.store.versions import NAMED
from flows.outbound.versions.publish import manifest_hash, published_versions
from schemas.errors import ConfigurationError
from tests.flows.night.small_world import ORDERS, STOCK, drop, drop_first_day, make_world, run_night

if TYPE_CHECKING:
    from flows.workspace import Workspace

pytestmark = pytest.mark.thorough

DAYS = [date(2026, 1, 30) + timedelta(days=number) for number in range(6)]
JANUARY_ENDS, KEPT = 2, [2, 5, 6]
"""With two nights kept: the last of January, and those of 3 and 4 February."""

SPANS = "SELECT first_version, coalesce(last_version, 6) FROM segments WHERE table_name = 'stock_balances'"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Six nights over the end of a month, each with another count and another order; only read by tests."""
    made = make_world(tmp_path_factory.mktemp("kept") / "data")
    made.settings_file.write_text("settle_seconds = 0\nmin_free_bytes = 0\nkeep_nights = 2\n", "utf-8")
    drop_first_day(made)
    for number, day in enumerate(DAYS):
        row = ORDERS.format(order_id=f"N{number}", qty=1).replace("2026-03-02", str(day))
        drop(made, "acme/orders/more.csv", row)
        drop(made, "acme/stock/count.csv", STOCK.format(qty=number))
        run_night(made, day)
    return made


def test_the_latest_nights_and_the_month_end_are_published_whole(workspace: Workspace) -> None:
    assert published_versions(workspace) == KEPT
    assert {path.name for path in workspace.published.iterdir()} == {
        "current",
        "history",
        "latest.html",
        "nights.html",
        *(f"v{version:06d}" for version in KEPT),
    }


def test_a_kept_version_is_whole_in_the_ledger_and_another_is_refused(workspace: Workspace) -> None:
    with Ledger.open(workspace) as ledger:
        for version in KEPT:
            assert ledger.verify(version) > 0
            assert ledger.load_books(version=version).order_lines.height == version + 1
        with pytest.raises(ConfigurationError, match="version 3 is not kept; kept are 2, 5, 6"):
            ledger.load_books(version=3)


def test_segments_stand_for_as_long_as_a_kept_version_or_the_history_names_them(workspace: Workspace) -> None:
    with Ledger.open(workspace) as ledger:
        named = set(ledger.connection.execute(NAMED))
        expected = {segment_path(ledger.segment_folder, *segment) for segment in named}
        spans = ledger.connection.execute(SPANS).fetchall()
        assert {path for path in ledger.segment_folder.rglob("*") if path.is_file()} == expected
    assert [(first, last) for first, last in spans if not any(first <= kept <= last for kept in KEPT)] == []


def test_journal_and_manifests_are_kept_for_ever(workspace: Workspace) -> None:
    with Ledger.open(workspace) as ledger:
        nights = ledger.load_history("movements")["business_date"].unique().sort().to_list()
    assert nights == DAYS
    assert all(manifest_hash(workspace, version) for version in range(1, 7))
