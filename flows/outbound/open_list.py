"""The list of what needs a person, the same wherever it is told: by who acts, what is new first."""

from __future__ import annotations

import shlex
from itertools import groupby
from typing import TYPE_CHECKING, Any

from flows.inbound.taking.archive import find_archived
from flows.pasting import say_command, say_workspace
from schemas.vocabulary.findings import FindingCode, Owner

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

Row = dict[str, Any]

SEVERITY = {code.value: place for place, code in enumerate(FindingCode)}
"""Codes from the most to the least severe; a code that is not listed comes before all."""

MEANINGS = {code.value: code.meaning for code in FindingCode}
OWNERS = {owner.value: place for place, owner in enumerate(Owner)}
EXAMPLES = 3


def in_order(findings: Iterable[Row], tonight: date) -> list[Row]:
    """Findings by who acts; of each what opened tonight first, then the gravest and newest."""
    return sorted(
        findings,
        key=lambda row: (
            OWNERS[row["owner"]],
            row["opened_on"] != tonight,
            SEVERITY.get(row["code"], -1),
            row["code"],
            row["client_id"],
            tonight - row["opened_on"],
            row["subject"],
            row["cause"],
        ),
    )


def group_findings(findings: Iterable[Row], tonight: date) -> list[Row]:
    """One entry for what one person must do for one client and code: what is new, and what is older.

    Each has the number of its findings, the dates on which the newest and the oldest opened, and of the
    newest up to three subjects, the detail and the command.
    """
    grouped = groupby(
        in_order(findings, tonight),
        key=lambda row: (row["owner"], row["opened_on"] == tonight, row["code"], row["client_id"]),
    )
    return [_entry(list(rows), is_new=key[1]) for key, rows in grouped]


def _entry(rows: list[Row], *, is_new: bool) -> Row:
    """Findings of one owner, code and client, the newest first."""
    newest = rows[0]
    return {
        "owner": newest["owner"],
        "client_id": newest["client_id"],
        "code": newest["code"],
        "meaning": MEANINGS.get(newest["code"], newest["detail"]),
        "is_new": is_new,
        "count": len(rows),
        "newest_on": newest["opened_on"],
        "oldest_on": rows[-1]["opened_on"],
        "examples": list(dict.fromkeys(row["subject"] for row in rows))[:EXAMPLES],
        "cause": newest["cause"],
        "detail": newest["detail"],
        "command": newest["command"],
    }


def tell_age(entry: Row) -> str:
    """Since when the findings of an entry are open."""
    if entry["is_new"]:
        return "new"
    newest, oldest = entry["newest_on"], entry["oldest_on"]
    return f"since {oldest}" if newest == oldest else f"since {oldest}, the newest {newest}"


def tell_examples(entry: Row) -> str:
    """The subjects of an entry, or its one detail, which says more."""
    if entry["count"] == 1 and entry["detail"]:
        return f"{entry['examples'][0]}: {entry['detail']}"
    return ", ".join(entry["examples"]) + (", ..." if entry["count"] > len(entry["examples"]) else "")


def place_command(command: str, root: Path, file_hash: str = "") -> str:
    """A command with the folder of the workspace filled in, to be pasted from wherever one stands.

    A file of the archive that is about the content `file_hash` is named as it lies there: of two files of
    one name the second has a number.
    """
    words = [_placed(word, root, file_hash) for word in shlex.split(command)]
    if "--workspace" not in words:
        return shlex.join(words)
    at = words.index("--workspace")
    about = [word for word in (*words[2:at], *words[at + 2 :]) if word != "--"]
    return say_command(words[1], *about, workspace=say_workspace(root))


def _placed(word: str, root: Path, file_hash: str) -> str:
    """A word of a command; of a path below the workspace where that is."""
    if word.startswith("./archive/"):
        return str(find_archived(root / word[2:], file_hash))
    return str(root / word[2:]) if word.startswith("./") else word
