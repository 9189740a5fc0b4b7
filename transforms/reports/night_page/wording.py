"""How a page writes counts, shares, days and names from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

NONE = "\N{EN DASH}"
"""Where there is nothing to tell."""

ALMOST = 99.9
"""What a share shows at most that is not all."""

LONGEST = 300
"""Characters of a text from outside."""

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
LONG_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)


@dataclass(frozen=True)
class Share:
    """A part of a whole: its percentage never without its counts."""

    part: int
    whole: int

    @property
    def pct(self) -> float | None:
        """The percentage with one decimal; 100 only for all, 0 only for none; null: of nothing."""
        if not self.whole:
            return None
        rounded = round(100 * self.part / self.whole, 1)
        if self.part < self.whole:
            rounded = min(rounded, ALMOST)
        return max(rounded, 0.1) if self.part else rounded

    @property
    def text(self) -> str:
        """The percentage for people."""
        return NONE if self.pct is None else f"{self.pct:.1f}%"

    @property
    def counts(self) -> str:
        """Both counts for people."""
        return f"{number(self.part)} of {number(self.whole)}"


def number(value: float) -> str:
    """A count with commas: 12,345; units that are weighed keep what they need of three decimals."""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.3f}".rstrip("0").rstrip(".")


def counted(value: int, one: str, many: str = "") -> str:
    """A count and its noun: 1 line, 2 lines."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def weekday(day: date) -> str:
    """Wednesday 4 March 2026."""
    return f"{DAYS[day.weekday()]} {day.day} {LONG_MONTHS[day.month - 1]} {day.year}"


def short_day(day: date) -> str:
    """4 Mar."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def short_weekday(day: date) -> str:
    """Wed 4 Mar."""
    return f"{DAYS[day.weekday()][:3]} {short_day(day)}"


def plain(text: str) -> str:
    """A text from outside on one line; what nobody sees, or what turns text around, is shown as one sign."""
    line = " ".join(text.split())
    seen = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in line)
    return seen if len(seen) <= LONGEST else seen[: LONGEST - 1] + "\N{HORIZONTAL ELLIPSIS}"


def sentence(words: str) -> str:
    """Words with a capital letter at their start."""
    return words[:1].upper() + words[1:]
