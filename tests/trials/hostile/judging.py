"""Whether what was seen is the answer that was promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.trials.attacks.answer import Answer
    from tests.trials.hostile.nights import Seen


def judge(answer: Answer, seen: Seen) -> str:
    """What is not as promised; empty where all is."""
    return "; ".join(_faults(answer, seen))


def _faults(answer: Answer, seen: Seen) -> Iterable[str]:
    if seen.verdict not in answer.verdict.split("|"):
        yield f"{seen.verdict}, not {answer.verdict}"
    elif seen.verdict in ("refused", "held"):
        if answer.reason and seen.reason not in answer.reason.split("|"):
            yield f"refused as {seen.reason}, not {answer.reason}"
        if answer.says.lower() not in seen.detail.lower():
            yield f"says nothing of {answer.says!r}"
        if seen.reason == "unreadable" and "our fault" in seen.detail:
            yield "an error that nobody foresaw"
    if answer.rejected is not None and not _is_rejected_as(answer.rejected, seen.rejected):
        yield f"rejected {list(seen.rejected)}, not {sorted(answer.rejected)}"
    if answer.lines is not None and sorted(answer.lines) != sorted(seen.lines):
        yield f"lines {list(seen.lines)}, not {sorted(answer.lines)}"


def _is_rejected_as(promised: Iterable[str], seen: tuple[str, ...]) -> bool:
    """Each cell that was rejected was to be, and each that was to be was."""
    left = set(seen)
    for cell in promised:
        met = left & set(_ways(cell))
        if not met:
            return False
        left -= met
    return not left


def _ways(cell: str) -> list[str]:
    """`1 qty a|b` is `1 qty a` or `1 qty b`, and `1 x a|y b` is `1 x a` or `1 y b`."""
    row, rest = cell.split(" ", 1)
    ways = rest.split("|")
    column = ways[0].split(" ")[0]
    return [f"{row} {way if ' ' in way else f'{column} {way}'}" for way in ways]
