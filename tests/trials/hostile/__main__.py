"""Try all attacks: `python -m tests.trials.hostile`; `--kind` tries some, `--json` prints for programs."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from tests.trials.attacks.catalogue import ATTACKS, TROUBLES, TYPED
from tests.trials.hostile.fuzzing import read_spoiled
from tests.trials.hostile.healthy import differing, outputs_of
from tests.trials.hostile.judging import judge
from tests.trials.hostile.nights import run_apart
from tests.trials.hostile.reading import measure
from tests.trials.hostile.workspaces import copy_tree, prepare, run_second, try_trouble, try_typed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TOGETHER = 120
"""Attacks that share a night, so that hundreds of them are a few nights."""

CLIENTS = 100
POISONING = ("file name", "kind of file", "bytes", "table", "cell", "mapping", "client's settings", "moment")


@dataclass
class Report:
    """What was tried and what held, by kind; what is broken, with what happened."""

    tried: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    broken: list[dict[str, str]] = field(default_factory=list)

    def note(self, kind: str, name: str, fault: str, promised: object) -> None:
        """One verdict; it is said at once."""
        self.tried[kind] += 1
        self.held[kind] += not fault
        if fault:
            self.broken.append({"kind": kind, "name": name, "promised": str(promised), "happened": fault})
            print(f"BROKEN {kind}: {name}: {fault}", file=sys.stderr, flush=True)  # noqa: T201 -- progress

    def as_json(self) -> str:
        """Tried, held and broken by kind."""
        kinds = {
            kind: {"tried": tried, "held": self.held[kind], "broken": tried - self.held[kind]}
            for kind, tried in self.tried.items()
        }
        return json.dumps({"kinds": kinds, "broken": self.broken}, indent=1, ensure_ascii=False)

    def as_text(self) -> str:
        """A line for each kind, and one for all."""
        rows = [(kind, tried, self.held[kind]) for kind, tried in self.tried.items()]
        rows.append(("all", self.tried.total(), self.held.total()))
        head = f"{'kind':24} {'tried':>6} {'held':>6} {'broken':>6}"
        return "\n".join(
            [head, *(f"{kind:24} {tried:6} {held:6} {tried - held:6}" for kind, tried, held in rows)]
        )


def try_attacks(numbers: Sequence[int], report: Report) -> None:
    """Attacks on a client's place in a night, so many a night."""
    with tempfile.TemporaryDirectory() as name:
        control = run_apart((), Path(name))
    if control.error:
        raise SystemExit(control.error)
    small = [number for number in numbers if ATTACKS[number].kind != "size"]
    large = [number for number in numbers if ATTACKS[number].kind == "size"]
    for group in [*(small[at : at + TOGETHER] for at in range(0, len(small), TOGETHER)), large]:
        if group:
            try_together(group, control.outputs, report)


def try_together(numbers: Sequence[int], control: dict[str, str], report: Report) -> None:
    """One night; where it fails or others differ, its halves, down to the attack that does it."""
    with tempfile.TemporaryDirectory() as name:
        night = run_apart(numbers, Path(name))
    fault = night.error or ", ".join(differing(night.outputs, control)[:5])
    if fault and len(numbers) > 1:
        middle = len(numbers) // 2
        try_together(numbers[:middle], control, report)
        try_together(numbers[middle:], control, report)
        return
    for number in numbers:
        attack = ATTACKS[number]
        verdict = f"the night of others: {fault}" if fault else judge(attack.answer, night.seen[number])
        if attack.kind == "size" and not attack.drop:
            verdict = "; ".join(filter(None, (verdict, measure(number))))
        report.note(attack.kind, attack.name, verdict, attack.answer)


def try_workspaces(kinds: Callable[[str], bool], report: Report) -> None:
    """Attacks on the workspace itself, and on the command line."""
    troubles = [trouble for trouble in TROUBLES if kinds(trouble.kind)]
    typed = [each for each in TYPED if kinds(each.kind)]
    if not troubles and not typed:
        return
    with tempfile.TemporaryDirectory() as name:
        prepared = prepare(Path(name) / "data")
        undisturbed = type(prepared)(Path(name) / "control" / "data")
        copy_tree(prepared.root, undisturbed.root)
        run_second(undisturbed)
        control = outputs_of(undisturbed)
        for trouble in troubles:
            with tempfile.TemporaryDirectory() as scratch:
                fault = try_trouble(trouble, prepared, control, Path(scratch))
            report.note(trouble.kind, trouble.name, fault, f"{trouble.codes} {trouble.says}")
        for each in typed:
            with tempfile.TemporaryDirectory() as scratch:
                fault = try_typed(each, prepared, Path(scratch))
            report.note(each.kind, each.name, fault, f"{each.codes} {each.says}")


def try_fuzz(seed: int, files: int, report: Report) -> None:
    """Spoiled files through the reader."""
    tally = read_spoiled(seed, files)
    kind = "spoiled file"
    report.tried[kind] += tally.tried
    report.held[kind] += tally.tried - len(tally.broken)
    report.broken += [
        {"kind": kind, "name": "", "promised": "an answer", "happened": at} for at in tally.broken
    ]


def try_poisoned(seed: int, nights: int, report: Report) -> None:
    """Nights of a hundred clients, one of which is attacked: the other 99 as without it."""
    with tempfile.TemporaryDirectory() as name:
        control = run_apart((), Path(name), CLIENTS - 1)
    some = [number for number, attack in enumerate(ATTACKS) if attack.kind.startswith(POISONING)]
    for number in Random(seed).sample(some, nights):
        with tempfile.TemporaryDirectory() as name:
            night = run_apart((number,), Path(name), CLIENTS - 1)
        fault = night.error or ", ".join(differing(night.outputs, control.outputs)[:5])
        report.note(
            "night of 100 clients", f"{ATTACKS[number].kind}: {ATTACKS[number].name}", fault, "the same"
        )


def main() -> int:
    """Try what was asked for; 1 where anything is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="tried, held and broken by kind")
    parser.add_argument("--kind", action="append", help="only kinds that begin so; may be repeated")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--fuzz", type=int, default=5_000, help="spoiled files that are read")
    parser.add_argument("--nights", type=int, default=50, help="nights of 100 clients")
    asked = parser.parse_args()
    begun = time.monotonic()
    report = Report()

    def is_asked(kind: str) -> bool:
        return not asked.kind or kind.startswith(tuple(asked.kind))

    try_attacks([number for number, attack in enumerate(ATTACKS) if is_asked(attack.kind)], report)
    try_workspaces(is_asked, report)
    if is_asked("spoiled file"):
        try_fuzz(asked.seed, asked.fuzz, report)
    if is_asked("night of 100 clients"):
        try_poisoned(asked.seed, asked.nights, report)
    print(report.as_json() if asked.json else report.as_text())  # noqa: T201 -- this is the output
    print(f"{time.monotonic() - begun:.0f} s", file=sys.stderr)  # noqa: T201 -- likewise
    return int(bool(report.broken))


if __name__ == "__main__":
    raise SystemExit(main())
