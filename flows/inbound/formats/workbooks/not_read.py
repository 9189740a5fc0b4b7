"""How any part of a workbook says that the whole is not read."""

from __future__ import annotations

from typing import NoReturn

from schemas.intake.refusal import Refusal
from schemas.vocabulary.codes import ReasonCode

SAVE_AGAIN = "open it in a spreadsheet program and save it again as .xlsx"


class NotReadError(Exception):
    """The workbook is refused."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.detail)
        self.refusal = refusal


def refuse(detail: str, code: ReasonCode = ReasonCode.UNREADABLE) -> NoReturn:
    """It is not read, whatever else it may be.

    Raises:
        NotReadError: always.
    """
    raise NotReadError(Refusal(code, detail))


def refuse_damaged(what: str) -> NoReturn:
    """The bytes are not what a spreadsheet program writes.

    Raises:
        NotReadError: always.
    """
    refuse(f"the workbook is damaged ({what}); {SAVE_AGAIN}, or export it again")


def refuse_large(what: str) -> NoReturn:
    """It asks for more than a file may.

    Raises:
        NotReadError: always.
    """
    refuse(f"{what}; split the file", ReasonCode.TOO_LARGE)
