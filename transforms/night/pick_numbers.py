"""Short numbers of releases, for paper: a release id has 32 characters, of which no barcode fits a row.

A number has ten digits, such as 4170028363: three say the night, six are drawn from the release id, and the
last one is a check digit (GS1), so that a slip of the pen is no other release. It begins with no zero and has
at most eleven digits, so a spreadsheet program keeps it as it is; the even count makes its barcode (Code 128)
as short as it can be. Where a client releases so much that six digits would be crowded, there are two more.

What is drawn follows from the client's own releases and its place among all clients: each place has numbers
of its own, so in a night no two clients have the same one, and nobody needs to know what others release.
Within a client no two releases of the books have the same, and none comes again for `NIGHTS` days.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from schemas.books.orders import Release
from schemas.intake.feeds import ShipmentRow
from schemas.table import conform

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf, Books, FeedRows

NIGHTS = 900
"""Days until the three digits of a night come again."""

FIRST_NIGHT = 100
ROOM = 4
"""Numbers that there are for one release, so that most have the one that its id says."""

DIGITS = 6
"""Of what is drawn, at least."""

RELEASE, NUMBER = ["client_id", "release_id"], ["client_id", "pick_no"]


class ClientPlace(NamedTuple):
    """The place of a client among all that the run is configured with."""

    number: int
    of: int


def number_picks(books: Books, clients: Sequence[str], *, as_of: AsOf) -> Books:
    """The books, in which each release of tonight has its number.

    Args:
        books: after the plan, of some of the clients.
        clients: all that the run is configured with, also those of whom these books say nothing.
        as_of: the night.
    """
    releases = books.releases
    is_new = (pl.col("released_on") == as_of.business_date) & (pl.col("run_no") == as_of.run_no)
    new = releases.filter(is_new).select(RELEASE).sort(RELEASE)
    if new.is_empty():
        return books
    night = night_digits(as_of.business_date)
    is_taken = ~is_new & pl.col("pick_no").str.starts_with(night)
    taken = releases.filter(is_taken).select(NUMBER).partition_by("client_id", as_dict=True)
    places = {name: ClientPlace(number, len(clients)) for number, name in enumerate(sorted(clients))}
    parts = [
        own.with_columns(
            number=draw_numbers(
                own["release_id"],
                night,
                places[name],
                taken=taken[(name,)]["pick_no"] if (name,) in taken else (),
            )
        )
        for (name,), own in new.group_by("client_id", maintain_order=True)
    ]
    numbered = releases.join(pl.concat(parts), on=RELEASE, how="left", maintain_order="left")
    known = numbered.with_columns(pick_no=pl.coalesce("number", "pick_no"))
    return replace(books, releases=conform(known, Release))


def draw_numbers(
    release_ids: Iterable[str], night: str, place: ClientPlace, *, taken: Iterable[str] = ()
) -> pl.Series:
    """A number for each release of a client and night, in their order; the same ones draw the same.

    Args:
        release_ids: hexadecimal.
        night: its three digits.
        place: of the client.
        taken: numbers that the client's other releases have.
    """
    ids, others = list(release_ids), list(taken)
    wanted = ROOM * place.of * (len(ids) + len(others))
    width = next(digits for digits in count(DIGITS, 2) if 10**digits >= wanted)
    slots = 10**width // place.of
    drawn = pl.DataFrame({"slot": _draw(ids, slots, _slots_of(others, width, place))}, {"slot": pl.Int64})
    number = int(night) * 10**width + pl.col("slot") * place.of + place.number
    checked = number * 10 + check_digit(number, len(night) + width)
    return drawn.select(number=checked.cast(pl.String)).to_series()


def night_digits(night: date) -> str:
    """The three digits that say which night it is."""
    return str(FIRST_NIGHT + night.toordinal() % NIGHTS)


def without_gaps(rows: FeedRows) -> FeedRows:
    """The rows, in which a pick number that was typed in groups as on paper is written in one."""
    release_id = pl.col("release_id")
    written = pl.when(release_id.str.contains(r"^[0-9 ]+$")).then(release_id.str.replace_all(" ", ""))
    shipments = rows.shipments.with_columns(release_id=pl.coalesce(written, release_id))
    return replace(rows, shipments=conform(shipments, ShipmentRow))


def with_release_ids(rows: FeedRows, releases: DataFrame[Release]) -> FeedRows:
    """The rows, in which a release that is named by its pick number is named by its id.

    A number that nobody has stays, so that its row is rejected with what was sent. Of two releases with one
    number, years apart, the later one is meant.
    """
    named = (
        releases.drop_nulls("pick_no")
        .sort("released_on", "run_no")
        .unique(NUMBER, keep="last")
        .select("client_id", release_id="pick_no", numbered="release_id")
    )
    shipments = rows.shipments.join(named, on=RELEASE, how="left", maintain_order="left").with_columns(
        release_id=pl.coalesce("numbered", "release_id")
    )
    return replace(rows, shipments=conform(shipments, ShipmentRow))


def _slots_of(numbers: Iterable[str], width: int, place: ClientPlace) -> set[int]:
    """The slots of a client in which its numbers stand."""
    same = (number for number in numbers if len(number) == len(str(FIRST_NIGHT)) + width + 1)
    drawn = (int(number[-width - 1 : -1]) for number in same)
    return {value // place.of for value in drawn if value % place.of == place.number}


def _draw(ids: Iterable[str], slots: int, taken: set[int]) -> list[int]:
    """A free slot for each id: that of its own, or the next free one; what is drawn is added to `taken`."""
    drawn = []
    for slot in [int(release_id, 16) % slots for release_id in ids]:
        while slot in taken:
            slot = (slot + 1) % slots  # noqa: PLW2901 -- on from where it was
        taken.add(slot)
        drawn.append(slot)
    return drawn


def check_digit(number: pl.Expr, digits: int) -> pl.Expr:
    """The last digit of a number as GS1 has it: every other digit from the right counts three times."""
    weighed = pl.sum_horizontal(
        number // 10**place % 10 * (3 if place % 2 == 0 else 1) for place in range(digits)
    )
    return (10 - weighed % 10) % 10
