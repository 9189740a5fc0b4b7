"""`python -m tests.bench allocation`: the plan beside its rivals, at several sizes and shapes."""

from __future__ import annotations

import argparse
import json
from typing import Any

from tests.bench.measuring import measure

SHAPES = ("realistic", "harsh")
LINES = (100_000, 1_000_000)
COLUMNS = {
    "plan s": "plan_s",
    "floor s": "floor_s",
    "loop s": "loop_s",
    "x floor": "",
    "x loop": "",
    "GiB": "peak_gib",
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="tests.bench", description=__doc__)
    parser.add_argument("subject", choices=["allocation"])
    parser.add_argument("--lines", type=int, action="append", help="default: 100,000 and 1,000,000")
    parser.add_argument("--skus", type=int, help="default: one for 60 lines")
    parser.add_argument("--shape", choices=SHAPES, help="default: both")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    shapes = [arguments.shape] if arguments.shape else SHAPES
    rows = [measure(lines, shape, arguments.skus) for lines in arguments.lines or LINES for shape in shapes]
    print(json.dumps(rows, indent=2) if arguments.json else _table(rows))  # noqa: T201 -- the command's output


def _table(rows: list[dict[str, Any]]) -> str:
    """The rows for a person, with the two ratios."""
    head = f"{'shape':10}{'lines':>12}" + "".join(f"{name:>9}" for name in COLUMNS) + "  equal"
    return "\n".join([head, *map(_row, rows)])


def _row(row: dict[str, Any]) -> str:
    """One line of the table."""
    ratios = {"x floor": row["plan_s"] / row["floor_s"], "x loop": row["plan_s"] / row["loop_s"]}
    figures = "".join(f"{ratios.get(name, row.get(key, 0)):>9.2f}" for name, key in COLUMNS.items())
    return f"{row['shape']:10}{row['lines']:>12,}{figures}  {row['equal_to_loop']}"


if __name__ == "__main__":
    main()
