"""What needs a person, for a page: by who acts, then by what is wrong, then by client."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from schemas.vocabulary.findings import FindingCode, Owner
from transforms.reports.night_page.wording import counted, number, plain, sentence, short_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from transforms.reports.night_page.tables import Row

OWNERS = {owner.value: place for place, owner in enumerate(Owner)}
MEANINGS = {code.value: code.meaning for code in FindingCode}
GRAVITY = {code.value: place for place, code in enumerate(FindingCode)}
NAMES = {"on_call": "On call", "supervisor": "Supervisor", "operator": "Operator", "client": "Client"}

SHOWN = 3
"""Clients of a task that stand below it at once."""

LISTED = 12
"""Clients of a task that the page has at all; `backorders findings` has the others."""


@dataclass(frozen=True)
class TaskOfClient:
    """A task as far as one client goes."""

    client_id: str
    subjects: str
    detail: str
    """What is wrong with the one subject; empty where there are several."""
    age: str
    """Empty where that of the task says it."""
    command: str


@dataclass(frozen=True)
class Task:
    """What one person does about one kind of trouble."""

    code: str
    meaning: str
    findings: int
    new: int
    counts: str
    age: str
    shown: Sequence[TaskOfClient]
    listed: Sequence[TaskOfClient]
    """Further clients."""
    left: int
    """Clients that the page does not have."""


@dataclass(frozen=True)
class OwnerTasks:
    """What is for one kind of people."""

    owner: str
    name: str
    meaning: str
    findings: int
    tasks: Sequence[Task]


def group_tasks(rows: Iterable[Row], night: date) -> list[OwnerTasks]:
    """The tasks of each owner; first what has something new, then by gravity."""
    ordered = sorted(rows, key=lambda row: (OWNERS[row["owner"]], GRAVITY.get(row["code"], -1), row["code"]))
    owned = []
    for owner, theirs in groupby(ordered, key=lambda row: str(row["owner"])):
        tasks = [_task(list(alike), night) for _, alike in groupby(theirs, key=lambda row: row["code"])]
        tasks.sort(key=lambda task: not task.new)
        findings = sum(task.findings for task in tasks)
        owned.append(OwnerTasks(owner, NAMES[owner], Owner(owner).meaning, findings, tasks))
    return owned


def tell_needs(owners: Sequence[OwnerTasks]) -> str:
    """How many findings are open, and how many of them are new; empty: none."""
    findings = sum(owner.findings for owner in owners)
    new = sum(task.new for owner in owners for task in owner.tasks)
    if not findings:
        return ""
    needs = "needs" if findings == 1 else "need"
    since = f"{number(new)} new tonight" if new else "none of them new"
    return f"{counted(findings, 'finding')} {needs} a person, {since}"


def _task(rows: list[Row], night: date) -> Task:
    """One code: what is new first, then the oldest."""
    rows.sort(key=lambda row: (not row["new_findings"], row["oldest_on"], row["client_id"]))
    code, findings = rows[0]["code"], sum(row["findings"] for row in rows)
    is_alone = len(rows) == 1
    clients = [_of_client(row, "" if is_alone else _age_of(row, night)) for row in rows[:LISTED]]
    new = sum(row["new_findings"] for row in rows)
    oldest_on = min(row["oldest_on"] for row in rows)
    among = "" if is_alone else f" of {counted(len(rows), 'client')}"
    return Task(
        code=code,
        meaning=sentence(MEANINGS.get(code) or plain(rows[0]["detail"])),
        findings=findings,
        new=new,
        counts=f"{counted(findings, 'finding')}{among}",
        age=_tell_age(findings, new, oldest_on, night),
        shown=clients[:SHOWN],
        listed=clients[SHOWN:],
        left=len(rows) - len(clients),
    )


def _of_client(row: Row, age: str) -> TaskOfClient:
    subjects, findings = row["subjects"], row["findings"]
    more = f" and {number(findings - len(subjects))} more" if findings > len(subjects) else ""
    return TaskOfClient(
        client_id=plain(row["client_id"]),
        subjects=", ".join(map(plain, subjects)) + more,
        detail=plain(row["detail"]) if findings == 1 else "",
        age=age,
        command=plain(row["command"]),
    )


def _age_of(row: Row, night: date) -> str:
    return _tell_age(row["findings"], row["new_findings"], row["oldest_on"], night)


def _tell_age(findings: int, new: int, oldest_on: date, night: date) -> str:
    """How long findings are open: what is new is said first."""
    days = (night - oldest_on).days
    since = f"since {short_day(oldest_on)}, {counted(days, 'day')}"
    if new == findings:
        return "new tonight"
    return f"{number(new)} new; the oldest {since}" if new else since
