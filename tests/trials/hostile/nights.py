"""A night of many attackers beside clients that are well, in a process of its own.

    python -m tests.trials.hostile.nights FOLDER HEALTHY < numbers of attacks

Each attack is a client of that night. It prints what became of each of them, and what the night put out
of the others.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.ledger.store.ledger import Ledger
from flows.night.run import run_nights
from flows.polars_settings import prepare_polars
from flows.settings_file import shown
from tests.flows.night.small_world import MONDAY, clock_after
from tests.trials.attacks.catalogue import ATTACKS
from tests.trials.hostile.healthy import healthy_clients, make_healthy, outputs_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from flows.workspace import Workspace
    from tests.trials.attacks.answer import Attack

NIGHT_SECONDS = 900
"""After so long a night hangs."""


@dataclass(frozen=True)
class Seen:
    """What became of one attack.

    Attributes:
        verdict: of its file; `waits` where the night said nothing of it.
        reason: code of the refusal.
        detail: its words.
        rejected: `row column code` of each rejected cell.
        lines: `order/line sku quantity` of each order line in the books.
    """

    verdict: str
    reason: str = ""
    detail: str = ""
    rejected: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()


@dataclass(frozen=True)
class NightSeen:
    """What became of a night.

    Attributes:
        seen: by number of the attack.
        outputs: of the clients that are well.
        error: why there was no such night; empty where there was.
        seconds: of CPU, those of the process that reads files aside.
        mebibytes: most memory that one of its processes held.
    """

    seen: dict[int, Seen] = field(default_factory=dict)
    outputs: dict[str, str] = field(default_factory=dict)
    error: str = ""
    seconds: float = 0.0
    mebibytes: int = 0


def run_apart(numbers: Sequence[int], folder: Path, healthy: int = 2) -> NightSeen:
    """A night of these attacks beside so many others, in another process, which may die or hang."""
    command = [sys.executable, "-m", "tests.trials.hostile.nights", str(folder), str(healthy)]
    try:
        ended = subprocess.run(
            command,
            input=json.dumps(list(numbers)),
            capture_output=True,
            text=True,
            timeout=NIGHT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return NightSeen(error=f"it did not end in {NIGHT_SECONDS} seconds")
    if ended.returncode:
        return NightSeen(error=f"{ended.returncode}: {ended.stderr.strip()[-1500:]}")
    said: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    seen = {int(number): _seen_again(each) for number, each in said.pop("seen").items()}
    return NightSeen(seen=seen, **said)


def _seen_again(each: dict[str, Any]) -> Seen:
    return Seen(**each | {"rejected": tuple(each["rejected"]), "lines": tuple(each["lines"])})


def run_here(numbers: Sequence[int], folder: Path, healthy: int = 2) -> NightSeen:
    """A night of these attacks beside so many others, in this process."""
    others = healthy_clients(healthy)
    workspace = make_healthy(folder, others)
    workspace.settings_file.write_text("settle_seconds = 2\nmin_free_bytes = 0\n", "utf-8")
    ends = [drop_attack(workspace, number) for number in numbers]
    before = time.process_time()
    try:
        run_nights(workspace, business_date=MONDAY, clock=clock_after(MONDAY))
    finally:
        for end in ends:
            end()
    seconds = round(time.process_time() - before, 1)
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return NightSeen(look_at(workspace, numbers), outputs_of(workspace, others), "", seconds, peak // 1024)


def folder_name(number: int) -> bytes:
    """Name of the folder of an attack's client, any bytes."""
    return ATTACKS[number].client or f"x{number:03}".encode()


def drop_attack(workspace: Workspace, number: int) -> Callable[[], object]:
    """Its settings and its file; what ends it."""
    attack = ATTACKS[number]
    name = os.fsdecode(folder_name(number))
    if attack.settings is not None:
        (workspace.clients / f"{name}.toml").write_bytes(attack.settings)
    folder = workspace.inbound / name / attack.feed
    folder.mkdir(parents=True, exist_ok=True)
    if attack.drop:
        return attack.drop(folder) or (lambda: None)
    content = attack.content if isinstance(attack.content, bytes) else attack.content()
    (folder / os.fsdecode(attack.file_name)).write_bytes(content)
    return lambda: None


def look_at(workspace: Workspace, numbers: Sequence[int]) -> dict[int, Seen]:
    """What the books say of each attack."""
    with Ledger.open(workspace) as ledger:
        files = ledger.load_added("files", 1).to_dicts()
        rejected = ledger.load_added("rejected_rows", 1).to_dicts()
        lines = ledger.load_table("order_lines").to_dicts()
    return {number: _look_at_one(number, files, rejected, lines) for number in numbers}


def _look_at_one(
    number: int,
    files: list[dict[str, Any]],
    rejected: list[dict[str, Any]],
    lines: list[dict[str, Any]],
) -> Seen:
    attack, client_id = ATTACKS[number], shown(os.fsdecode(folder_name(number)))
    books = tuple(
        sorted(
            f"{line['order_id']}/{line['line_no']} {line['sku']} {line['ordered_qty']}"
            for line in lines
            if line["client_id"] == client_id
        )
    )
    file = _file_of(attack, [file for file in files if file["client_id"] == client_id])
    if file is None:
        return Seen("waits", lines=books)
    cells = sorted(
        f"{row['row_no']} {row['column'] or '-'} {row['reason_code']}"
        for row in rejected
        if (row["client_id"], row["file_hash"]) == (client_id, file["file_hash"])
    )
    return Seen(file["verdict"], file["reason_code"] or "", file["detail"], tuple(cells[:20]), books[:20])


def _file_of(attack: Attack, files: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The row of the attack's own file; of a client with several the one of its name."""
    label = shown(os.fsdecode(attack.file_name))
    named = [file for file in files if file["file_name"] == label]
    return next(iter(named or files), None)


def main() -> None:
    """Run it and print what was seen."""
    prepare_polars()
    night = run_here(json.loads(sys.stdin.read()), Path(sys.argv[1]) / "data", int(sys.argv[2]))
    sys.stdout.write("\n" + json.dumps(asdict(night)) + "\n")


if __name__ == "__main__":
    main()
