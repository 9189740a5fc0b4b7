"""Files that are well, spoiled at random, through the reader: always rows or a refusal, never an error.

A seed makes the same files again. Each is read as a file of a night is, in the process that reads files.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import TYPE_CHECKING

from flows.inbound.reading.forms import read_received
from flows.ledger.runs.runs import InputFile
from schemas.errors import BackordersError
from schemas.settings.client import Client
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed
from tests.flows.night.small_world import MONDAY, clock_after
from tests.trials.attacks.answer import GOOD, HEADER
from tests.trials.attacks.cells import FEEDS, IDS, INSTANTS, QUANTITIES
from transforms.intake.file_form import Catalogue

if TYPE_CHECKING:
    from collections.abc import Callable

    from transforms.intake.file_form import FileForm

WELL = {
    "orders": (HEADER, GOOD),
    "receipts": (FEEDS["receipts"][0], "R1,1,W1,A,2026-03-02,4,0,L1,B1,2027-01-01,available"),
    "stock": (FEEDS["stock"][0], "W1,A,5,B1,L1,available,2026-03-02 08:00"),
    "adjustments": (FEEDS["adjustments"][0], "W1,A,-1,broken,2026-03-02 09:00,E1"),
    "shipments": (FEEDS["shipments"][0], ",O1,1,A,1,0,W1,2026-03-02 09:00"),
    "cancellations": (FEEDS["cancellations"][0], "O1,1,A,1,2026-03-02 09:00"),
    "asns": (FEEDS["asns"][0], "N1,1,W1,A,2026-03-09,4"),
    "items": (FEEDS["items"][0], "A,Anorak,CA:24,1,0,365,0,A1|A2,B,,"),
}
"""A header and a row of each feed."""

CELLS = tuple(cell for cell, _, _ in (*QUANTITIES, *INSTANTS, *IDS) if len(cell) < 1_000)
PIECES = (
    b'"',
    b"\r",
    b"\n",
    b",",
    b";",
    b"\t",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"'",
    b"\x1a",
)
ENCODINGS = ("utf-8", "utf-16", "utf-16-le", "utf-32", "cp1252", "latin-1", "ascii", "cp037", "shift_jis")
DELIMITERS = (",", ",", ",", ";", "\t", "|")
EXPRESSIONS = ("sku", "UPPER(sku)", "SPLIT_PART(sku, '-', 1)", "REGEXP_REPLACE(sku, '[^A-Z]', '')", "qty")
MAX_SECONDS = 10.0


@dataclass
class Tally:
    """What came of many files: how many in which way, what was no answer, and the longest seconds."""

    tried: int = 0
    loaded: int = 0
    refused: int = 0
    slowest: float = 0.0
    broken: list[str] = field(default_factory=list)


def read_spoiled(seed: int, files: int) -> Tally:
    """Read so many spoiled files; the number of a file that got no answer makes it again."""
    tally = Tally()
    for number in range(files):
        feed, content, client = make_spoiled(seed, number)
        before = time.monotonic()
        fault = read_one(feed, content, client, tally)
        seconds = time.monotonic() - before
        tally.tried += 1
        tally.slowest = max(tally.slowest, seconds)
        if fault or seconds > MAX_SECONDS:
            tally.broken.append(f"file {number} of seed {seed} ({feed}): {fault or f'{seconds:.0f} s'}")
    return tally


def read_one(feed: str, content: bytes, client: Client, tally: Tally) -> str:
    """Why what came of it is no answer; empty where it is one."""
    file = InputFile("c", feed, hashlib.sha256(content).hexdigest(), "a.csv", clock_after(MONDAY).now())
    try:
        form = read_received(
            content, file, business_date=date(2026, 3, 2), client=client, catalogue=Catalogue.blank()
        )
    except BackordersError as error:
        return "" if "clients/c.toml" in str(error) else f"{type(error).__name__}: {error}"
    except Exception as error:  # noqa: BLE001 -- whatever it is, it is what is looked for
        return repr(error)[:300]
    tally.loaded += form.refusal is None
    tally.refused += form.refusal is not None
    return judge_form(form)


def judge_form(form: FileForm) -> str:
    """A refusal has words, and each row has at least one verdict."""
    if form.refusal is not None:
        is_ours = form.refusal.code is ReasonCode.UNREADABLE
        return f"{form.refusal.detail}" if is_ours or not form.refusal.detail else ""
    rows = set(form.rejected["row_no"]) | set(form.outcomes["row_no"])
    for feed in Feed:
        rows |= set(getattr(form.rows, feed.value)["row_no"])
    return "" if rows == set(range(1, form.rows_read + 1)) else f"{len(rows)} of {form.rows_read} rows"


def make_spoiled(seed: int, number: int) -> tuple[str, bytes, Client]:
    """A file of a feed that was well once, and the client whose it is."""
    chance = Random(f"{seed}/{number}")
    feed = chance.choice(sorted(WELL))
    header, row = WELL[feed]
    rows = [spoil_row(chance, row) for _ in range(chance.randint(0, 12))]
    delimiter = chance.choice(DELIMITERS)
    text = "\n".join([header, *rows, ""]).replace(",", delimiter)
    encoding = chance.choice(ENCODINGS) if chance.random() < 0.3 else "utf-8"
    content = text.encode(encoding, "ignore")
    for _ in range(chance.choice((0, 1, 1, 2, 5, 30))):
        content = chance.choice(SPOILING)(chance, content)
    settings = {
        "delimiter": delimiter if chance.random() < 0.9 else ",",
        "encoding": encoding if chance.random() < 0.8 else chance.choice(ENCODINGS),
        "columns": {"sku": chance.choice(EXPRESSIONS)} if chance.random() < 0.2 else {},
        "decimal_mark": chance.choice((".", ",")),
    }
    if feed == "stock":
        settings |= {"count_basis": "physical", "count_scope": "rows"}
    client = Client.model_validate(
        {"client_id": "c", "name": "c", "warehouses": ["W1"], "feeds": {feed: settings}}
    )
    return feed, content, client


def spoil_row(chance: Random, row: str) -> str:
    """A row, some cells of which are hostile."""
    cells = row.split(",")
    for place in range(len(cells)):
        if chance.random() < 0.15:
            cells[place] = chance.choice(CELLS)
    return ",".join(cells)


def _flip(chance: Random, content: bytes) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + bytes([chance.randrange(256)]) + content[at + 1 :]


def _insert(chance: Random, content: bytes) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + chance.choice(PIECES) * chance.choice((1, 1, 2, 70)) + content[at:]


def _cut(chance: Random, content: bytes) -> bytes:
    at = chance.randrange(len(content) + 1)
    return content[:at] + content[at + chance.randint(1, 40) :]


def _repeat(chance: Random, content: bytes) -> bytes:
    at = chance.randrange(len(content) + 1)
    part = content[at : at + chance.randint(1, 200)]
    return content[:at] + part * chance.randint(2, 5) + content[at:]


def _end(chance: Random, content: bytes) -> bytes:
    return content[: chance.randrange(len(content) + 1)]


SPOILING: tuple[Callable[[Random, bytes], bytes], ...] = (_flip, _flip, _insert, _insert, _cut, _repeat, _end)
