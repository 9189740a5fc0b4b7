"""Nights that can be planned again: the books before them are kept, and so are their files."""

from __future__ import annotations

from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from flows.inbound.taking.landing import landed_path
from flows.ledger.databases.control import find_format, open_reading
from flows.ledger.migrations.chain import todays_format
from flows.ledger.store import versions
from flows.ledger.store.ledger import Ledger
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import date

    from flows.configuration import Configuration
    from flows.ledger.runs.freezing import FrozenRun
    from flows.ledger.runs.runs import Run
    from flows.workspace import Workspace

EXAMPLES = 3


@contextmanager
def open_ledger(workspace: Workspace) -> Iterator[Ledger]:
    """The ledger, opened so that nothing can be written; the people are not opened at all.

    Raises:
        ConfigurationError: no night was ever run here, or a newer program wrote the books.
    """
    if find_format(workspace.ledger) == 0:
        message = f"no night was run in {workspace.root} yet, so there is nothing to simulate"
        raise ConfigurationError(message)
    with closing(open_reading(workspace.ledger)) as connection:
        yield Ledger(workspace.ledger, connection)


def find_night(ledger: Ledger, night: date, run_no: int | None) -> Run:
    """A committed run of a date (the last one: None) that can be planned again.

    Raises:
        ConfigurationError: there is none, or the books before it are not kept; the message has the nights
            that can.
    """
    of_date = [run for run in committed_runs(ledger) if run.as_of.business_date == night]
    chosen = [run for run in of_date if run_no in (None, run.as_of.run_no)]
    if not chosen:
        what = f"run {run_no} of {night}" if of_date else f"night {night}"
        message = f"{what} was never committed; {_name_kept(ledger)}"
        raise ConfigurationError(message)
    if not has_books_before(ledger, chosen[-1]):
        message = f"night {night} is not kept: the books before it are gone; {_name_kept(ledger)}"
        raise ConfigurationError(message)
    return chosen[-1]


def find_span(ledger: Ledger, first: date, last: date) -> list[Run]:
    """The committed runs from one night to another, in order; the books before the first are kept.

    Raises:
        ConfigurationError: they are not, or one of the two was never run; the message has the nights that
            a span can begin on.
    """
    if first > last:
        message = f"the span ends on {last}, before it begins on {first}; exchange the two"
        raise ConfigurationError(message)
    committed = committed_runs(ledger)
    span = [run for run in committed if first <= run.as_of.business_date <= last]
    found = {run.as_of.business_date for run in span}
    if absent := [night for night in (first, last) if night not in found]:
        nights = _name_ranges(run.as_of.business_date for run in committed)
        message = f"night {absent[0]} was never committed; committed are {nights or 'none'}"
        raise ConfigurationError(message)
    if not has_books_before(ledger, span[0]):
        message = f"a span cannot begin on {first}: the books before it are gone; {_name_kept(ledger)}"
        raise ConfigurationError(message)
    return span


def committed_runs(ledger: Ledger) -> list[Run]:
    """Every committed run, by date and number."""
    return [run for run in ledger.all_runs() if run.version is not None]


def has_books_before(ledger: Ledger, run: Run) -> bool:
    """Whether the books from which a committed run started are kept."""
    return versions.is_kept(ledger.connection, base_of(run))


def base_of(run: Run) -> int:
    """The version from which a committed run started."""
    return (run.version or 1) - 1


def other_makers(ledger: Ledger, nights: Sequence[Run]) -> list[str]:
    """A sentence for each other program that made some of these nights."""
    this = (todays_format(), versions.program_version())
    made = [(versions.made_by(ledger.connection, run.version or 0), run.as_of) for run in nights]
    first = {maker: as_of.business_date for maker, as_of in reversed(made) if maker != this}
    return [
        f"Night {night} was made by {_name_program(*maker)}; this is {_name_program(*this)}. Where the two "
        "decide differently, the own policy shows what this one would do: the program that made a night "
        "makes it again to the byte."
        for maker, night in first.items()
    ]


def limited(configuration: Configuration, clients: Collection[str]) -> Configuration:
    """The settings of some clients alone."""
    return replace(
        configuration,
        clients={name: client for name, client in configuration.clients.items() if name in clients},
        refused={name: why for name, why in configuration.refused.items() if name in clients},
    )


def refuse_missing_files(workspace: Workspace, frozen: FrozenRun, clients: Collection[str]) -> None:
    """See to it that the files a run took from these clients are still there.

    Raises:
        ConfigurationError: some were deleted for the sake of people.
    """
    taken = [file for file in frozen.files if file.client_id in clients and file.file_hash]
    gone = [file for file in taken if not landed_path(workspace, file.file_hash).is_file()]
    if gone:
        examples = ", ".join(f"{file.client_id}/{file.feed}/{file.file_name}" for file in gone[:EXAMPLES])
        message = (
            f"files of night {frozen.as_of.business_date} are deleted: {len(gone)}, for example {examples}. "
            "Files that hold people are, after people_days or when one is erased; choose a later night"
        )
        raise ConfigurationError(message)


def _name_program(found: int, version: str) -> str:
    """A program by its version; the oldest did not leave theirs."""
    return f"{f'backorders {version}' if version else 'an older backorders'} (format {found})"


def _name_kept(ledger: Ledger) -> str:
    """The nights that can be planned again, as the end of a sentence."""
    kept = (run.as_of.business_date for run in committed_runs(ledger) if has_books_before(ledger, run))
    return f"kept are {_name_ranges(kept) or 'none'}"


def _name_ranges(nights: Iterable[date]) -> str:
    """Dates in words, consecutive ones from the first to the last."""
    ranges: list[tuple[date, date]] = []
    for night in sorted(set(nights)):
        if ranges and night - ranges[-1][1] == timedelta(days=1):
            ranges[-1] = ranges[-1][0], night
        else:
            ranges.append((night, night))
    return ", ".join(str(first) if first == last else f"{first} to {last}" for first, last in ranges)
