"""Markers that stand for what others write: each is made once, and found again wherever it has come."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

MARK = re.compile(r"qx[0-9]{4}z", re.IGNORECASE)


class Canary(NamedTuple):
    """What a marker stands for.

    Attributes:
        kind: what may hold it (`expected.Kind`).
        feed: feed of its file.
        column: where it stood, by our name where we have one.
        order_id: order whose row it stood in; empty for none.
    """

    kind: str
    feed: str
    column: str
    order_id: str = ""


@dataclass
class Cage:
    """All canaries by their marker."""

    canaries: dict[str, Canary] = field(default_factory=dict)

    def mark(self, kind: str, feed: str, column: str, order_id: str = "") -> str:
        """A new marker."""
        marker = f"qx{len(self.canaries):04d}z"
        self.canaries[marker] = Canary(kind, feed, column, order_id)
        return marker


def marks_in(text: str) -> set[str]:
    """The markers in a text, whatever their case."""
    return {mark.lower() for mark in MARK.findall(text)}
