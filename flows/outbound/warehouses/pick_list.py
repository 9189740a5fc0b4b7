"""The pick list: what a warehouse has to pick, on paper, from the rows of its pick file.

A row is a release with a box to tick, its bin, what to take, room for what is short, and its number as a
barcode. Rows stand as in the pick file; a warehouse that picks order by order has a heading over each order,
with whom it goes to. At the end stand the totals by SKU. Codes and bins are never cut, names and descriptions
may be.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from flows.outbound.paper.faces import Typeface
from flows.outbound.paper.pages import GREY, PALE, TOTAL_SIZE, PaperPage, Room, write_pdf

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    import polars as pl

    from schemas.night import AsOf

Row = dict[str, str | None]

LEFT, RIGHT = 10.0, 200.0
TOP, BOTTOM = 31.0, 283.0
"""Between what each page has above and below."""

ROW, LINE_ROW = 16.8, 14.0
"""Heights of a row that names its order, and of one below the heading of its order."""

BAND, TOTAL = 17.0, 6.5
BIN, ITEM, UNITS, SHORT, CODE = 20.0, 52.0, 115.0, 137.0, 155.0
"""Where the columns begin."""


class ListFacts(NamedTuple):
    """Whose pick list it is, and of which night."""

    warehouse_id: str
    name: str
    as_of: AsOf
    by_order: bool


@dataclass(frozen=True)
class Block:
    """What stands together on a page.

    Attributes:
        height: in millimetres.
        draw: draws it below a line of a page.
        needs: what must still have room below it.
        again: what stands over it if it is the first of a page.
    """

    height: float
    draw: Callable[[PaperPage, float], None]
    needs: float = 0.0
    again: Block | None = None


@dataclass
class SkuTotals:
    """What is picked of each SKU: its description, units and picks."""

    of_skus: dict[tuple[str, str], tuple[str, Decimal, int]] = field(default_factory=dict)

    def add(self, row: Row) -> None:
        """Count a pick."""
        key = (row["client_id"] or "", row["sku"] or "")
        said, qty, picks = self.of_skus.get(key, (row["description"] or "", Decimal(0), 0))
        self.of_skus[key] = (said, qty + Decimal(row["qty"] or 0), picks + 1)


def print_pick_list(rows: pl.DataFrame, facts: ListFacts) -> Iterator[bytes]:
    """The pick list as PDF, from the rows of a pick file as text; the same rows give the same bytes."""
    typeface = Typeface()
    title = f"Pick list {facts.warehouse_id} {facts.as_of.business_date}"
    return write_pdf(_pages(rows.iter_rows(named=True), facts, typeface), typeface, title)


def _pages(rows: Iterable[Row], facts: ListFacts, typeface: Typeface) -> Iterator[PaperPage]:
    """PaperPage after page, each begun when the one before is full."""
    page, y, number = PaperPage(typeface), TOP, 1
    _begin(page, facts, number)
    for block in _blocks(rows, facts):
        if y + block.height + block.needs > BOTTOM:
            yield page
            page, y, number = PaperPage(typeface), TOP, number + 1
            _begin(page, facts, number)
            if block.again:
                block.again.draw(page, y)
                y += block.again.height
        block.draw(page, y)
        y += block.height
    yield page


def _begin(page: PaperPage, facts: ListFacts, number: int) -> None:
    """What each page says above and below."""
    night, place = facts.as_of.business_date, f"{facts.warehouse_id}  {facts.name}".strip()
    page.block(LEFT, 9, place, Room(120, 8, 17, 8), bold=True, is_cut=True)
    run = f", run {facts.as_of.run_no}" if facts.as_of.run_no > 1 else ""
    page.text(LEFT, 22.5, f"Pick list of the night of {_day(night)}{run}", 11)
    words = f"page {number} of "
    at = RIGHT - page.width(f"{words}0000", TOTAL_SIZE)
    page.text(at, 14, words, TOTAL_SIZE)
    page.total(at + page.width(words, TOTAL_SIZE), 14)
    for x, heading in (
        (BIN, "Bin"),
        (ITEM, "Item"),
        (UNITS, "Units"),
        (SHORT, "Short"),
        (CODE, "Pick number"),
    ):
        page.text(x, 29.5, heading, 8, shade=GREY)
    page.fill(LEFT, TOP - 0.3, RIGHT - LEFT, 0.3)
    page.text(
        LEFT, 290, "Picked by ______________________    Checked by ______________________", 8, shade=GREY
    )
    page.text(
        RIGHT - page.width("Day and time ______________", 8),
        290,
        "Day and time ______________",
        8,
        shade=GREY,
    )


def _blocks(rows: Iterable[Row], facts: ListFacts) -> Iterator[Block]:
    """All that stands on the pages, in order."""
    sums, order = SkuTotals(), None
    for row in rows:
        sums.add(row)
        if not facts.by_order:
            yield Block(ROW, partial(_draw_row, row, names_order=True))
            continue
        again = Block(BAND, partial(_draw_order, row, is_continued=True))
        if order != (row["client_id"], row["order_id"]):
            order = (row["client_id"], row["order_id"])
            yield Block(BAND, partial(_draw_order, row, is_continued=False), needs=LINE_ROW)
        yield Block(LINE_ROW, partial(_draw_row, row, names_order=False), again=again)
    if not sums.of_skus:
        yield Block(20, _draw_nothing)
        return
    heading = Block(11, _draw_totals, needs=TOTAL)
    yield heading
    for (client_id, sku), (said, qty, picks) in sorted(sums.of_skus.items()):
        yield Block(TOTAL, partial(_draw_total, (client_id, sku, said), f"{qty:f}", picks), again=heading)


def _draw_row(row: Row, page: PaperPage, y: float, *, names_order: bool) -> None:
    """A release."""
    height = ROW if names_order else LINE_ROW
    page.frame(LEFT, y + 3, 7, 7)
    page.block(BIN, y + 2.5, row["bin_id"] or "-", Room(ITEM - BIN - 2, height - 4, 15, 5), bold=True)
    _draw_item(row, page, y, names_order=names_order)
    page.block(UNITS, y + 2, row["qty"] or "", Room(SHORT - UNITS - 2, 7.5, 18, 6), bold=True)
    page.block(UNITS, y + 9.5, _cases(row), Room(SHORT - UNITS - 1, 4, 8, 5))
    page.frame(SHORT, y + 3, 14, 8)
    number = row.get("pick_no")
    if number:
        page.bars(CODE, y + 2, number, width=RIGHT - CODE, height=height - 7)
        shown = f"{number[:3]} {number[3:-1]} {number[-1]}"
        page.text((CODE + RIGHT - page.width(shown, 10)) / 2, y + height - 1.6, shown, 10)
    else:
        page.block(CODE, y + 4, row["release_id"] or "", Room(RIGHT - CODE, 8, 8, 5))
    page.fill(LEFT, y + height - 0.1, RIGHT - LEFT, 0.1, shade=GREY)


def _draw_item(row: Row, page: PaperPage, y: float, *, names_order: bool) -> None:
    """What to take, and of which order it is."""
    width = UNITS - ITEM - 2
    page.block(ITEM, y + 1.2, row["sku"] or "", Room(width, 5, 11, 5), bold=True)
    page.block(ITEM, y + 6, row["description"] or "", Room(width, 3.4, 8, 8), is_cut=True)
    lot = [f"Lot {row['lot_id']}"] if row["lot_id"] else []
    best = [f"expires {row['expiry_on']}"] if row["expiry_on"] else []
    ships = [f"ships {row['ships_on']}"] if names_order else []
    kit = [f"part of {row['kit_qty']} x {row['kit_sku']}"] if row["kit_sku"] else []
    page.block(ITEM, y + 9.6, "   ".join([*lot, *best, *kit, *ships]), Room(width, 3.6, 8.5, 5), bold=True)
    if names_order:
        name = ", ".join(filter(None, (row["ship_to_name"] or row["ship_to_company"], row["ship_to_city"])))
        words = f"{row['client_id']}  {row['order_id']} / {row['line_no']}   {name}"
        page.block(ITEM, y + 13.2, words, Room(width, 3.2, 7.5, 5), is_cut=not _is_long(row))


def _is_long(row: Row) -> bool:
    """Whether the names of client and order alone may not fit into a line, so nothing may be cut."""
    return len(f"{row['client_id']}{row['order_id']}") > LONG


LONG = 40


def _draw_order(row: Row, page: PaperPage, y: float, *, is_continued: bool) -> None:
    """The heading of an order: whose it is, whom it goes to and how."""
    page.fill(LEFT, y + 0.6, RIGHT - LEFT, BAND - 1, shade=PALE)
    more = "  (continued)" if is_continued else ""
    words = f"{row['client_id']}  {row['order_id']}{more}"
    page.block(LEFT + 2, y + 1.4, words, Room(100, 5.6, 12, 5), bold=True)
    who = [row[name] for name in ("ship_to_name", "ship_to_company", "ship_to_store_no")]
    where = [row[f"ship_to_{name}"] for name in ("address", "address_2", "postcode", "city", "country")]
    page.block(LEFT + 2, y + 7, ", ".join(filter(None, who)), Room(110, 4, 9, 7), bold=True, is_cut=True)
    page.block(LEFT + 2, y + 11.2, ", ".join(filter(None, where)), Room(110, 4.4, 8.5, 5), is_cut=True)
    rest = "whole order" if row["completes_order"] == "true" else "the rest follows later"
    how = [row["ship_method"], f"PO {row['po_number']}" if row["po_number"] else None, rest]
    page.block(UNITS + 10, y + 1.8, "   ".join(filter(None, how)), Room(73, 4.6, 9, 5), bold=True)
    dates = [f"ships {row['ships_on']}", f"by {row['deliver_by']}" if row["deliver_by"] else None]
    page.block(UNITS + 10, y + 6.6, "   deliver ".join(filter(None, dates)), Room(73, 4, 8.5, 5))
    page.block(UNITS + 10, y + 10.6, row["order_note"] or "", Room(73, 5, 8, 5), is_cut=True)


def _draw_totals(page: PaperPage, y: float) -> None:
    page.text(LEFT, y + 7.5, "Totals by SKU", 12, bold=True)
    page.text(UNITS, y + 7.5, "Units", 8, shade=GREY)
    page.text(SHORT, y + 7.5, "Picks", 8, shade=GREY)
    page.fill(LEFT, y + 10, RIGHT - LEFT, 0.2)


def _draw_total(item: tuple[str, str, str], qty: str, picks: int, page: PaperPage, y: float) -> None:
    """What is picked of a SKU."""
    client_id, sku, said = item
    page.block(LEFT, y + 1, client_id, Room(ITEM - LEFT - 13, 5, 8, 5))
    page.block(ITEM - 12, y + 0.8, sku, Room(40, 5.2, 9.5, 5), bold=True)
    page.block(ITEM + 29, y + 1, said, Room(UNITS - ITEM - 30, 3.4, 8, 8), is_cut=True)
    page.block(UNITS, y + 0.6, qty, Room(SHORT - UNITS - 2, 5.4, 11, 5), bold=True)
    page.text(SHORT, y + 4.6, str(picks), 10)


def _draw_nothing(page: PaperPage, y: float) -> None:
    page.text(LEFT, y + 12, "Nothing to pick tonight.", 14, bold=True)


def _cases(row: Row) -> str:
    """Whole cases and what is loose beside them; nothing where no case is whole."""
    if not row["case_uom"] or row["cases"] in (None, "0"):
        return ""
    loose = "" if row["loose_qty"] == "0" else f" + {row['loose_qty']}"
    return f"{row['cases']} {row['case_uom']} of {row['units_per_case']}{loose}"


def _day(day: date) -> str:
    return f"{day:%A}, {day.day} {day:%B} {day.year}"
