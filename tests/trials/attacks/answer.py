"""An attack, and the answer to it that the runbook and the contracts promise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CLIENT = """
name = "x"
warehouses = ["W1"]

[feeds.stock]
count_basis = "physical"
count_scope = "rows"
counted_at_time = 08:00:00
"""

HEADER = "order_id,line_no,sku,qty,ordered_at"
GOOD = "O9,1,A,1,2026-03-02 09:00"
KEPT = "O9/1 A 1"
"""A row that is well, and the line that it makes: what stands beside an attack must be taken."""


@dataclass(frozen=True)
class Answer:
    """What becomes of a dropped file.

    Attributes:
        verdict: `loaded`, `refused`, `held`, `waits` (it stays where it is); several that are
            all right stand between bars.
        reason: code of the refusal; several likewise.
        says: what the refusal must name: the place, the key, the column.
        rejected: `row column code` of each rejected cell; the column is `-` where it is the whole row. None:
            whatever is right.
        lines: `order/line sku quantity` of each order line that the books have then; None likewise.
    """

    verdict: str
    reason: str = ""
    says: str = ""
    rejected: frozenset[str] | None = None
    lines: frozenset[str] | None = None

    def __str__(self) -> str:
        """One line."""
        lists = (self.rejected or (), self.lines or ())
        parts = (self.verdict, self.reason, self.says, *(", ".join(sorted(part)) for part in lists))
        return "; ".join(part for part in parts if part)


def refused(reason: str, says: str = "") -> Answer:
    """The file as a whole, with the place."""
    return Answer("refused", reason, says, lines=frozenset())


def rejected(*rows: str, lines: str = KEPT) -> Answer:
    """Rows of it, and what stands beside them is taken."""
    return Answer("loaded", rejected=frozenset(rows), lines=_split(lines))


def taken(lines: str = KEPT) -> Answer:
    """All of it, as these lines."""
    return Answer("loaded", rejected=frozenset(), lines=_split(lines))


WAITS = Answer("waits", lines=frozenset())


def left_out(says: str) -> Answer:
    """The client, since its settings cannot be followed; its files wait."""
    return Answer("held", "broken_client_file", says, lines=frozenset())


def _split(text: str) -> frozenset[str]:
    return frozenset(part.strip() for part in text.split(";") if part.strip())


@dataclass(frozen=True)
class Attack:
    """Something hostile of one client, dropped beside others that are well.

    Attributes:
        kind: what it attacks.
        name: what is tried, unique within its kind.
        content: bytes of the file, or what makes them; empty where `drop` puts something else there.
        answer: what must come of it.
        feed: the folder that it is dropped in.
        file_name: its name, any bytes.
        settings: of its client; None where there must be no settings of ours.
        client: name of its client's folder and settings, where that is the attack.
        drop: puts it there itself, given the folder of its feed; what it returns ends it after the night.
    """

    kind: str
    name: str
    content: bytes | Callable[[], bytes]
    answer: Answer
    feed: str = "orders"
    file_name: bytes = b"a.csv"
    settings: bytes | None = CLIENT.encode()
    client: bytes = b""
    drop: Callable[[Path], Callable[[], None] | None] | None = None


@dataclass(frozen=True)
class Trouble:
    """Something hostile of the whole workspace: the night beside it is its own.

    Attributes:
        kind: what it attacks.
        name: what is tried, unique within its kind.
        harm: does it, given the workspace's folder after its first night.
        codes: exit codes of the next `run` that are right.
        says: what the message must name.
        is_felt: the others must feel it, so their outputs are not compared with those of a night without it.
    """

    kind: str
    name: str
    harm: Callable[[Path], object]
    codes: tuple[int, ...]
    says: tuple[str, ...] = ()
    is_felt: bool = False


@dataclass(frozen=True)
class Typed:
    """Arguments of a command: its exit codes that are right, and what it must name.

    `DIR` stands for the workspace after its first night, `AT` for a folder that holds nothing yet.
    """

    kind: str
    name: str
    arguments: tuple[str, ...]
    codes: tuple[int, ...]
    says: tuple[str, ...] = ()


def orders(*rows: str, header: str = HEADER) -> bytes:
    """A file of orders: a header, these rows, and last of all one that is well."""
    more = header.count(",") - HEADER.count(",")
    return "\n".join([header, *rows, GOOD + "," * more, ""]).encode()
