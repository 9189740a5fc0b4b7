"""Why a whole file was not read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.codes import ReasonCode


@dataclass(frozen=True)
class Refusal:
    """The answer for a file of which no row was read: a stable code, and what is wrong in a sentence.

    `detail` names places (lines, columns, bytes), never the value of a person.
    """

    code: ReasonCode
    detail: str
