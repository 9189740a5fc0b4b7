"""The pick list beside a pick file: the same rows on paper, for a warehouse that asks for it.

It is made when the file is delivered, from the rows that the warehouse gets, and stands in no version: it can
be made again from a pick file at any time, and who is erased stands in one file less. It is whole under its
hidden name before the pick file is ready, and is shown after it; so a hidden one was never seen, and one that
is gone was fetched.
"""

from __future__ import annotations

import filecmp
import logging
from typing import TYPE_CHECKING

from flows.disk import durable
from flows.fence import UNFORESEEN, concerns_one
from flows.outbound.warehouses.pick_list import ListFacts, print_pick_list
from flows.unforeseen import told

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from schemas.night import AsOf
    from schemas.settings.warehouse import Warehouse

LOG = logging.getLogger(__name__)

PAPER = ".pdf"


def paper_of(place: Path) -> Path:
    """Where the pick list of a pick file stands."""
    return place.with_suffix(PAPER)


def facts_of(label: str, site: Warehouse | None, as_of: AsOf) -> ListFacts:
    """What a pick list says of its warehouse, of which nothing may be known any more but its label."""
    if site is None:
        return ListFacts(label, "", as_of, by_order=False)
    return ListFacts(site.warehouse_id, site.name, as_of, by_order=site.pick_order == "order")


def lay_paper(place: Path, rows: pl.DataFrame, facts: ListFacts, mode: int | None) -> None:
    """Let a pick list stand whole under its hidden name; the pick file goes out even if it cannot be made.

    Raises:
        OSError: it cannot be written, or another one of its name is there.
    """
    hidden = durable.partial_of(place)
    try:
        durable.stage_file(place, print_pick_list(rows, facts), mode)
    except OSError:
        raise
    except UNFORESEEN as error:
        if not concerns_one(error):
            raise
        durable.remove(hidden)
        LOG.error("%s cannot be made, our fault; its pick file is delivered: %s", place, told(error))  # noqa: TRY400 -- its words are values
        return
    if place.exists():
        is_same = filecmp.cmp(place, hidden, shallow=False)
        durable.remove(hidden)
        if not is_same:
            message = f"{place} is there with other content; a warehouse may be picking from it"
            raise FileExistsError(message)


def show_paper(place: Path) -> None:
    """Show a pick list that waits under its hidden name."""
    hidden = durable.partial_of(place)
    if hidden.exists():
        durable.rename(hidden, place)
