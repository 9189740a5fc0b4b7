"""Of which night a page speaks, and when that night ran: on top of what is read from published tables."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.cli.reading import Row, find_rows
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from rich.console import Console

    from flows.workspace import Workspace

LAST = "SELECT business_date, run_no, version FROM nights ORDER BY version DESC LIMIT 1"


def read_as_of(connection: DuckDBPyConnection, place: Workspace) -> Row | None:
    """The published night: date, run, version, when it was committed, in the workspace's time zone."""
    night = next(iter(find_rows(connection, LAST)), None)
    if night is None:
        return None
    zone = ZoneInfo(_zone_of(place))
    ran_at = _committed_at(place)
    return {**night, "ran_at": ran_at.astimezone(zone).isoformat() if ran_at else None, "time_zone": zone.key}


def tell_as_of(night: Row | None) -> str:
    """`Night of 2026-03-04, run on 2026-03-05 at 04:15 Europe/London`."""
    if night is None:
        return "No night is published."
    run_no = f" (run {night['run_no']})" if night["run_no"] > 1 else ""
    which = f"Night of {night['business_date']}{run_no}"
    if night["ran_at"] is None:
        return which
    return f"{which}, run on {datetime.fromisoformat(night['ran_at']):%Y-%m-%d at %H:%M} {night['time_zone']}"


def print_as_of(console: Console, night: Row | None) -> None:
    """Say of which night the page below speaks."""
    console.print(tell_as_of(night), style="dim", markup=False, soft_wrap=True)


def _committed_at(place: Workspace) -> datetime | None:
    """When the published night was committed; a version made by hand does not say."""
    info = place.published / "current" / "run_info.json"
    if not info.is_file():
        return None
    text = json.loads(info.read_text(encoding="utf-8")).get("times", {}).get("committed_at")
    return datetime.fromisoformat(text) if text else None


def _zone_of(place: Workspace) -> str:
    """The workspace's time zone; UTC where its settings cannot be followed, which other commands say."""
    from flows.settings_file import parse_settings, read_content  # noqa: PLC0415 -- takes time; help need not wait
    from schemas.settings.workspace import WorkspaceSettings  # noqa: PLC0415 -- likewise

    name = place.settings_file.name
    try:
        content = read_content(place.settings_file, name) if place.settings_file.exists() else b""
        return parse_settings(content, WorkspaceSettings, name).time_zone
    except ConfigurationError:
        return "UTC"
