"""From a well-known program's export to its first right night: `uv run python -m tests.trials.first_nights`.

Each export is rebuilt from its public list of columns. A workspace is made, `onboard` looks at the file, a
person takes the # off the first choice of what is to be decided (each such line is counted), `check` must
find nothing, and the file's night is run. What the books must say then was written down before. The files
look an hour old, so that the minute is not counted in which a night waits for a fresh one.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import xlsxwriter

from flows.cli.reading import find_rows, open_published
from flows.workspace import Workspace
from tests.flows.onboarding import exports

Rows = set[tuple[str, str, int]]

TOGETHER = "# together with the line above"
OPEN = re.compile(r"^#(?=[a-z_.]+ = )")
COUNTED = ("--counted-at", "06:00")
LOTS = {("CARD-M", "15-11", 1200), ("CARD-L", "15-12", 48)}
ORDERS = "SELECT order_id, sku, ordered_qty FROM order_lines"
STOCK = "SELECT sku, lot_id, on_hand_qty FROM stock"


def german_workbook() -> bytes:
    """The receiving report as a workbook: title above, total below, numbers and days by their type."""
    title, stand, _, header, *rows = [line.split(";") for line in exports.GERMAN_RECEIPTS.splitlines()]
    written = io.BytesIO()
    with xlsxwriter.Workbook(written) as book:
        page = book.add_worksheet("Wareneingang")
        thousands = book.add_format({"num_format": "#,##0.00"})
        day = book.add_format({"num_format": "dd.mm.yyyy"})
        for line, texts in enumerate((title, stand, [], header, *rows)):
            for place, text in enumerate(texts):
                if re.fullmatch(r"[0-9.]+,[0-9]{2}", text):
                    page.write_number(line, place, float(text.replace(".", "").replace(",", ".")), thousands)
                elif found := re.fullmatch(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})", text):
                    year, month, number = (int(found[group]) for group in (3, 2, 1))
                    page.write_datetime(line, place, date(year, month, number), day)
                else:
                    page.write_string(line, place, text)
    return written.getvalue()


@dataclass(frozen=True)
class Export:
    """A file of a program, and what the books say after its night.

    Attributes:
        lines: of settings that a person writes.
        query: what is read from the published database.
        options: what a person tells `onboard`.
    """

    name: str
    feed: str
    file_name: str
    content: bytes
    rows: Rows
    lines: int = 0
    query: str = ORDERS
    options: tuple[str, ...] = ()


EXPORTS = (
    Export(
        "Shopify", "orders", "orders_export_1.csv", exports.SHOPIFY.encode(),
        {("#1001", "CARD-M", 2), ("#1001", "CARD-L", 1), ("#1002", "CARD-M", 1)},
    ),
    Export(
        "WooCommerce", "orders", "orders-2026-03-12.csv", exports.WOOCOMMERCE.encode(),
        {("881", "CARD-M", 2), ("881", "CARD-L", 1)}, lines=1,
    ),
    Export(
        "Amazon, unshipped", "orders", "unshipped.txt", exports.AMAZON.encode(),
        {("202-1-1", "CARD-M", 2), ("202-1-2", "CARD-L", 1)},
    ),
    Export(
        "Amazon, all orders", "orders", "all.txt", exports.AMAZON_ALL.encode(),
        {("202-1-1", "CARD-M", 2)}, lines=1,
    ),
    Export(
        "Square", "orders", "items-2026-03-12.csv", exports.SQUARE.encode(),
        {("T1", "CARD-M", 2), ("T1", "CARD-L", 1), ("T2", "CARD-M", 1)},
    ),
    Export(
        "German receiving report, Excel", "receipts", "Bericht.xlsx", german_workbook(),
        {*LOTS, ("CARD-S", "16-01", 1000)}, query=STOCK,
    ),
    Export(
        "German receiving report, CSV", "receipts", "Bericht.csv", exports.GERMAN_RECEIPTS.encode("cp1252"),
        {*LOTS, ("CARD-S", "16-01", 1000)}, query=STOCK,
    ),
    Export(
        "French stock list", "stock", "stock_2026-03-12.csv", exports.FRENCH_STOCK.encode("cp1252"),
        {*LOTS, ("CARD-S", "16-01", 7)}, lines=3, query=STOCK,
    ),
    Export(
        "French stock list, time told", "stock", "stock_2026-03-12.csv",
        exports.FRENCH_STOCK.encode("cp1252"), {*LOTS, ("CARD-S", "16-01", 7)}, query=STOCK, options=COUNTED,
    ),
)  # fmt: skip


@dataclass(frozen=True)
class FirstNight:
    """What became of an export.

    Attributes:
        seconds: of the program, from `init` to the end of the night.
        lines: of settings that a person wrote.
        rows: what the books say.
        keys: lines of settings that `onboard` wrote.
    """

    seconds: float
    lines: int
    keys: int
    rows: Rows


def live(export: Export, root: Path) -> FirstNight:
    """From an empty folder to the end of the first night.

    Raises:
        subprocess.CalledProcessError: a command found something amiss.
    """
    place = Workspace(root / "w")
    dropped = root / export.file_name
    dropped.write_bytes(export.content)
    began = time.monotonic()
    where = ("--workspace", str(place.root))
    _type("init", str(place.root), "--warehouse", "LEEDS", "--client", "acme", "--time-zone", "Europe/London")
    _type("onboard", "acme", str(dropped), *export.options, *where)
    file = place.clients / "acme.toml"
    text, lines = decide(file.read_text("utf-8"))
    file.write_text(text, "utf-8")
    _type("check", "acme", export.feed, str(dropped), *where)
    path = place.inbound / "acme" / export.feed / export.file_name
    path.write_bytes(export.content)
    os.utime(path, (time.time() - 3600, time.time() - 3600))
    _type("run", "--plain", *where)
    seconds = time.monotonic() - began
    with open_published(place) as connection:
        found = find_rows(connection, export.query)
    rows = {(str(name), str(of or ""), int(qty)) for name, of, qty in (row.values() for row in found)}
    section = text.partition("[feeds.")[2] if "\n[feeds." in text else ""
    keys = sum(bool(re.match(r"[a-z_.]+ = ", line)) for line in section.splitlines())
    return FirstNight(seconds, lines, keys - lines, rows)


def decide(text: str) -> tuple[str, int]:
    """The settings with the first choice of each question in force, and how many lines that changed."""
    decided, lines, is_asked, is_taken = [], 0, False, False
    for line in text.splitlines():
        if line.startswith("# decide: "):
            is_asked = True
        elif OPEN.match(line) and (is_asked or (is_taken and line.endswith(TOGETHER))):
            line = OPEN.sub("", line)  # noqa: PLW2901 -- what a person does with it
            lines += 1
            is_asked, is_taken = False, True
        else:
            is_asked = is_taken = False
        decided.append(line)
    return "\n".join(decided) + "\n", lines


def _type(*words: str) -> None:
    """A command of the program; any answer but that all is well ends the trial."""
    program = (sys.executable, "-c", "from flows.cli.app import main; main()")
    subprocess.run([*program, *words], check=True, capture_output=True)


def main() -> int:
    """Exit code 0: every first night is right, after as many lines as was said."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="a list for programs")
    asked = parser.parse_args()
    told, is_well = [], True
    for export in EXPORTS:
        with tempfile.TemporaryDirectory() as folder:
            night = live(export, Path(folder))
        is_right = night.rows == export.rows and night.lines == export.lines
        is_well &= is_right
        told.append(
            {
                "export": export.name,
                "minutes": round(night.seconds / 60, 2),
                "lines_by_onboard": night.keys,
                "lines_by_a_person": night.lines,
                "is_right": is_right,
            }
        )
        if not asked.json:
            print(  # noqa: T201 -- what it is for
                f"{export.name:32} {night.seconds / 60:5.2f} min {night.keys:3} lines by onboard, "
                f"{night.lines} by a person: {'right' if is_right else f'wrong: {sorted(night.rows)}'}"
            )
    if asked.json:
        print(json.dumps(told, indent=1))  # noqa: T201 -- what it is for
    return 0 if is_well else 1


if __name__ == "__main__":
    sys.exit(main())
