"""What may happen in a warehouse, by name, so that a trial can be narrowed to the kinds that fail."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

FIRST_DAY = date(2026, 3, 2)
DAY_ONLY_AT = time(18)
"""When a fact with a day only happened, local time."""

TRUTHFUL = (
    "receipts",
    "asns",
    "adjustments",
    "moves",
    "bin_counts",
    "same_minute",
    "shorts",
    "parcels",
    "split_days",
    "other_bin",
    "other_lot",
    "by_hand",
    "over_shipped",
    "ship_later",
    "cancellations",
    "changes",
    "returns",
    "damage",
)
"""Happens, and is told truly on its evening; moves between bins are told by nobody, and change no shelf."""

SLOPPY = (
    "late",
    "late_counts",
    "cut",
    "twice",
    "reworded",
    "grows",
    "no_bin",
    "no_lot",
    "asn_late",
    "asn_wrong",
    "asn_after",
    "taken_back",
    "receipt_negative",
    "split_unsaid",
)
"""Told truly in the end, but late, twice, in pieces, out of order, or first wrong and then mended."""

SILENT = ("silent_losses", "silent_finds", "silent_receipts", "silent_shipments", "silent_lots")
"""Never told: only a count can show it."""

ZONES = (
    ("UTC", "UTC"),
    ("UTC", "UTC"),
    ("America/New_York", "America/New_York"),
    ("UTC", "UTC"),
    ("Pacific/Auckland", "Europe/London"),
)
"""Of warehouse and client, by turns."""

ALL_KINDS = (*TRUTHFUL, *SLOPPY, *SILENT)
TEMPERS: dict[str, tuple[str, ...]] = {
    "truthful": TRUTHFUL,
    "sloppy": (*TRUTHFUL, *SLOPPY),
    "silent": (*TRUTHFUL, *SILENT),
    "wild": ALL_KINDS,
}
"""A seed has one of them, in turn."""


@dataclass(frozen=True)
class Style:
    """How one warehouse lives and tells."""

    seed: int
    short: Literal["implied", "explicit"] = "implied"
    is_timed: bool = True
    kinds: frozenset[str] = frozenset(TRUTHFUL)
    time_zone: str = "UTC"
    """Of the warehouse: its days are meant where a file has a day only."""
    client_zone: str = "UTC"
    """Of the client: times in its files."""
    place_count: int = 1
    has_event_ids: bool = False
    works_at_weekends: bool = True

    @classmethod
    def of(
        cls,
        seed: int,
        *,
        short: Literal["implied", "explicit"],
        is_timed: bool,
        kinds: tuple[str, ...] | None = None,
        zones: tuple[str, str] | None = None,
    ) -> Style:
        """The style of a seed: its temper, zones, warehouses and numbering of events follow from the seed."""
        temper = list(TEMPERS.values())[seed % len(TEMPERS)]
        return cls(
            seed=seed,
            short=short,
            is_timed=is_timed,
            kinds=frozenset(temper if kinds is None else kinds),
            time_zone=(zones or ZONES[seed // 4 % len(ZONES)])[0],
            client_zone=(zones or ZONES[seed // 4 % len(ZONES)])[1],
            place_count=1 + (seed // 4) % 2,
            has_event_ids=(seed // 8) % 2 == 1,
            works_at_weekends=(seed // 16) % 4 != 3,
        )

    def lacking(self, kinds: frozenset[str]) -> Style:
        """The same style without these kinds."""
        return replace(self, kinds=self.kinds - kinds)

    @property
    def client_id(self) -> str:
        """The client that this warehouse serves."""
        return f"s{self.seed:05d}-{self.short[0]}{'t' if self.is_timed else 'd'}"

    @property
    def warehouses(self) -> tuple[str, ...]:
        """Its houses; each client has its own."""
        return tuple(f"W{number}-{self.client_id}" for number in range(1, self.place_count + 1))

    def instant(self, day: date, minute: int, second: int = 0) -> datetime:
        """A local time of day as an instant."""
        local = datetime.combine(day, time(), tzinfo=ZoneInfo(self.time_zone))
        return local + timedelta(minutes=minute, seconds=second)

    def clock(self, instant: datetime) -> str:
        """An instant as a time in the client's files."""
        return instant.astimezone(ZoneInfo(self.client_zone)).strftime("%Y-%m-%dT%H:%M")

    def works_on(self, day: date) -> bool:
        """Whether goods are handled on that day."""
        return self.works_at_weekends or day.weekday() < 5
