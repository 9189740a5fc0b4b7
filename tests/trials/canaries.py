"""Where what clients write has come to: `python -m tests.trials.canaries` (`--json` for programs).

A marker stands in every column of every feed, in headers and in files that are refused
(`tests.flows.canaries`). The whole workspace is searched after three nights, after an erasure of all orders,
and after `people_days`.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.flows.canaries.markers import Cage
from tests.flows.canaries.searching import search_workspace
from tests.flows.canaries.stages import AFTER, astray, erase_everybody, let_days_pass
from tests.flows.canaries.world import make_marked_world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.workspace import Workspace


def stages(folder: Path, cage: Cage) -> Iterator[tuple[str, Workspace]]:
    """The workspace at each stage; the third is of people who were not erased."""
    workspace = make_marked_world(folder / "erased", cage)
    yield "three nights", workspace
    erase_everybody(workspace, cage)
    yield "all orders are erased", workspace
    aged = Cage()
    workspace = make_marked_world(folder / "aged", aged)
    let_days_pass(workspace)
    yield "people_days", workspace


def look(cage: Cage, workspace: Workspace, stage: str) -> dict[str, Any]:
    """How many canaries of each kind stand in which place, and those that are astray."""
    found = search_workspace(workspace)
    counts = Counter(
        (cage.canaries[marker].kind, place)
        for marker, places in found.items()
        for place in {place.partition("/")[0] for place in places}
    )
    counted = [
        {"kind": kind, "place": place, "canaries": count} for (kind, place), count in sorted(counts.items())
    ]
    return {"after": stage, "found": counted, "astray": astray(cage, found, AFTER[stage])}


def write_page(told: list[dict[str, Any]], canaries: int) -> str:
    """The stages, a line a kind and place."""
    lines = [f"{canaries} canaries"]
    for stage in told:
        lines += ["", f"after {stage['after']}:"]
        lines += [f"  {row['kind']:<11}{row['place']:<18}{row['canaries']:>5}" for row in stage["found"]]
        lines.append(f"  astray: {'; '.join(stage['astray']) or 'none'}")
    return "\n".join(lines)


def main() -> int:
    """Look, and print what was found; 1 if a canary is astray."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    cage = Cage()
    with tempfile.TemporaryDirectory() as folder:
        told = [look(cage, workspace, stage) for stage, workspace in stages(Path(folder), cage)]
    machine = json.dumps({"canaries": len(cage.canaries), "stages": told}, indent=2)
    print(machine if as_json else write_page(told, len(cage.canaries)))  # noqa: T201 -- this is the output
    return int(any(stage["astray"] for stage in told))


if __name__ == "__main__":
    raise SystemExit(main())
