"""What a file that cannot be read seems to be: another encoding, another delimiter, no header, a dated name.

`check` names it so that a person can state it; nothing is ever read by a guess.
"""

from __future__ import annotations

import csv
import re
from typing import TYPE_CHECKING

from flows.inbound.formats.files import format_of
from flows.inbound.formats.unpacking import unpack
from flows.inbound.formats.workbook import WorkbookReader
from flows.settings_file import shown
from schemas.intake.refusal import Refusal
from schemas.settings.client import StockFeed
from schemas.vocabulary.codes import ReasonCode
from transforms.onboarding.text_form import find_encoding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from schemas.settings.client import FeedSettings
    from schemas.vocabulary.words import Feed
    from transforms.intake.file_form import SourceFile

DELIMITERS = {",": ",", ";": ";", "\t": r"\t", "|": "|"}
"""What usually stands between fields, and how a settings file writes it."""

DATA = re.compile(r"^[-+]?[0-9][0-9.,:/ T-]*$|@")
"""A number, a day, a time or a mail address: no name of a column."""

BEGINNING = 1 << 16
MAX_TITLE = 20
"""Lines at a file's beginning among which the names of its columns are looked for."""

SHEETS_SHOWN = 20
"""Names of sheets that are told."""

ABOUT_NAMES = (ReasonCode.MISSING_COLUMN, ReasonCode.NO_HEADER, ReasonCode.DUPLICATE_COLUMN)
"""Refusals for which the names of the columns may stand elsewhere."""

MIN_NAMES = 2

NAME_DAYS = {r"20\d\d-\d\d-\d\d": "%Y-%m-%d", r"20\d\d_\d\d_\d\d": "%Y_%m_%d", r"20\d{6}": "%Y%m%d"}
NAME_CLOCK = r"([-_T ]?)([01]\d|2[0-3])([-_.]?)[0-5]\d((?:[-_.]?[0-5]\d)?)(?!\d)"
"""How the names of counts say their day, and behind it perhaps their time."""


def guess_count_pattern(file_name: str) -> str:
    """The pattern of a count's name, for `counted_at_pattern`; empty where no day stands in it."""
    stem = (file_name.rpartition(".")[0] or file_name).replace("%", "%%")
    for digits, day in NAME_DAYS.items():
        if found := re.search(rf"(?<!\d){digits}(?!\d{{1,3}}(?!\d))", stem):
            before, after = stem[: found.start()], stem[found.end() :]
            if clock := re.match(NAME_CLOCK, after):
                gap, _, colon, seconds = clock.groups()
                after = f"{gap}%H{colon}%M{f'{colon}%S' if seconds else ''}{after[clock.end() :]}"
            return f"{before}{day}{after}"
    return ""


def guess_settings(
    content: bytes, header: Sequence[str], refusal: Refusal | None, source: SourceFile, settings: FeedSettings
) -> list[str]:
    """Sentences on what to state in the client's file so that a file is no longer refused for this reason."""
    code, feed = refusal.code if refusal else None, source.feed
    if isinstance(settings, StockFeed) and code in (ReasonCode.FEED_NOT_STATED, ReasonCode.NOT_MATCHED):
        return list(_count_patterns(source.file_name, settings))
    unpacked = unpack(content)
    if isinstance(unpacked, Refusal):
        return []
    match format_of(unpacked):
        case "workbook":
            return list(_of_workbook(WorkbookReader(), unpacked, code, feed, settings))
        case "delimited":
            return list(_of_text(unpacked, header, code, feed, settings))
    return []


def _of_text(
    content: bytes, header: Sequence[str], code: ReasonCode | None, feed: Feed, settings: FeedSettings
) -> Iterator[str]:
    """What delimited text seems to be."""
    if code is ReasonCode.BAD_ENCODING:
        yield from _encodings(content, feed, settings)
    if code in ABOUT_NAMES:
        titled = list(_titled(content, feed, settings))
        yield from titled or [*_delimiters(header, feed, settings), *_bare(header, feed)]


def _of_workbook(
    reader: WorkbookReader, content: bytes, code: ReasonCode | None, feed: Feed, settings: FeedSettings
) -> Iterator[str]:
    """Which sheet of a workbook may be meant, and where its columns may be named."""
    if code is ReasonCode.WHICH_SHEET:
        names = [f'"{shown(name)}"' for name in reader.sheet_names(content)]
        more = f" and {len(names) - SHEETS_SHOWN} more" if len(names) > SHEETS_SHOWN else ""
        if names:
            told = ", ".join(names[:SHEETS_SHOWN]) + more
            yield f'its sheets are {told}; write sheet = "..." in [feeds.{feed}] with the name of one'
    if code in ABOUT_NAMES:
        rows = reader.first_rows(content, settings)[:MAX_TITLE]
        titled = _title_of(rows, settings)
        if titled:
            yield (
                f"the columns seem to be named in row {titled + 1}; write title_lines = {titled} in "
                f"[feeds.{feed}]: the rows above are none then"
            )


def _title_of(rows: Sequence[Sequence[str]], settings: FeedSettings) -> int:
    """Rows above one that may name columns; nought where nothing says that there are any."""
    place = next((place for place, cells in enumerate(rows) if _are_names(cells)), 0)
    is_known = place in (0, settings.title_lines) or _filled(rows[0]) >= _filled(rows[place])
    return 0 if is_known else place


def _count_patterns(file_name: str, settings: StockFeed) -> Iterator[str]:
    """What a count's name says of its day."""
    pattern = guess_count_pattern(file_name)
    if pattern and pattern != settings.counted_at_pattern:
        time = "" if "%H" in pattern else ", and counted_at_time: the name says the day alone"
        yield f'the file name looks like counted_at_pattern = "{pattern}"; write it in [feeds.stock]{time}'


def _encodings(content: bytes, feed: Feed, settings: FeedSettings) -> Iterator[str]:
    """The encoding in which all bytes are text."""
    found = find_encoding(content).value
    if found != settings.encoding:
        yield f'the bytes look like {found}; write encoding = "{found}" in [feeds.{feed}]'


def _delimiters(header: Sequence[str], feed: Feed, settings: FeedSettings) -> Iterator[str]:
    """What stands between the names of a first line that has become one name, or few."""
    counts = {mark: sum(name.count(mark) for name in header) for mark in DELIMITERS}
    best = max(counts, key=lambda mark: counts[mark])
    if best != settings.delimiter and counts[best] >= len(header):
        written = DELIMITERS[best]
        yield f'the fields look separated by "{written}"; write delimiter = "{written}" in [feeds.{feed}]'


def _titled(content: bytes, feed: Feed, settings: FeedSettings) -> Iterator[str]:
    """Whether lines above the names of the columns are a title; the delimiter may be another one, too."""
    lines = content[:BEGINNING].decode(settings.encoding, errors="replace").splitlines()
    for mark in dict.fromkeys([settings.delimiter, *DELIMITERS]):
        rows = [next(csv.reader([line], delimiter=mark), []) for line in lines[:MAX_TITLE]]
        place = _title_of(rows, settings)
        if not place:
            continue
        written = DELIMITERS.get(mark, mark)
        also = "" if mark == settings.delimiter else f' and delimiter = "{written}"'
        yield (
            f"the columns seem to be named in line {place + 1}; write title_lines = {place}{also} in "
            f"[feeds.{feed}]: the lines above are no rows then"
        )
        return


def _are_names(cells: Sequence[str]) -> bool:
    """Whether the cells of a line may name columns: several, none empty or twice, none a number or date."""
    names = [cell.strip() for cell in cells]
    is_whole = len(names) >= MIN_NAMES and all(names) and len(set(names)) == len(names)
    return is_whole and not any(DATA.search(name) for name in names)


def _filled(cells: Sequence[str]) -> int:
    """How many cells of a line hold something."""
    return sum(bool(cell.strip()) for cell in cells)


def _bare(header: Sequence[str], feed: Feed) -> Iterator[str]:
    """Whether the first line holds values, not names."""
    if any(DATA.search(name.strip()) for name in header):
        yield (
            "the first line looks like a row, not like the names of columns; write "
            f'header = ["...", "..."] in [feeds.{feed}], one name for each column, in their order'
        )
