"""The front of what is published: `latest.html`, the page of the current version, and a list of the nights.

`latest.html` leads through `current`, so it changes in the same instant; the list is written anew whenever a
version comes or goes.
"""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

from flows.disk import durable
from flows.outbound.pages.rendering import render_page
from transforms.reports.night_page.wording import counted, number, weekday

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

REPORT = "report.html"
"""The page of a night, in the folder of its version."""

LATEST, NIGHTS = "latest.html", "nights.html"


def show_nights(published: Path, current: Path, versions: Iterable[Path]) -> None:
    """Let the front show these versions, oldest first; `current` is the link to the one that is shown."""
    latest = published / LATEST
    if (current / REPORT).is_file():
        durable.swap_symlink(latest, f"{current.name}/{REPORT}")
    rows = [row for version in versions if (row := _tell_version(version))]
    durable.write_file(published / NIGHTS, [render_page("nights", nights=rows[::-1])])


def _tell_version(version: Path) -> dict[str, Any] | None:
    """A version's row of the list, from its summary; None: it has no page, or nothing to say of it."""
    if not (version / REPORT).is_file():
        return None
    try:
        summary = json.loads((version / "summary" / "summary.json").read_text("utf-8"))
        return _tell_night(version.name, summary)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _tell_night(name: str, summary: dict[str, Any]) -> dict[str, Any]:
    """What the list says of a night."""
    findings = sum(entry["count"] for entry in summary["needs_a_person"])
    new = sum(entry["count"] for entry in summary["needs_a_person"] if entry["is_new"])
    of_all = {
        what: sum(client[what] for client in summary["clients"])
        for what in ("files", "rows_rejected", "units_released", "units_short")
    }
    return {
        "path": f"{name}/{REPORT}",
        "day": weekday(date.fromisoformat(summary["business_date"])),
        "run": f"run {summary['run_no']}" if summary["run_no"] > 1 else "",
        "held": len(summary["clients_held"]),
        "findings": number(findings),
        "new": f"{number(new)} new" if new else "",
        "files": number(of_all["files"]),
        "rejected": f"{counted(of_all['rows_rejected'], 'row')} rejected" if of_all["rows_rejected"] else "",
        "released": number(of_all["units_released"]),
        "short": number(of_all["units_short"]),
    }
