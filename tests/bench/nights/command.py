"""`python -m tests.bench nights`: whole nights, beside a floor and a plain SQL script."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench.nights.shapes import SHAPES, Asked
from tests.bench.nights.table import table_of

if TYPE_CHECKING:
    import argparse

NOTICES = {"off": (False,), "on": (True,), "both": (False, True)}


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be asked for."""
    known = Asked()
    parser.add_argument("--shape", choices=list(SHAPES), action="append", help="default: all")
    parser.add_argument("--lines", type=int, action="append", help=f"of first nights; default: {known.sizes}")
    parser.add_argument("--notices", choices=list(NOTICES), default="both")
    for name, what in {
        "clients": "of first, ordinary and ageing nights",
        "many_clients": "of whom one sends a few rows",
        "many_lines": "order lines of their first night",
        "ordinary_lines": "order lines of the night before ordinary ones",
        "ordinary_nights": "how many of them",
        "ageing_lines": "new order lines of each ageing night",
        "ageing_nights": "how many of them",
        "closed_days": "after which the ageing books forget closed orders",
        "analyst_days": "of history in the analyst file of the ageing world",
        "keys": "of facts that were accepted years ago",
        "seed": "of chance",
    }.items():
        default = getattr(known, name)
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, type=int, default=default, help=f"{what}; default: {default:,}")
    parser.add_argument("--scratch", type=Path, help="folder for workspaces; default: the system's")


def run(options: argparse.Namespace) -> str:
    """Measure; the table, or the JSON that was asked for."""
    own = vars(Asked()).keys() - {"sizes", "notices"}
    asked = Asked(
        sizes=tuple(options.lines or Asked.sizes),
        notices=NOTICES[options.notices],
        **{name: getattr(options, name) for name in own},
    )
    rows = []
    for shape in options.shape or SHAPES:
        with tempfile.TemporaryDirectory(prefix="nights-", dir=options.scratch) as scratch:
            rows += SHAPES[shape](asked, Path(scratch))
    return json.dumps(rows, indent=2) if options.json else table_of(rows)
