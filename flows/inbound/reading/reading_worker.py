"""What runs in the process that reads files (see `reading_process` beside it): jobs in, answers out."""

from __future__ import annotations

import os
import pickle
import resource
from datetime import date
from typing import TYPE_CHECKING, Any, BinaryIO

from flows.fence import UNFORESEEN, failed_refusal
from flows.inbound.reading import forms
from flows.inbound.reading.framing import dump_answer
from flows.inbound.reading.reading_process import LENGTH, MIB, held_memory
from schemas.errors import BackordersError
from schemas.settings.client import Client
from schemas.vocabulary.words import Feed
from transforms.intake.file_form import Catalogue, SourceFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.inbound.reading.reading_process import Bounds

WORN = 512 * MIB
"""Memory that a process may keep after a file; with more it is made anew."""

ADDRESSES = 6
"""Addresses that libraries ask for ahead of need, as a multiple of the memory that they then use."""

BETWEEN_FILES = 3_600.0
"""Processor seconds that end a process whose program is gone."""


def answer_jobs() -> None:
    """Answer jobs until the input ends."""
    jobs, answers = _own_pipes()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    _warm_up()
    shared: object = None
    while head := jobs.read(LENGTH.size):
        (length,) = LENGTH.unpack(head)
        bounds, is_known, sent, job = pickle.loads(jobs.read(length))  # noqa: S301 -- of our own program
        shared = shared if is_known else sent
        answer = dump_answer(_answer(job, shared, bounds))
        del sent, job
        is_worn = held_memory(os.getpid()) > WORN
        answers.write(LENGTH.pack(len(answer)) + (b"\x01" if is_worn else b"\x00"))
        answers.write(answer)
        answers.flush()


def _warm_up() -> None:
    """Read something, so that the first file finds everything loaded."""
    content = b"order_id,line_no,sku,qty,ordered_at\n" + b"O,1,A,1,2026-03-02 09:00\n" * 100
    client = Client(client_id="none", name="", warehouses=("none",))
    source = SourceFile("none", Feed.ORDERS, "", "", date.min)
    forms.form_job(Catalogue.blank(), content=content, source=source, client=client)


def _own_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Input and output under other numbers, so that nothing that prints can get between."""
    jobs, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    empty = os.open(os.devnull, os.O_RDWR)
    os.dup2(empty, 0)
    os.dup2(empty, 1)
    return jobs, answers


def _answer(job: Callable[..., Any], shared: object, bounds: Bounds) -> object:
    """What the job gives within its bounds, or the error of ours that it ends with."""
    _bound(ADDRESSES * bounds.memory, bounds.seconds)
    try:
        return job(shared)
    except BackordersError as error:
        return error
    except UNFORESEEN as error:
        return failed_refusal(type(error).__name__)
    finally:
        _bound(resource.RLIM_INFINITY, BETWEEN_FILES)


def _bound(memory: int, seconds: float) -> None:
    """Let the system end this process when it takes more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_AS, (memory, resource.RLIM_INFINITY))
    limit = int(used.ru_utime + used.ru_stime + seconds) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (limit, resource.RLIM_INFINITY))


if __name__ == "__main__":
    answer_jobs()
