"""`python -m tests.bench SUBJECT`: what things cost, beside what they could cost.

`allocation`: the plan of a night beside its rivals, by policy, size and shape.
`nights`: whole nights, from files to published, beside a floor and a plain SQL script.
"""

from __future__ import annotations

import argparse
import json
from itertools import pairwise
from typing import Any

from tests.bench.measuring import measure
from tests.bench.merchants import MERCHANTS
from tests.bench.nights import command as nights
from tests.bench.warehouse_full import SHAPES

LINES = {"plain": (100_000, 1_000_000, 10_000_000), "mixed": (100_000, 1_000_000, 3_000_000)}
SECONDS = ("plan_s", "floor_s", "loop_s", "duckdb_s")
RATIOS = {
    "x floor": ("plan_s", "floor_s"),
    "loop x": ("loop_s", "plan_s"),
    "duckdb x": ("duckdb_s", "plan_s"),
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    subjects = parser.add_subparsers(dest="subject", required=True)
    allocation = subjects.add_parser("allocation", help="the plan alone, beside its rivals")
    allocation.add_argument("--lines", type=int, action="append", help=f"default: {LINES}")
    allocation.add_argument("--policy", choices=list(MERCHANTS), help="default: both")
    allocation.add_argument("--shape", choices=list(SHAPES), help="default: both")
    allocation.add_argument("--skus", type=int, help="default: one for 60 lines")
    whole = subjects.add_parser(
        "nights", help="from files to published, beside a floor and a plain SQL script"
    )
    nights.add_options(whole)
    for subject in (allocation, whole):
        subject.add_argument("--json", action="store_true", help="a list of objects instead of a table")
    arguments = parser.parse_args()
    print(nights.run(arguments) if arguments.subject == "nights" else run(arguments))  # noqa: T201 -- the command's output


def run(arguments: argparse.Namespace) -> str:
    """The plan, measured: the table, or the JSON that was asked for."""
    rows = [
        measure(lines, shape, policy, arguments.skus)
        for policy in ([arguments.policy] if arguments.policy else MERCHANTS)
        for lines in arguments.lines or LINES[policy]
        for shape in ([arguments.shape] if arguments.shape else SHAPES)
    ]
    return json.dumps(rows, indent=2) if arguments.json else table_of(rows)


def table_of(rows: list[dict[str, Any]]) -> str:
    """The rows for a person: seconds, and how the plan compares."""
    names = [*(name.replace("_s", " s") for name in SECONDS), *RATIOS, "lines/s", "GiB"]
    head = f"{'policy':7}{'shape':10}{'lines':>12}" + "".join(f"{name:>10}" for name in names) + "  equal"
    return "\n".join([head, *map(_row, rows), *_growth(rows)])


def _row(row: dict[str, Any]) -> str:
    """One line of the table."""
    seconds = [row[name] for name in SECONDS]
    ratios = [row[one] and row[one] / row[other] for one, other in RATIOS.values()]
    figures = "".join(f"{'-':>10}" if figure is None else f"{figure:>10.2f}" for figure in seconds + ratios)
    size = f"{row['policy']:7}{row['shape']:10}{row['lines']:>12,}"
    return f"{size}{figures}{row['lines_per_s']:>10,}{row['peak_gib']:>10.2f}  {row['equal_to_loop']}"


def _growth(rows: list[dict[str, Any]]) -> list[str]:
    """A line for each step from one size to the next, of each policy and shape: how seconds grew."""
    by_size = sorted(rows, key=lambda row: (*_kind(row), row["lines"]))
    return [_step(few, many) for few, many in pairwise(by_size) if _kind(few) == _kind(many)]


def _kind(row: dict[str, Any]) -> tuple[str, str]:
    """What is comparable at several sizes."""
    return row["policy"], row["shape"]


def _step(few: dict[str, Any], many: dict[str, Any]) -> str:
    """How the seconds of each contender grew from one size to the next."""
    times = [f"{name.removesuffix('_s')} {many[name] / few[name]:.1f}x" for name in SECONDS if few[name]]
    return f"{few['policy']} {few['shape']}, {few['lines']:,} to {many['lines']:,} lines: {', '.join(times)}"


if __name__ == "__main__":
    main()
