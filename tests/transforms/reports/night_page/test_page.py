"""Tests of the page of a night: what its figures say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from schemas.night import AsOf
from tests.frames import NIGHT
from tests.transforms.reports.night_page.figures import (
    EMPTY,
    MOVES,
    announced,
    client,
    figures_of,
    service,
    trend,
)
from transforms.reports.night_page.page import Page, build_page
from transforms.reports.night_page.tables import PageCell
from transforms.reports.night_page.wording import NONE

if TYPE_CHECKING:
    from transforms.reports.night_page.figures import Figure
    from transforms.reports.night_page.tables import PageTable

MONDAY = NIGHT - timedelta(days=NIGHT.weekday())


def page_of(**queries: list[dict[str, object]]) -> Page:
    """The page of a small night."""
    return build_page(figures_of(**queries), AsOf(NIGHT), ["acme"])


def texts(table: PageTable) -> list[list[str]]:
    """Cells as text."""
    return [[cell.text for cell in row] for row in table.rows]


def heights(figure: Figure) -> list[str]:
    """The look of each bar, from left to right."""
    assert figure.chart
    return [bar.kind for bar in figure.chart.bars]


def test_tonight_is_told_in_four_figures() -> None:
    assert [(tile.value, tile.note) for tile in page_of().tiles] == [
        ("8 lines", "of 3 orders, from 1 warehouse"),
        ("70.0%", "7 of 10 lines due first tonight"),
        ("4 lines", "the oldest for 6 days"),
        ("2 files", "40 rows, 0 rejected"),
    ]


def test_who_waits_since_tonight_waits_for_no_day_yet() -> None:
    assert page_of(clients=[client(oldest_days=0)]).tiles[2].note == "all since tonight"


def test_what_is_wrong_with_the_files_is_marked() -> None:
    page = page_of(clients=[client(unread_files=1, rows_rejected=3, uncounted_lines=7)])
    assert (page.tiles[3].note, page.tiles[3].is_bad) == ("40 rows, 3 rejected; 1 file not read", True)
    assert page.tiles[2].note == "the oldest for 6 days; 7 more for a first count"
    (row,) = page.clients.shown
    assert row.wrong == "1 file not read, 3 rows rejected"
    assert row.waiting_why == "There are no more units; the oldest for 6 days; 7 more for a first count"


def test_clients_with_trouble_come_first_and_quiet_ones_are_named_together() -> None:
    nothing = {"files": 0, "released_lines": 0, "open_lines": 0, "waiting_lines": 0}
    clients = [
        client(client_id="a", waiting_lines=1),
        client(client_id="b", waiting_lines=9),
        client(client_id="c", rows_rejected=1, waiting_lines=0, oldest_days=None, wait_reason=None),
        client(client_id="d", **nothing),
        client(client_id="e", **nothing),
    ]
    night = figures_of()["night"][0] | {"held_clients": "d"}
    figures = figures_of(clients=clients, night=[night])
    page = build_page(figures, AsOf(NIGHT), ["a", "b", "c", "d", "e", "z"])
    assert [row.client_id for row in page.clients.shown] == ["d", "c", "b", "a"]
    assert [row.is_held for row in page.clients.shown] == [True, False, False, False]
    assert (page.held, page.clients.quiet) == (["d"], ["e", "z"])


def test_two_hundred_clients_unfold() -> None:
    clients = [client(client_id=f"c{number:03}", rows_set_aside=number) for number in range(200)]
    table = page_of(clients=clients).clients
    assert (len(table.shown), len(table.more)) == (8, 192)
    assert [row.set_aside for row in table.shown[:2]] == ["", "1 set aside"]


def test_the_week_stands_beside_the_one_before() -> None:
    told = {row[0].text: (row[1], row[2]) for row in page_of().week.rows}
    assert told["Lines that came"] == (PageCell("24"), PageCell("12"))
    assert told["Filled at once"] == (PageCell("70.0%", "14 of 20"), PageCell("70.0%", "7 of 10"))
    assert told["Open lines that are due"] == (PageCell("4", "after 2 Mar"), PageCell("4", "after 22 Feb"))
    assert told["Perfect orders"] == (PageCell("75.0%", "3 of 4"), PageCell("75.0%", "3 of 4"))
    assert told["Parcels for each order"] == (
        PageCell("1.25", "5 for 4 orders"),
        PageCell("1.25", "5 for 4 orders"),
    )


def test_a_first_night_has_no_week_before() -> None:
    page = page_of(trend=[trend()], service=[])
    assert {row[2].text for row in page.week.rows} == {NONE}
    assert [figure.chart for figure in page.service] == [None, None]
    assert page.trend[1].chart, "a point is a chart"


def test_goods_on_their_way_stand_by_week_with_what_is_overdue_and_what_comes_later() -> None:
    rows = [
        announced(None, 1, 5, 0),
        announced(MONDAY, 2, 30, 12),
        announced(MONDAY + timedelta(weeks=9), 1, 7, 7),
        announced(MONDAY + timedelta(weeks=12), 1, 1, 0),
    ]
    figure = page_of(inbound=rows).inbound
    assert texts(figure.table)[:2] == [["Overdue", "1", "5", "0"], ["2 Mar", "2", "30", "12"]]
    assert texts(figure.table)[-1] == ["Later", "2", "8", "7"]
    assert len(figure.table.rows) == 8
    assert figure.says.endswith("ask for 24.5 units, 1 of them in lines without a date.")
    assert heights(figure) == ["three", "one", "three", "one", "three"]


def test_promises_are_kept_moved_and_missed() -> None:
    figure = page_of().promises
    assert texts(figure.table) == [["2 Mar", "3", "2", "1", "0"]]
    assert heights(figure) == ["one", "three", "two"]


def test_ages_and_reasons_have_bars() -> None:
    page = page_of()
    assert [(bar.name, bar.value, bar.width, bar.marked) for bar in page.ages][:2] == [
        ("Up to 3 days", "0", 0.0, 0.0),
        ("4 to 10 days", "4", 100.0, 25.0),
    ]
    assert [(bar.name, bar.note) for bar in page.wait_reasons] == [("There are no more units", "1 client")]
    assert [bar.name for bar in page.keep_reasons] == ["It ships complete only, and not all of it is there"]
    assert page.undated == "1 of 4 waiting lines (25.0%) have no date."
    assert texts(page.oldest) == [["O1", "1", "6", "2 Mar"], ["O2", "2", "5", "no date"]]


def test_days_on_which_nothing_shipped_have_no_parcels() -> None:
    rows = [service(2), service(1, shipped_orders=0, parcels=0)]
    parcels = page_of(service=rows).service[1]
    assert texts(parcels.table) == [["Sun 1 Mar", "0", "0", NONE], ["Sat 28 Feb", "5", "4", "1.25"]]
    assert parcels.chart
    assert [label.text for label in parcels.chart.labels] == ["1.25"]


def test_an_empty_night_says_so_everywhere() -> None:
    page = build_page(EMPTY, AsOf(NIGHT), [])
    assert [tile.value for tile in page.tiles] == ["0 lines", NONE, "0 lines", "0 files"]
    assert (page.needs, page.owners, page.clients.shown, page.undated) == ("", [], [], "")
    drawn = [*page.trend, page.inbound, page.promises, *page.service]
    assert all(figure.chart is None and figure.nothing for figure in drawn)


def test_a_pick_without_a_day_says_so() -> None:
    pick = figures_of()["picks"][0]
    page = page_of(picks=[pick, pick | {"ships_on": None}])
    assert texts(page.picks) == [["W1", "Mon 2 Mar", "3", "8", "9"], ["W1", NONE, "3", "8", "9"]]


def test_stock_goes_from_opening_to_closing_with_signs() -> None:
    stock = page_of().stock
    (row,) = stock.moves.shown.rows
    assert [cell.text for cell in row] == [
        "acme",
        "100",
        "+30",
        "\N{MINUS SIGN}12.5",
        "\N{MINUS SIGN}2",
        NONE,
        "115.5",
    ]
    assert row[0].note == "W1"
    (found,) = stock.differences.rows
    assert [cell.text for cell in found] == ["A", "2 Mar", "\N{MINUS SIGN}7", NONE]
    assert found[0].note == "acme, W1, lot L1"
    assert stock.month_name == "March 2026"
    assert [cell.text for cell in stock.month.shown.rows[0]] == ["acme", "2", "30", "3", "8", "12.5", "4"]


def test_shelves_of_two_hundred_clients_unfold_and_end() -> None:
    moves = page_of(moves=[MOVES | {"client_id": f"c{number}"} for number in range(200)]).stock.moves
    assert (len(moves.shown.rows), len(moves.more.rows), moves.left) == (8, 92, 100)
