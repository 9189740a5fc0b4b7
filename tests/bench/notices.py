"""What the notices of one night cost in memory: `python -m tests.bench.notices 3000 30000 300000`.

For each number of orders that wait, each of one line and one consignee, a night runs twice in processes of
their own: without notices and with them. What it holds at most with them, less what it holds without, is what
wording and writing them costs. A third of a million notices are a million files: it takes its time, and room.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

NIGHT = "2026-03-02"
RUN = "from flows.cli import main; main()"
COLUMNS = (
    "order_id,line_no,sku,qty,ordered_at,ship_to_name,ship_to_address,ship_to_city,ship_to_country,email\n"
)


class Cost(NamedTuple):
    """Of one night: most memory held in MiB, and seconds."""

    memory: int
    seconds: float


def make_workspace(root: Path, orders: int, mode: str) -> Path:
    """A workspace in which so many orders wait for goods that are not there."""
    for folder in ("clients", "warehouses", "inbound/acme/orders", "inbound/acme/items"):
        (root / folder).mkdir(parents=True)
    (root / "workspace.toml").write_text("settle_seconds = 0\n", "utf-8")
    (root / "warehouses" / "W1.toml").write_text('allocator = "us"\n', "utf-8")
    (root / "clients" / "acme.toml").write_text(
        f'name = "Acme"\nwarehouses = ["W1"]\n[notices]\nmode = "{mode}"\nreply_to = "care@example.com"\n',
        "utf-8",
    )
    (root / "inbound/acme/items/items.csv").write_text("sku,description\nA,An apple\n", "utf-8")
    with (root / "inbound/acme/orders/orders.csv").open("w", encoding="utf-8") as file:
        file.write(COLUMNS)
        file.writelines(
            f"O{n},1,A,2,{NIGHT} 09:00,Name of Person {n},{n} Some Street,Town,GB,p{n}@example.com\n"
            for n in range(orders)
        )
    return root


def run_night(root: Path) -> Cost:
    """The night, in a process of its own.

    Raises:
        subprocess.CalledProcessError: it did not end well.
    """
    begun = time.monotonic()
    command = [sys.executable, "-c", RUN, "run", "--plain", "--date", NIGHT, "--workspace", str(root)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as child:
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise subprocess.CalledProcessError(child.returncode, command)
    return Cost(used.ru_maxrss // 1024, time.monotonic() - begun)


def main() -> None:
    """Print a line for each number of notices."""
    print("notices   without      with   more  MiB   seconds")  # noqa: T201 -- this is the output
    for orders in map(int, sys.argv[1:] or ("3000", "30000")):
        costs = []
        for mode in ("off", "live"):
            with tempfile.TemporaryDirectory() as folder:
                costs.append(run_night(make_workspace(Path(folder) / "workspace", orders, mode)))
        without, with_them = costs
        more = with_them.memory - without.memory
        print(f"{orders:7} {without.memory:9} {with_them.memory:9} {more:6} {with_them.seconds:15.0f}")  # noqa: T201 -- as above


if __name__ == "__main__":
    main()
