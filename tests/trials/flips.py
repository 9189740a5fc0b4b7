"""Damage to the books, found or without effect: `python -m tests.trials.flips`, with `--json` for programs.

Every byte of both databases of a small workspace is flipped, and every byte of the journal that a kill in the
middle of a change leaves. Each time the books are opened: they must be refused by an error of ours, or say
what they said. Then whole nights: a file of the books or of landing is flipped, cut, blanked, taken away or
exchanged, and the night is run. It must be refused, and end as an undisturbed one once the file is put back;
or end as an undisturbed one at once.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.ledger.databases import control, seals
from flows.workspace import Workspace
from schemas.errors import BackordersError
from tests.trials.crashes import (
    Undisturbed,
    copy_workspace,
    remove_workspace,
    second_night,
    undisturbed_night,
)
from tests.trials.sample_nights import differing, everything_kept

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DATABASES = (control.FILE_NAME, control.PEOPLE_FILE_NAME)
JOURNAL = f"{control.FILE_NAME}-journal"
CHANGES = (
    "UPDATE deliveries SET state = 'unseen', state_at = hex(randomblob(300))",
    "UPDATE run_files SET refusal_detail = hex(randomblob(2000))",
    "UPDATE segments SET row_count = row_count + 1",
    "UPDATE archived_files SET size = 1",
)
"""What a commit writes that is stopped in the middle: more than SQLite keeps where it may keep one page."""

FOUND, SAME, MISSED, UNNAMED = "found", "same", "missed", "unnamed"
"""Refused by an error of ours; without effect; believed; refused by an error that has no name."""

PARTS = 16
"""In how many parts the bytes of a file are tried."""

Bytes = dict[str, bytes]
"""Files of a ledger by name."""


@dataclass
class Tally:
    """What became of the tries of one kind."""

    outcomes: Counter[str] = field(default_factory=Counter)
    bad: list[str] = field(default_factory=list)

    def add(self, outcome: str, what: str) -> None:
        """Count a try; one that went wrong is remembered."""
        self.outcomes[outcome.split(":", maxsplit=1)[0]] += 1
        if not outcome.startswith((FOUND, SAME)):
            self.bad.append(f"{what}: {outcome}")

    def tell(self) -> dict[str, Any]:
        """For programs."""
        return {"tried": self.outcomes.total(), **self.outcomes, "bad": self.bad[:20]}


def read_books(folder: Path) -> Bytes:
    """The databases of a ledger."""
    return {name: (folder / name).read_bytes() for name in DATABASES}


def stop_in_a_change(books: Bytes, folder: Path) -> Bytes:
    """The books as a kill in the middle of a change leaves them: half written, with their journal."""
    _put(books, folder)
    with closing(sqlite3.connect(folder / control.FILE_NAME, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN")
        for change in CHANGES:
            connection.execute(change)
        stopped = books | {name: (folder / name).read_bytes() for name in (control.FILE_NAME, JOURNAL)}
        connection.execute("ROLLBACK")
    before = books[control.FILE_NAME]
    assert stopped[control.FILE_NAME][: len(before)] != before, "nothing was written yet"
    return stopped


def open_flipped(books: Bytes, said: str, folder: Path, name: str, places: Iterable[int]) -> Tally:
    """What becomes of the books when one bit of each of these bytes of a file is another."""
    tally = Tally()
    _note(folder, books)
    for at in places:
        content = bytearray(books[name])
        content[at] ^= 1 << at * 2_654_435_761 % 8  # some bit, the same in each run
        _put(books | {name: bytes(content)}, folder)
        tally.add(_open(said, folder), f"{name} byte {at}")
    return tally


def say_books(folder: Path) -> str:
    """All that the databases of a ledger say.

    Raises:
        BackordersError: they are refused.
    """
    seals.forget(folder)
    with closing(control.open_control(folder)) as connection:
        tables = [
            f"{name}.{table}"
            for name in ("main", "people")
            for (table,) in connection.execute(seals.TABLES.format(name)).fetchall()
        ]
        return repr([connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables])  # noqa: S608 -- names of the schema


def _open(said: str, folder: Path) -> str:
    try:
        return SAME if say_books(folder) == said else MISSED
    except BackordersError:
        return FOUND
    except Exception as error:  # noqa: BLE001 -- whatever else it is has no name
        return f"{UNNAMED}: {type(error).__name__}: {error}"


def _note(folder: Path, books: Bytes) -> None:
    """Let the notes beside the databases be of these."""
    _put(books, folder)
    with closing(control.open_control(folder)) as connection:
        seals.note_whole(connection)


def _put(books: Bytes, folder: Path) -> None:
    """Let the databases be these, and nothing else lie beside them."""
    for journal in folder.glob("*-journal"):
        journal.unlink()
    for name, content in books.items():
        (folder / name).write_bytes(content)


def flip(content: bytes, draw: random.Random) -> bytes:
    """One bit is another."""
    at = draw.randrange(len(content))
    return content[:at] + bytes([content[at] ^ 1 << draw.randrange(8)]) + content[at + 1 :]


def cut(content: bytes, draw: random.Random) -> bytes:
    """The end is lost."""
    return content[: draw.randrange(len(content))]


def blank(content: bytes, draw: random.Random) -> bytes:
    """A sector reads as noughts."""
    at = draw.randrange(max(len(content) - 512, 1))
    return content[:at] + bytes(len(content[at : at + 512])) + content[at + 512 :]


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {"flip": flip, "cut": cut, "blank": blank}
KINDS = (*DAMAGES, "missing", "foreign")


def damage_a_file(root: Path, number: int, seed: int) -> tuple[Path, str]:
    """Which file of a workspace is damaged now, and how; the same for the same numbers."""
    draw = random.Random(f"{seed}-{number}")
    files = sorted(
        path for folder in ("ledger", "landing") for path in (root / folder).rglob("*") if _is_ours(path)
    )
    databases = [path for path in files if path.suffix == ".sqlite"]
    path, kind = draw.choice(databases if number % 3 == 0 else files), KINDS[number % len(KINDS)]
    if kind == "missing":
        path.unlink()
    elif kind == "foreign":
        shutil.copyfile(draw.choice([other for other in files if other != path]), path)
    else:
        path.write_bytes(DAMAGES[kind](path.read_bytes(), draw))
    return path, kind


def live_damaged_night(undisturbed: Undisturbed, folder: Path, seed: int, number: int) -> tuple[str, str]:
    """What was damaged, and what became of the night."""
    root = copy_workspace(undisturbed.before, folder / f"damaged_{number}")
    path, kind = damage_a_file(root, number, seed)
    name = path.relative_to(root)
    seals.forget(root / "ledger")
    outcome = SAME
    try:
        second_night(root)
    except BackordersError:
        outcome = FOUND
        shutil.copy2(undisturbed.before / name, path)
        try:
            second_night(root)
        except Exception as error:  # noqa: BLE001 -- any failure is a finding of the trial
            outcome = f"{UNNAMED}: put back, it failed: {type(error).__name__}: {error}"
    except Exception as error:  # noqa: BLE001 -- as above
        outcome = f"{UNNAMED}: {type(error).__name__}: {error}"
    if outcome in (FOUND, SAME):
        left = differing(everything_kept(Workspace(root)), undisturbed.expected)
        if others := [difference for difference in left if difference != str(name)]:
            outcome = f"{MISSED}: {', '.join(others[:3])}"
    remove_workspace(root)
    return f"{kind} of {name}", outcome


def flip_everything(
    undisturbed: Undisturbed, folder: Path, step: int, each: Callable[..., Iterable[Tally]]
) -> dict[str, Tally]:
    """The tallies of both databases and of a journal, each flipped at every `step`th byte."""
    books = read_books(undisturbed.before / "ledger")
    scratch = folder / "books"
    scratch.mkdir()
    _put(books, scratch)
    said = say_books(scratch)
    stopped = stop_in_a_change(books, scratch)
    tallies = {}
    for name, start in ((DATABASES[0], books), (DATABASES[1], books), (JOURNAL, stopped)):
        places = range(0, len(start[name]), step)
        parts = [places[at::PARTS] for at in range(PARTS)]
        folders = [folder / f"{name}_{at}" for at in range(PARTS)]
        for part in folders:
            part.mkdir()
        work = partial(open_flipped, start, said)
        tallies[name] = _joined(each(work, folders, [name] * PARTS, parts))
        show(name, tallies[name])
    return tallies


def show(name: str, tally: Tally) -> None:
    """How far the trial is, beside its output."""
    print(f"{name}: {tally.tell()}", file=sys.stderr, flush=True)  # noqa: T201 -- a trial prints


def _joined(parts: Iterable[Tally]) -> Tally:
    whole = Tally()
    for part in parts:
        whole.outcomes.update(part.outcomes)
        whole.bad += part.bad
    return whole


def _is_ours(path: Path) -> bool:
    return path.is_file() and path.suffix != ".lock" and path.stat().st_size > 0


def main() -> int:
    """Try it all and print what was found; 1 if any damage was believed, or refused without a name."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--step", type=int, default=1, help="flip every so many bytes")
    parser.add_argument("--nights", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder = Path(place)
        undisturbed = undisturbed_night(folder)
        with ProcessPoolExecutor(asked.processes, mp_context=get_context("spawn")) as pool:
            tallies = flip_everything(undisturbed, folder, asked.step, pool.map)
            tallies["nights"] = Tally()
            live = partial(live_damaged_night, undisturbed, folder, asked.seed)
            for what, outcome in pool.map(live, range(asked.nights)):
                tallies["nights"].add(outcome, what)
                if tallies["nights"].outcomes.total() % 10 == 0:
                    show("nights", tallies["nights"])
    told = {name: tally.tell() for name, tally in tallies.items()} | {
        "seconds": round(time.monotonic() - started)
    }
    if asked.json:
        print(json.dumps(told, indent=2))  # noqa: T201 -- a trial prints
    else:
        for name, figures in told.items():
            print(f"{name}: {figures}")  # noqa: T201 -- as above
    return 1 if any(tally.bad for tally in tallies.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
