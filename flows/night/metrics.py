"""Figures of the last night in the text format of Prometheus: `metrics/backorders.prom`.

For the textfile collector of node_exporter, which reads every `*.prom` of a folder; so it appears whole. How
old a night is, whoever watches computes from its instant: a figure in a file does not grow older.
"""

from __future__ import annotations

import json
import logging
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from flows.clock import SYSTEM_CLOCK, Clock
from flows.fence import UNFORESEEN
from flows.ledger.databases.control import find_format, open_reading
from flows.ledger.runs.runs import LAST_COMMITTED, find_runs
from flows.outbound.versions.publish import version_folder
from schemas.vocabulary.findings import Owner

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.ledger.runs.runs import Run
    from flows.workspace import Workspace

LOG = logging.getLogger(__name__)

ROWS = ("accepted", "duplicate", "set_aside", "rejected")
UNITS = ("released", "reserved", "short", "backordered", "shipped", "cancelled")


@dataclass(frozen=True)
class Metric:
    """A figure and what it means; several values are told apart by one label."""

    name: str
    meaning: str
    values: dict[str, float] = field(default_factory=dict)
    label: str = ""


def write_metrics(place: Workspace, exit_code: int, clock: Clock = SYSTEM_CLOCK) -> None:
    """Write the figures of a run that ends now; what cannot be read or written is said, and is no error."""
    metrics = [*_of_run(exit_code, clock.now())]
    try:
        metrics += _of_last_night(place)
    except UNFORESEEN as error:  # the books may be damaged, which is told by its exit code
        LOG.warning("the figures of the last night cannot be read (%s)", type(error).__name__)
    try:
        place.metrics_file.parent.mkdir(parents=True, exist_ok=True)
        partial = place.metrics_file.with_suffix(".partial")
        partial.write_text(render_metrics(metrics), encoding="utf-8")
        # not synced: after a power cut the figures of the run before are as good
        partial.replace(place.metrics_file)
    except OSError as error:
        LOG.warning("%s was not written (%s)", place.metrics_file, error.strerror)


def render_metrics(metrics: list[Metric]) -> str:
    """The text format: help, type, and a line for each value."""
    lines = []
    for metric in metrics:
        name = f"backorders_{metric.name}"
        lines += [f"# HELP {name} {metric.meaning}", f"# TYPE {name} gauge"]
        for label, value in metric.values.items():
            labels = f'{{{metric.label}="{_escape(label)}"}}' if metric.label else ""
            lines.append(f"{name}{labels} {value:.15g}")
    return "\n".join(lines) + "\n"


def _of_run(exit_code: int, now: datetime) -> Iterator[Metric]:
    """How the run ended, whether it had a night to run or not."""
    yield Metric("run_timestamp_seconds", "When the last run ended, well or not.", {"": now.timestamp()})
    yield Metric("run_exit_code", "Its exit code; 0 is well.", {"": exit_code})


def _of_last_night(place: Workspace) -> Iterator[Metric]:
    """The last committed night: its age, seconds, held clients and open tasks."""
    if find_format(place.ledger) == 0:
        return
    with closing(open_reading(place.ledger)) as connection:
        run = next(iter(find_runs(connection, LAST_COMMITTED)), None)
    if run is None or run.version is None:
        return
    begins = datetime.combine(run.as_of.business_date, time(), UTC)
    yield Metric(
        "night_business_date_timestamp_seconds",
        "First second (UTC) of the last business date that is closed.",
        {"": begins.timestamp()},
    )
    yield Metric("night_version", "Version of the last committed night.", {"": run.version})
    yield Metric("clients_held", "Clients whose last night is undone.", {"": len(run.clients_held)})
    if run.published_at is not None:
        yield from _of_published(place, run, run.published_at)


def _of_published(place: Workspace, run: Run, published_at: datetime) -> Iterator[Metric]:
    """When it was published, how long it took, and what its summary counts."""
    yield Metric(
        "night_timestamp_seconds",
        "When the last published night was done; its age is time() minus this.",
        {"": published_at.timestamp()},
    )
    yield Metric("night_seconds", "Seconds from its freeze to its delivery.", {"": run.seconds or 0.0})
    path = version_folder(place, run.version or 0) / "summary" / "summary.json"
    summary: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    entries, clients = summary["needs_a_person"], summary["clients"]
    opened = dict.fromkeys(Owner.values(), 0.0)
    for entry in entries:
        opened[entry["owner"]] += entry["count"]
    new = sum(entry["count"] for entry in entries if entry["is_new"])
    yield Metric("open_tasks", "Findings that wait for a person.", opened, "owner")
    yield Metric("new_tasks", "Findings of the last night.", {"": new})
    yield Metric("rows", "Rows of its files by verdict.", _sums(clients, "rows", ROWS), "verdict")
    yield Metric(
        "units",
        "Units by what became of them, short and back-ordered after it.",
        _sums(clients, "units", UNITS),
        "kind",
    )
    yield Metric("messages", "Messages that it wrote.", {"": sum(client["messages"] for client in clients)})


def _sums(clients: list[dict[str, Any]], what: str, kinds: tuple[str, ...]) -> dict[str, float]:
    """The sum of each kind over all clients."""
    return {kind: float(sum(client[f"{what}_{kind}"] for client in clients)) for kind in kinds}


def _escape(label: str) -> str:
    """A value of a label as the format has it."""
    return label.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
