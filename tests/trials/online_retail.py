"""Two months of a real wholesaler's nights: `uv run python -m tests.trials.online_retail`.

Sets up a workspace, drops the files of `uci-online-retail` unchanged, night by night, and calls what
`backorders run --plain` calls. Prints a line a night and the totals a warehouse manager would ask for.

With `--workspace DIR` the nights stay, and January can be tried under other policies:
`backorders simulate -w DIR --from 2011-01-01 --to 2011-01-31 -p DIR/tried/fair_share.toml -p ...`.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from flows.configuration import read_configuration
from flows.night.run import run_nights
from flows.workspace import Workspace
from tests.trials.figures import night_figures, pct, total_figures

if TYPE_CHECKING:
    from collections.abc import Iterator

SETTINGS = Path(__file__).parent / "online_retail_settings"
SOURCE = Path(__file__).parents[3] / "shared" / "data" / "uci-online-retail"
CLIENT, WAREHOUSE = "albion", "MAIN"
FIRST, LAST = date(2010, 11, 30), date(2011, 1, 31)
NAMES = {
    "orders": "%Y-%m-%d.csv",
    "stock": "stock_%Y%m%d.csv",
    "asns": "asns_%Y%m%d.csv",
    "receipts": "receipts_%Y%m%d.csv",
}
"""Feed, and the name of a day's file."""

HEADINGS = (
    f"{'night':10} {'read':>6} {'acc.':>6} {'dup':>4} {'aside':>5} {'rej':>4} | {'ordered':>7} "
    f"{'released':>8} {'shipped':>7} {'cancel':>7} {'back-o.':>7} {'lines':>5} | {'line%':>5} "
    f"{'unit%':>5} {'order%':>6} | {'old':>3} {'msgs':>4} {'find':>5} {'laws':>4} {'sec':>5}"
)


def set_up(root: Path) -> Workspace:
    """A workspace with the trial's settings."""
    shutil.copytree(SETTINGS, root, dirs_exist_ok=True)
    return Workspace(root)


def nights_of(first: date, last: date) -> Iterator[date]:
    """Every calendar date, as a scheduler would run it."""
    return (first + timedelta(days=days) for days in range((last - first).days + 1))


def drop_files(source: Path, place: Workspace, night: date) -> int:
    """Copy the day's files, unchanged, to where the client drops them; how many there were."""
    dropped = 0
    for feed, name in NAMES.items():
        file = source / feed / night.strftime(name)
        folder = place.inbound / CLIENT / feed
        folder.mkdir(parents=True, exist_ok=True)
        if file.is_file():
            shutil.copyfile(file, folder / file.name)
            dropped += 1
    return dropped


def show_night(night: date, figures: dict[str, Any], seconds: float) -> str:
    """The line of a night."""
    shown = figures
    return (
        f"{night} {shown['read']:6} {shown['accepted']:6} {shown['duplicate']:4} {shown['set_aside']:5} "
        f"{shown['rejected']:4} | {shown['ordered']:7} {shown['released']:8} {shown['shipped']:7} "
        f"{shown['cancelled']:7} {shown['backordered']:7} {shown['waiting_lines']:5} | "
        f"{pct(shown['first_filled_lines'], shown['first_lines']):>5} "
        f"{pct(shown['first_filled_units'], shown['first_units']):>5} "
        f"{pct(shown['first_filled_orders'], shown['first_orders']):>6} | {shown['oldest_days']:3} "
        f"{shown['messages']:4} {shown['findings']:5} {shown['laws_checked']:4} {seconds:5.1f}"
    )


def show_totals(totals: dict[str, Any]) -> Iterator[str]:
    """The totals, a line or a small list each."""
    rows, first = totals["rows"], totals["first pass"]
    parts = rows["accepted"] + rows["duplicate"] + rows["set_aside"] + rows["rejected"]
    verdict = "adds up" if parts == rows["read"] else "DOES NOT ADD UP"
    yield (
        f"rows      {rows['read']:,} read = {rows['accepted']:,} accepted + {rows['duplicate']:,} duplicate "
        f"+ {rows['set_aside']:,} set aside + {rows['rejected']:,} rejected: {verdict}"
    )
    yield (
        f"fill      first pass: {pct(first['filled_lines'], first['lines'])} % of {first['lines']:,} lines, "
        f"{pct(first['filled_units'], first['units'])} % of {first['units']:,} units, "
        f"{pct(first['filled_orders'], first['orders'])} % of {first['orders']:,} orders"
    )
    told = totals["promises"]
    judged = told["told"] - told["not_due_yet"] - told["of_cancelled_orders"]
    yield (
        f"promises  {told['told']:,} dates told, {judged:,} can be judged: {told['on_the_day']:,} "
        f"({pct(told['on_the_day'], judged)} %) kept to the day, {told['within_three']:,} "
        f"({pct(told['within_three'], judged)} %) within three days"
    )
    due, past = totals["by due"], totals["past dates"]
    yield (
        f"service   {pct(due['lines_by_due'], due['lines'])} % of {due['lines']:,} lines shipped by due, "
        f"{pct(due['perfect_orders'], due['orders'])} % of {due['orders']:,} orders perfect, "
        f"{due['parcels'] / max(due['orders_sent'], 1):.2f} parcels an order; "
        f"{past['over_when_told']:,} of {past['dates']:,} told dates were over"
    )
    messages = totals["messages"]
    each = messages["messages"] / messages["orders"] if messages["orders"] else 0
    yield f"messages  {messages['messages']:,} to {messages['orders']:,} orders, {each:.2f} an order told"
    for name, content in totals.items():
        entries = content if isinstance(content, list) else [content]
        yield f"{name}:"
        yield from ("  " + ", ".join(f"{key} {value}" for key, value in entry.items()) for entry in entries)


def say(*lines: str) -> None:
    """Print lines at once, so that a long trial can be watched."""
    print(*lines, sep="\n", flush=True)  # noqa: T201 -- the trial's output


def main() -> None:
    """Run the trial and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--workspace", type=Path, help="keep the workspace there; default: a scratch folder")
    parser.add_argument("--last", type=date.fromisoformat, default=LAST, help="last night")
    arguments = parser.parse_args()
    place = set_up(arguments.workspace or Path(tempfile.mkdtemp(prefix="online_retail_")))
    holidays = read_configuration(place).warehouses[WAREHOUSE].holidays
    say(f"workspace {place.root}\n{HEADINGS}")
    begin = time.monotonic()
    for night in nights_of(FIRST, arguments.last):
        drop_files(SOURCE, place, night)
        started = time.monotonic()
        run_nights(place, business_date=night)
        seconds = time.monotonic() - started
        with duckdb.connect(place.published / "current" / "analytics.duckdb", read_only=True) as published:
            say(show_night(night, night_figures(published, night), seconds))
    with duckdb.connect(place.published / "current" / "analytics.duckdb", read_only=True) as published:
        totals = total_figures(published, FIRST, arguments.last, holidays=[str(day) for day in holidays])
    say("", *show_totals(totals))
    say(f"seconds   {time.monotonic() - begin:.1f} for all nights and their figures")


if __name__ == "__main__":
    main()
