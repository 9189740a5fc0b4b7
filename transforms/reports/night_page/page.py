"""A night as a page tells it: from rows of figures to words, tables and charts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.vocabulary.explanations import DecisionCode, ReservedReason
from transforms.reports.night_page.clients import ClientTable, tabulate_clients
from transforms.reports.night_page.figures import (
    Figure,
    draw_fill,
    draw_inbound,
    draw_parcels,
    draw_promises,
    draw_service,
    draw_waiting,
)
from transforms.reports.night_page.stock import StockTold, tell_stock
from transforms.reports.night_page.tasks import OwnerTasks, group_tasks, tell_needs
from transforms.reports.night_page.tonight import Tile, tabulate_picks, tell_tonight
from transforms.reports.night_page.waits import bar_ages, bar_reasons, tabulate_oldest, tell_undated
from transforms.reports.night_page.weeks import compare_weeks
from transforms.reports.night_page.wording import plain, weekday

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from schemas.night import AsOf
    from transforms.reports.night_page.tables import BarRow, PageTable, Row


@dataclass(frozen=True)
class Page:
    """All that the page of a night says."""

    title: str
    version: int
    run_no: int
    only_posts: bool
    held: Sequence[str]
    """Clients whose night is undone."""
    needs: str
    """How much needs a person; empty: nothing does."""
    owners: Sequence[OwnerTasks]
    tiles: Sequence[Tile]
    picks: PageTable
    clients: ClientTable
    week: PageTable
    trend: Sequence[Figure]
    ages: Sequence[BarRow]
    wait_reasons: Sequence[BarRow]
    keep_reasons: Sequence[BarRow]
    oldest: PageTable
    undated: str
    inbound: Figure
    promises: Figure
    service: Sequence[Figure]
    stock: StockTold


def build_page(figures: Mapping[str, Sequence[Row]], as_of: AsOf, configured: Collection[str]) -> Page:
    """The page of a night from the rows of each of its queries (`flows/outbound/report/queries`).

    Args:
        figures: the rows by the name of their query.
        as_of: the night.
        configured: the clients that have settings.
    """
    night, clients, trend, service = (figures[name] for name in ("night", "clients", "trend", "service"))
    tonight = as_of.business_date
    held = [name for name in night[0]["held_clients"].split("|") if name]
    owners = group_tasks(figures["tasks"], tonight)
    reasons = {kind: [row for row in figures["reasons"] if row["kind"] == kind] for kind in ("wait", "keep")}
    return Page(
        title=weekday(tonight),
        version=night[0]["version"],
        run_no=as_of.run_no,
        only_posts=as_of.only_posts,
        held=[plain(name) for name in held],
        needs=tell_needs(owners),
        owners=owners,
        tiles=tell_tonight(figures, tonight),
        picks=tabulate_picks(figures["picks"]),
        clients=tabulate_clients(clients, configured, held),
        week=compare_weeks(figures, tonight),
        trend=[draw_waiting(trend), draw_fill(trend)],
        ages=bar_ages(figures["ages"]),
        wait_reasons=bar_reasons(DecisionCode, reasons["wait"]),
        keep_reasons=bar_reasons(ReservedReason, reasons["keep"]),
        oldest=tabulate_oldest(figures["oldest"]),
        undated=tell_undated(clients),
        inbound=draw_inbound(figures["inbound"], figures["owed"][0], tonight),
        promises=draw_promises(figures["promises"]),
        service=[draw_service(service), draw_parcels(service)],
        stock=tell_stock(figures["moves"], figures["differences"], figures["month"], tonight),
    )
