"""Files are read in a process of their own: what one of them does to it, the next does not feel."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.inbound.reading import forms, reading_process
from flows.inbound.reading.reading_process import Bounds, ReaderDiedError, ReadingProcess, bounds_for
from flows.ledger.runs.runs import InputFile
from schemas.errors import ConfigurationError
from schemas.intake.refusal import Refusal
from schemas.vocabulary.codes import ReasonCode
from tests.flows.inbound.dropping import ACME, drop, landed_in, workspace_in
from tests.tiers import thorough
from transforms.intake.file_form import Catalogue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from transforms.intake.file_form import FileForm

ORDERS = b"order_id,line_no,sku,qty,ordered_at\nO1,1,A,2,2026-03-01 10:00\nO2,x,A,1,2026-03-01 10:00\n"
FILE = InputFile("acme", "orders", "h", "o.csv", datetime(2026, 3, 2, tzinfo=UTC))
SMALL = Bounds(memory=400 << 20, seconds=2, patience=60)


def say(_: object, *, word: str) -> str:
    """A job that is done at once."""
    return word


def number(_: object) -> int:
    """Which process does it."""
    return os.getpid()


def look(shared: object) -> int:
    """Which object is shared, there."""
    return id(shared)


def fail(_: object) -> None:
    """A job that says what is wrong."""
    message = "clients/acme.toml: no"
    raise ConfigurationError(message)


def stumble(_: object) -> None:
    """A job with an error of ours in it, whose words are a value."""
    message = "Mrs Example"
    raise ZeroDivisionError(message)


def abort(_: object) -> None:
    """What a library does that is written in another language."""
    os.abort()


def read_nowhere(_: object) -> None:
    """Likewise."""
    ctypes.string_at(0)


def leave(_: object) -> None:
    """Likewise."""
    os._exit(3)


def spin(_: object) -> None:
    """Work without end."""
    while True:
        pass


def sleep(_: object) -> None:
    """Waiting without end."""
    time.sleep(600)


def swallow(_: object) -> int:
    """Memory without end."""
    held = []
    while True:
        held.append(bytearray(b"x" * (32 << 20)))


def panic(_: object) -> None:
    """What Polars does where it is wrong about itself."""
    raise pl.exceptions.PanicException


@pytest.fixture(scope="module")
def process() -> Iterator[ReadingProcess]:
    made = ReadingProcess()
    yield made
    made.close()


@pytest.fixture
def small(process: ReadingProcess, monkeypatch: pytest.MonkeyPatch) -> ReadingProcess:
    """The process, with small bounds for each file."""
    monkeypatch.setattr(reading_process, "bounds_for", lambda _size: SMALL)
    return process


def test_a_job_is_done_elsewhere_and_always_in_the_same_process(process: ReadingProcess) -> None:
    assert process.run(partial(say, word="é"), 0) == "é"
    assert process.run(number, 0) == process.run(number, 0) != os.getpid()


def test_what_is_shared_is_sent_once(process: ReadingProcess) -> None:
    shared = Catalogue.blank()
    assert process.run(look, 0, shared=shared) == process.run(look, 0, shared=shared)


def test_what_a_job_says_itself_is_said_here(process: ReadingProcess) -> None:
    with pytest.raises(ConfigurationError, match="acme"):
        process.run(fail, 0)


@pytest.mark.parametrize("job", [stumble, panic])
def test_an_error_that_nobody_foresaw_is_a_refusal_without_its_words(
    process: ReadingProcess, job: object
) -> None:
    assert callable(job)
    refusal = process.run(job, 0)
    assert isinstance(refusal, Refusal)
    assert refusal.code is ReasonCode.UNREADABLE
    assert "Example" not in refusal.detail


@pytest.mark.parametrize(
    ("job", "why"),
    [
        (abort, "SIGABRT"),
        *thorough((read_nowhere, "SIGSEGV"), (leave, "ended with 3"), (spin, "more than 2 s")),
        (swallow, "more than 400 MiB of memory"),
    ],
)
def test_a_file_that_ends_the_process_is_named_and_the_next_one_is_read(
    small: ReadingProcess, job: object, why: str
) -> None:
    assert callable(job)
    with pytest.raises(ReaderDiedError, match=why):
        small.run(job, 0)
    assert small.run(partial(say, word="next"), 0) == "next"


def test_a_file_that_only_waits_is_not_waited_for(
    process: ReadingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(reading_process, "bounds_for", lambda _size: Bounds(1 << 30, 1, 1))
        with pytest.raises(ReaderDiedError, match="more than 1 s"):
            process.run(sleep, 0)
    assert process.run(partial(say, word="next"), 0) == "next"


def kill_first(_: object, *, mark: str) -> str:
    """A process that somebody else ends once."""
    try:
        os.close(os.open(mark, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return "done"
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


@pytest.mark.thorough
def test_a_process_that_was_ended_from_outside_is_tried_once_more(
    process: ReadingProcess, tmp_path: Path
) -> None:
    assert process.run(partial(kill_first, mark=str(tmp_path / "mark")), 0) == "done"
    process.run(number, 0)
    with pytest.raises(ReaderDiedError, match="SIGKILL"):
        process.run(kill_always, 0)


def kill_always(_: object) -> None:
    """A process that somebody else ends whenever it is made."""
    os.kill(os.getpid(), signal.SIGKILL)


def test_bounds_grow_with_the_file_and_end_at_half_of_the_machine() -> None:
    assert bounds_for(0).memory <= bounds_for(10 << 20).memory
    assert bounds_for(10 << 20).seconds == bounds_for(0).seconds + 5
    assert bounds_for(1 << 50).memory == bounds_for(1 << 51).memory


def tables_of(form: FileForm) -> dict[str, pl.DataFrame]:
    """All that was read of a file."""
    return {
        **form.rows.tables(),
        "rejected": form.rejected,
        "outcomes": form.outcomes,
        "pending": form.pending,
    }


def test_what_is_read_there_is_what_is_read_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = workspace_in(tmp_path)
    drop(workspace, "acme/orders/a.csv", ORDERS)
    [landed] = landed_in(workspace)
    read = partial(
        forms.read_landed_file,
        landed,
        client=ACME,
        catalogue=Catalogue.blank(),
        business_date=date(2026, 3, 2),
        workspace=workspace,
    )
    there = read()
    again = forms.read_again(landed, [2], client=ACME, workspace=workspace)
    monkeypatch.setattr(forms, "RUNNER", None)
    here = read()
    again_here = forms.read_again(landed, [2], client=ACME, workspace=workspace)
    assert all(table.equals(tables_of(here)[name]) for name, table in tables_of(there).items())
    assert (there.refusal, there.cells_hash, there.rows_read) == (None, here.cells_hash, 2)
    assert isinstance(again, forms.RowsAgain)
    assert isinstance(again_here, forms.RowsAgain)
    assert (again.places, again.frame.to_dicts()) == (again_here.places, again_here.frame.to_dicts())


def test_a_file_that_ends_the_process_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forms, "form_job", lambda *_args, **_how: None)
    monkeypatch.setattr(forms, "partial", lambda *_args, **_how: abort)
    form = forms.read_received(
        ORDERS, FILE, client=ACME, catalogue=Catalogue.blank(), business_date=date(2026, 3, 2)
    )
    assert form.refusal is not None
    assert form.refusal.code is ReasonCode.UNREADABLE
    assert "SIGABRT" in form.refusal.detail
