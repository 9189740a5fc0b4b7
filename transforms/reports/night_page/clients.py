"""What became of each client's night, for a page: those with trouble first."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas.vocabulary.explanations import DecisionCode, ReservedReason
from transforms.reports.night_page.wording import counted, number, plain, sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from schemas.vocabulary.words import Term
    from transforms.reports.night_page.tables import Row

SHOWN = 8
"""Clients that stand there at once; the others unfold."""

ACTIVE = ("files", "released_lines", "open_lines")


@dataclass(frozen=True)
class ClientNight:
    """A client's row of the table."""

    client_id: str
    is_held: bool
    files: str
    rows: str
    set_aside: str
    wrong: str
    """What of it was not taken; empty: nothing."""
    released: str
    orders: str
    kept: str
    kept_why: str
    waiting: str
    waiting_why: str


@dataclass(frozen=True)
class ClientTable:
    """All clients."""

    shown: Sequence[ClientNight]
    more: Sequence[ClientNight]
    quiet: Sequence[str]
    """Clients of whom nothing came, and for whom nothing waits."""


def tabulate_clients(rows: Iterable[Row], configured: Collection[str], held: Collection[str]) -> ClientTable:
    """The clients of the version and of the settings: held ones first, then those with something wrong."""
    known = {row["client_id"]: row for row in rows}
    active = [row for row in known.values() if any(row[name] for name in ACTIVE) or row["client_id"] in held]
    active.sort(
        key=lambda row: (
            row["client_id"] not in held,
            not _count_wrong(row),
            -row["waiting_lines"],
            -row["files"],
            row["client_id"],
        )
    )
    shown = [_of_client(row, held) for row in active]
    quiet = sorted({*known, *configured} - {row["client_id"] for row in active})
    return ClientTable(shown[:SHOWN], shown[SHOWN:], [plain(name) for name in quiet])


def _explain(vocabulary: type[Term], reason: str | None) -> str:
    """A reason in words; empty: none."""
    return "" if reason is None else sentence(vocabulary(reason).meaning)


def _of_client(row: Row, held: Collection[str]) -> ClientNight:
    return ClientNight(
        client_id=plain(row["client_id"]),
        is_held=row["client_id"] in held,
        files=number(row["files"]),
        rows=number(row["rows_read"]),
        set_aside=f"{number(row['rows_set_aside'])} set aside" if row["rows_set_aside"] else "",
        wrong=_tell_wrong(row),
        released=number(row["released_lines"]),
        orders=counted(row["released_orders"], "order") if row["released_orders"] else "",
        kept=number(row["kept_lines"]),
        kept_why=_explain(ReservedReason, row["kept_reason"]),
        waiting=number(row["waiting_lines"]),
        waiting_why=_tell_waiting(row),
    )


def _tell_waiting(row: Row) -> str:
    """Why most of them wait, for how long, and who waits for something else."""
    oldest, uncounted = row["oldest_days"], row["uncounted_lines"]
    told = [
        _explain(DecisionCode, row["wait_reason"]),
        f"the oldest for {counted(oldest, 'day')}" if oldest else "",
        f"{number(uncounted)} more for a first count" if uncounted else "",
    ]
    return "; ".join(filter(None, told))


def _count_wrong(row: Row) -> int:
    return int(row["unread_files"] + row["rows_rejected"])


def _tell_wrong(row: Row) -> str:
    """Files that were not read, and rows that were rejected."""
    told = [
        counted(row["unread_files"], "file") + " not read" if row["unread_files"] else "",
        counted(row["rows_rejected"], "row") + " rejected" if row["rows_rejected"] else "",
    ]
    return ", ".join(filter(None, told))
