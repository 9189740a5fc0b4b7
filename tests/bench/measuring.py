"""One measurement: each contender over one generated night, in a process of its own."""

from __future__ import annotations

import multiprocessing
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.bench.contenders import CONTENDERS, is_equal, leave_units
from tests.bench.warehouse_full import make_books, write_books

KIB_A_GIB = 2**20


def measure(lines: int, shape: str, policy: str, skus: int | None = None) -> dict[str, Any]:
    """Seconds and peak memory of each contender over one generated night."""
    names = [name for name in CONTENDERS if policy == "plain" or name != "duckdb"]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        tell(f"{policy} {shape} {lines:,} lines: making the night")
        in_own_process(_make, lines, shape, policy, skus, folder)
        results = {}
        for name in names:
            results[name] = in_own_process(_measured, name, folder, policy)
            tell(f"  {name:7}{results[name][0]:>9.2f} s{results[name][1]:>7.2f} GiB")
        equal = in_own_process(is_equal, folder, "plan", "loop")
    plan_s, plan_gib = results["plan"]
    return {
        "policy": policy,
        "shape": shape,
        "lines": lines,
        **{f"{name}_s": round(results[name][0], 2) if name in results else None for name in CONTENDERS},
        "lines_per_s": round(lines / plan_s),
        "peak_gib": round(plan_gib, 2),
        "equal_to_loop": equal,
    }


def tell(progress: str) -> None:
    """A long run says where it is."""
    print(progress, file=sys.stderr, flush=True)  # noqa: T201 -- progress of a command


def in_own_process(job: Any, *arguments: Any, **named: Any) -> Any:  # noqa: ANN401 -- what the job takes and gives
    """What the job gives; its memory is its own and goes with it."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(job, arguments, named)


def _make(lines: int, shape: str, policy: str, skus: int | None, folder: Path) -> None:
    """Make the night and write it."""
    write_books(make_books(lines, shape=shape, policy=policy, skus=skus), folder)


def _measured(name: str, folder: Path, policy: str) -> tuple[float, float]:
    """Seconds and peak GiB of a contender; memory is that of the whole process, inputs included."""
    run = CONTENDERS[name](folder, policy)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB_A_GIB
    leave_units(folder, name, run)
    return run.seconds, peak
