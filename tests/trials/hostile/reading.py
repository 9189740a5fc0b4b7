"""Each file that is large in one way, read by itself: its processor seconds and its memory.

python -m tests.trials.hostile.reading NUMBER
"""

from __future__ import annotations

import hashlib
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from flows.inbound.reading.forms import Landed, read_received
from flows.inbound.reading.reading_process import READING
from flows.ledger.runs.runs import InputFile
from schemas.settings.client import Client
from tests.flows.night.small_world import MONDAY, clock_after
from tests.trials.attacks.catalogue import ATTACKS
from transforms.intake.file_form import Catalogue

if TYPE_CHECKING:
    from transforms.intake.file_form import FileForm

SECONDS = 10.0
MEBIBYTES = 1024
HANGS = 600


def measure(number: int) -> str:
    """What is beyond the bounds of an attack's file, read in a process of its own."""
    command = [sys.executable, "-m", "tests.trials.hostile.reading", str(number)]
    try:
        ended = subprocess.run(command, capture_output=True, text=True, timeout=HANGS, check=False)
    except subprocess.TimeoutExpired:
        return f"reading it did not end in {HANGS} s"
    if ended.returncode:
        return f"reading it ended with {ended.returncode}: {ended.stderr.strip()[-300:]}"
    seconds, mebibytes = json.loads(ended.stdout)
    is_bounded = seconds <= SECONDS and mebibytes <= MEBIBYTES
    return "" if is_bounded else f"reading it took {seconds:.1f} s and {mebibytes} MiB"


def _read(content: bytes, folder: Path) -> FileForm:
    """Its form, from landed bytes as in a night."""
    file_hash = hashlib.sha256(content).hexdigest()
    path = folder / file_hash
    path.write_bytes(content)
    return read_received(
        Landed(path, file_hash),
        InputFile("c", "orders", file_hash, "a.csv", clock_after(MONDAY).now()),
        business_date=MONDAY,
        client=Client(client_id="c", name="c", warehouses=("W1",)),
        catalogue=Catalogue.blank(),
    )


def main() -> None:
    """Read the file of an attack, and print what it cost the process that reads, its start included."""
    attack = ATTACKS[int(sys.argv[1])]
    content = attack.content if isinstance(attack.content, bytes) else attack.content()
    with tempfile.TemporaryDirectory() as name:
        _read(content, Path(name))
    READING.close()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    sys.stdout.write(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss // 1024]))


if __name__ == "__main__":
    main()
