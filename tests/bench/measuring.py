"""One measurement: each contender over one generated night, in a process of its own."""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.contenders import run_floor, run_loop, run_plan
from tests.bench.warehouse_full import make_books, write_books

CONTENDERS = {"plan": run_plan, "floor": run_floor, "loop": run_loop}
KIB_A_GIB = 2**20


def measure(lines: int, shape: str, skus: int | None = None) -> dict[str, Any]:
    """Seconds and peak memory of each contender over one generated night."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        write_books(make_books(lines, shape=shape, skus=skus), folder)
        results = {name: _in_own_process(name, folder) for name in CONTENDERS}
    plan_s, plan_gib, plan_units = results["plan"]
    return {
        "policy": "plain",
        "shape": shape,
        "lines": lines,
        "plan_s": round(plan_s, 2),
        "floor_s": round(results["floor"][0], 2),
        "loop_s": round(results["loop"][0], 2),
        "lines_per_s": round(lines / plan_s),
        "peak_gib": round(plan_gib, 2),
        "equal_to_loop": plan_units == results["loop"][2],
    }


def _in_own_process(name: str, folder: Path) -> tuple[float, float, dict[Any, int]]:
    """Seconds, peak GiB and units of a contender."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_measured, (name, folder))


def _measured(name: str, folder: Path) -> tuple[float, float, dict[Any, int]]:
    """Run a contender here; memory is that of the whole process, inputs included."""
    seconds, units = CONTENDERS[name](folder)
    return seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_A_GIB, units
