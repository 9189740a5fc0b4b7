"""Attacks on a workspace after its first night, and on the command line: each its own process.

A trouble that must stop the night leaves everything as it was, and is mended by putting the workspace back
as it was: then the night puts out what it would have. A command that is refused says so without the error
of a programmer and without a sign that a terminal obeys.
"""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from tests.flows.night.small_world import MONDAY, ORDERS, TUESDAY, drop, run_night
from tests.trials.hostile.healthy import HEALTHY, differing, make_healthy, outputs_of

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace
    from tests.trials.attacks.answer import Trouble, Typed

COMMAND_SECONDS = 300
PROGRAM = "import sys; from flows.cli import main; sys.exit(main())"
COMMITTED = 30
"""Exit code of a night that is done and not published or delivered: a run after the mend does that."""

LOUD = 4
"""Exit code of a night that is done, where something else needs a person."""

UNTOUCHED = ("ledger", "published", "outbox", "archive", "acks")
"""What a run that changes nothing leaves as it is."""


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code (None: it hung) and all that it said."""

    code: int | None
    said: str


def prepare(folder: Path) -> Workspace:
    """The workspace after its first night, with what the second takes in."""
    workspace = make_healthy(folder)
    run_night(workspace, MONDAY)
    for client_id in HEALTHY:
        drop(workspace, f"{client_id}/orders/second.csv", ORDERS.format(order_id="O2", qty=2))
    return workspace


def run_command(arguments: tuple[str, ...], folder: Path) -> Ended:
    """A command in a process of its own, at a place that is no workspace."""
    encoded = [os.fsencode(argument) for argument in arguments]
    try:
        ended = subprocess.run(
            [sys.executable, "-c", PROGRAM, *encoded],
            capture_output=True,
            timeout=COMMAND_SECONDS,
            check=False,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            env={**os.environ, "COLUMNS": "200"},
        )
    except subprocess.TimeoutExpired:
        return Ended(None, "")
    return Ended(ended.returncode, (ended.stdout + ended.stderr).decode("utf-8", "replace"))


def run_second(workspace: Workspace) -> Ended:
    """The second night, as typed."""
    day = TUESDAY.isoformat()
    return run_command(
        ("run", "--plain", "--date", day, "--workspace", str(workspace.root)), workspace.root.parent
    )


def try_trouble(trouble: Trouble, prepared: Workspace, control: dict[str, str], folder: Path) -> str:
    """What is not as promised; empty where all is. `control` is what the second night puts out else."""
    workspace = type(prepared)(folder / "data")
    copy_tree(prepared.root, workspace.root)
    trouble.harm(workspace.root)
    before = look_over(workspace.root)
    ended = run_second(workspace)
    fault = judge_words(ended, trouble.codes, trouble.says)
    if fault:
        return fault
    if ended.code in {0, LOUD}:
        return "" if trouble.is_felt else compare(workspace, control)
    if ended.code == COMMITTED:
        return ""
    changed = differing(look_over(workspace.root), before)
    return f"it changed {changed[:5]}" if changed else ""


def compare(workspace: Workspace, control: dict[str, str]) -> str:
    """Which outputs of the others are not as in a night without trouble; nothing may be published, either."""
    try:
        found = outputs_of(workspace)
    except (OSError, duckdb.Error) as error:
        return f"nothing can be read of what is published: {error}"
    return f"others differ: {differing(found, control)[:5]}" if found != control else ""


def judge_words(ended: Ended, codes: tuple[int, ...], says: tuple[str, ...]) -> str:
    """What is wrong with how a command ended."""
    if ended.code is None:
        return f"it did not end in {COMMAND_SECONDS} seconds"
    tail = ended.said.strip()[-300:]
    if "Traceback" in ended.said:
        return f"{ended.code}, an error of a programmer: {tail}"
    if ended.code not in codes:
        return f"{ended.code}, not {'|'.join(map(str, codes))}: {tail}"
    flat = " ".join(ended.said.split()).lower()
    for words in says:
        if not any(word.lower() in flat for word in words.split("|")):
            return f"says nothing of {words!r}: {tail}"
    obeyed = [sign for sign in ended.said if not sign.isprintable() and sign not in "\n\t"]
    return f"a terminal obeys {obeyed[:3]!r}: {tail!r}" if obeyed else ""


def try_typed(typed: Typed, prepared: Workspace, folder: Path) -> str:
    """What is not as promised of a command."""
    (folder / "empty").mkdir()
    places = {"DIR": str(prepared.root), "AT": str(folder / "empty")}
    arguments = tuple(_put_in(argument, places) for argument in typed.arguments)
    names = any(argument.startswith("--workspace") for argument in arguments) or arguments[0] == "init"
    if not names:
        arguments = (*arguments, "--workspace", str(prepared.root))
    before = look_over(prepared.root)
    ended = run_command(arguments, folder)
    says = tuple(_put_in(words, places) for words in typed.says)
    fault = judge_words(ended, typed.codes, says)
    if fault:
        return fault
    changed = differing(look_over(prepared.root), before)
    return f"it changed {changed[:5]}" if changed else ""


def _put_in(argument: str, places: dict[str, str]) -> str:
    head, slash, rest = argument.partition("/")
    return places.get(head, head) + slash + rest


def copy_tree(source: Path, target: Path) -> None:
    """A workspace once more, with its links and modes."""
    shutil.copytree(source, target, symlinks=True)


def look_over(root: Path) -> dict[str, str]:
    """Whatever a run that changes nothing must leave: kind, size and stamp of each entry."""
    found = {}
    for top in UNTOUCHED:
        for place in [root / top, *sorted((root / top).rglob("*"))]:
            if place.is_symlink() or place.exists():
                state = place.lstat()
                is_file = stat.S_ISREG(state.st_mode)
                found[str(place.relative_to(root))] = (
                    f"{stat.S_IFMT(state.st_mode)} {state.st_size} {state.st_mtime_ns}"
                    if is_file
                    else "there"
                )
    return found
