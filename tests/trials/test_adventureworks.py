"""AdventureWorks as a client, as delimited text and as workbooks: the totals of the files are kept.

The files have tabs, no header, numbers such as `.00` and days such as `2022-04-29 00:00:00.000`.
"""

from __future__ import annotations

import csv
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from flows.inbound.formats.files import FileReader
from schemas.settings.client import Client
from schemas.vocabulary.words import Feed
from tests.trials.defects.writing import write_xlsx
from tests.trials.online_retail import SOURCE as ONLINE_RETAIL
from transforms.intake.file_form import Catalogue, SourceFile
from transforms.intake.rows.form import read_form
from transforms.intake.rows.raw_rows import RawRows

if TYPE_CHECKING:
    from transforms.intake.file_form import FileForm

SOURCE = ONLINE_RETAIL.parent / "adventureworks"
DETAIL = [
    "order",
    "line",
    "due",
    "ordered",
    "product",
    "price",
    "total",
    "received",
    "rejected",
    "stocked",
    "modified",
]
INVENTORY = ["product", "location", "shelf", "bin", "quantity", "row", "modified"]
CLIENT = Client.model_validate(
    {
        "client_id": "works", "name": "Adventure Works", "warehouses": ["MAIN"],
        "feeds": {
            "receipts": {
                "delimiter": "\t", "header": DETAIL, "time_format": "%Y-%m-%d %H:%M:%S%.f",
                "columns": {
                    "receipt_id": "order", "line_no": "line", "sku": "product", "received_at": "modified",
                    "received_qty": "received", "rejected_qty": "rejected",
                },
                "routes": [{"to": "set_aside", "where": "CAST(received AS DOUBLE) = 0"}],
            },
            "stock": {
                "delimiter": "\t", "header": INVENTORY, "time_format": "%Y-%m-%d %H:%M:%S%.f",
                "count_basis": "physical", "count_scope": "rows", "counted_at_time": "06:00:00",
                "columns": {
                    "sku": "product", "qty": "quantity", "bin_id": "CONCAT(location, '-', shelf, bin)",
                },
            },
        },
    }
)  # fmt: skip

pytestmark = [
    pytest.mark.thorough,
    pytest.mark.skipif(not SOURCE.is_dir(), reason="the trial's data is not here"),
]


def table_of(name: str) -> list[list[str]]:
    """A file's cells, by Python's own parser."""
    with (SOURCE / name).open(newline="", encoding="ascii") as text:
        return list(csv.reader(text, delimiter="\t"))


def as_workbook(name: str) -> bytes:
    """The same cells in a workbook: numbers and days typed."""
    return write_xlsx([[_typed(cell) for cell in row] for row in table_of(name)])


def _typed(cell: str) -> str | float | datetime:
    """A cell as a spreadsheet program would have it."""
    if cell.endswith(":00.000"):
        return datetime.fromisoformat(cell)
    return float(cell) if cell.replace(".", "", 1).isdigit() else cell


def form_of(content: bytes, feed: Feed, name: str) -> FileForm:
    """A file of the client, read."""
    raw = FileReader().read(content, CLIENT.feeds.of(feed))
    assert isinstance(raw, RawRows), raw
    source = SourceFile("works", feed, "f0", name, date(2026, 12, 31))
    return read_form(raw.with_lines(), source=source, client=CLIENT, catalogue=Catalogue.blank())


@pytest.mark.parametrize("is_workbook", [False, True])
def test_receipts_have_the_totals_of_the_purchase_orders(is_workbook: bool) -> None:  # noqa: FBT001 -- one of the cases
    name = "PurchaseOrderDetail.csv"
    form = form_of(as_workbook(name) if is_workbook else (SOURCE / name).read_bytes(), Feed.RECEIPTS, name)
    cells = [dict(zip(DETAIL, row, strict=True)) for row in table_of(name)]
    received = [row for row in cells if Decimal(row["received"])]
    rows = form.rows.receipts
    assert (form.rows_read, rows.height, form.rejected.height) == (len(cells), len(received), 0)
    assert rows["received_qty"].sum() == sum(Decimal(row["received"]) for row in received)
    assert rows["rejected_qty"].sum() == sum(Decimal(row["rejected"]) for row in received)
    told = {(row["order"], row["line"], row["product"]) for row in received}
    lines = {
        (receipt, str(line), sku) for receipt, line, sku in rows.select("receipt_id", "line_no", "sku").rows()
    }
    assert lines == told


@pytest.mark.parametrize("is_workbook", [False, True])
def test_a_count_has_the_totals_of_the_inventory(is_workbook: bool) -> None:  # noqa: FBT001 -- one of the cases
    name = "ProductInventory.csv"
    form = form_of(as_workbook(name) if is_workbook else (SOURCE / name).read_bytes(), Feed.STOCK, name)
    cells = [dict(zip(INVENTORY, row, strict=True)) for row in table_of(name)]
    rows = form.rows.stock
    assert (rows.height, form.rejected.height) == (len(cells), 0)
    assert rows["qty"].sum() == sum(int(row["quantity"]) for row in cells)
    told = {(row["product"], f"{row['location']}-{row['shelf']}{row['bin']}") for row in cells}
    assert set(rows.select("sku", "bin_id").rows()) == told
