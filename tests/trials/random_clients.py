"""Random clients under all rules, engine against oracle: `uv run python -m tests.trials.random_clients`.

Each seed is a night of hundreds of clients, each with a policy, stock and orders of its own. Prints how many
were compared, and of the first client whose plan differs the smallest part that still does.
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from tests.cases import make_case
from tests.engine_and_oracle import differing_clients, show, shrink

if TYPE_CHECKING:
    from collections.abc import Iterator

CLIENTS_A_NIGHT = 2_000
FIRST_SEED = 1_000_001
"""Not a seed of the suite."""


def compare_nights(clients: int, first_seed: int) -> Iterator[tuple[int, str]]:
    """After each night: clients compared so far, and a differing client in words; empty: none."""
    for number in range(-(-clients // CLIENTS_A_NIGHT)):
        size = min(CLIENTS_A_NIGHT, clients - number * CLIENTS_A_NIGHT)
        case = make_case(first_seed + number, size)
        differing = differing_clients(case)
        told = ""
        if differing:
            smallest = shrink(case.only(differing[0]), lambda part: bool(differing_clients(part)))
            told = f"seed {first_seed + number}: {len(differing)} of {size} clients differ\n{show(smallest)}"
        yield number * CLIENTS_A_NIGHT + size, told


def main() -> int:
    """Compare and print; 1 if a client differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--clients", type=int, default=50_000)
    parser.add_argument("--seed", type=int, default=FIRST_SEED, help="of the first night")
    arguments = parser.parse_args()
    for compared, told in compare_nights(arguments.clients, arguments.seed):
        if told:
            print(told)  # noqa: T201 -- the command's output
            return 1
        print(f"{compared:>7,} of {arguments.clients:,} clients alike", flush=True)  # noqa: T201 -- the output
    return 0


if __name__ == "__main__":
    sys.exit(main())
