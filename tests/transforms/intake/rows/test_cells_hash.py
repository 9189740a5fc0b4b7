"""Tests of what a file is known by: the text of its cells, and no more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.inbound.formats.delimited import DelimitedReader
from schemas.intake.refusal import Refusal
from schemas.settings.client import FeedSettings
from schemas.vocabulary.words import Feed
from tests.transforms.intake.door import client_of, read
from transforms.intake.identity.repeats import has_bare_events
from transforms.intake.rows.cells import file_headers, hash_cells, name_cells
from transforms.intake.values.times import has_time

if TYPE_CHECKING:
    from transforms.intake.file_form import FileForm

PLAIN = "sku,qty,reason\nA,-4,broken\nB,-1,lost\n"


def hash_of(text: str, *, encoding: str = "utf-8", delimiter: str = ",") -> str | None:
    """The hash of a file with that text."""
    settings = FeedSettings(encoding=encoding, delimiter=delimiter)
    raw = DelimitedReader().read(text.encode(encoding), settings)
    assert not isinstance(raw, Refusal)
    frame = raw.with_lines()
    headers = file_headers(frame)
    return hash_cells(name_cells(frame, headers), headers)


@pytest.mark.parametrize(
    "text",
    [
        PLAIN.replace("\n", "\r\n"),
        PLAIN.replace("\n", "\r"),
        PLAIN.rstrip("\n"),
        "\ufeff" + PLAIN,
        '"sku","qty","reason"\n"A","-4","broken"\n"B","-1","lost"\n',
        "reason,sku,qty\nbroken,A,-4\nlost,B,-1\n",
        "sku,qty,reason\nB,-1,lost\nA,-4,broken\n",
        "sku,qty,reason\n\nA, -4 ,broken\nB,-1,lost\n\n",
        "sku,qty,reason,bin_id\nA,-4,broken,\nB,-1,lost,\n",
    ],
)
def test_how_a_file_was_written_makes_no_other_file(text: str) -> None:
    assert hash_of(text) == hash_of(PLAIN)


def test_another_encoding_or_delimiter_makes_no_other_file() -> None:
    text = "sku,qty,reason\nA,-4,zerstört\n"
    assert hash_of(text, encoding="utf-16") == hash_of(text, encoding="cp1252") == hash_of(text)
    assert hash_of(text.replace(",", ";"), delimiter=";") == hash_of(text)


@pytest.mark.parametrize(
    "text",
    [
        "sku,qty,reason\nA,-4,broken\n",
        PLAIN + "B,-1,lost\n",
        PLAIN.replace("-4", "-5"),
        PLAIN.replace("reason", "why"),
        "sku,qty,reason\nA,-1,broken\nB,-4,lost\n",
        "sku,qty,reason,bo_file,bo_row\nA,-4,broken,f,1\nB,-1,lost,f,2\n",
        "sku,qty,reason\nA,-4,broken\nB,-1,lost,x\n",
        "sku,qty,reason\nA,-4,broken\nB,-1,lost\x1freason=x\n",
    ],
)
def test_another_cell_makes_another_file(text: str) -> None:
    assert hash_of(text) != hash_of(PLAIN)


def test_lines_that_are_no_rows_count_with_their_text() -> None:
    broken = [hash_of(f"sku,qty\nA,1,{text}\n") for text in ("x", "y")]
    assert broken[0] != broken[1]


def test_a_file_without_rows_repeats_none() -> None:
    assert hash_of("sku,qty,reason\n") is None


def test_the_same_figures_are_another_count_at_another_time() -> None:
    cells = name_cells(pl.DataFrame({"sku": ["A"], "bo_row_no": [1], "bo_fault": [None], "bo_line": [None]},
                       schema_overrides={"bo_fault": pl.String, "bo_line": pl.String}), ["sku"])  # fmt: skip
    hours = [hash_cells(cells, ["sku"], datetime(2026, 3, 2, hour, tzinfo=UTC)) for hour in (8, 20)]
    assert hours[0] != hours[1]


@pytest.mark.parametrize(
    ("text", "is_timed"),
    [
        ("2026-03-02", False),
        ("2026-03-02 00:00", False),
        ("2026-03-02 00:00:00", False),
        ("2026-03-02T00:00:00.000Z", False),
        ("2026-03-02T00:00:00+01:00", False),
        ("2026-03-02 00:00:01", True),
        ("2026-03-02 10:00", True),
        ("2026-03-02T09:12:33Z", True),
        (None, False),
    ],
)
def test_a_day_alone_is_no_time(text: str | None, is_timed: bool) -> None:  # noqa: FBT001 -- a parameter
    assert has_time(pl.Series([text], dtype=pl.String), FeedSettings()).to_list() == [is_timed]


def test_a_stated_format_without_a_clock_names_days() -> None:
    days = pl.Series(["20260302"])
    assert has_time(days, FeedSettings(time_format="%Y%m%d")).to_list() == [False]
    assert has_time(days, FeedSettings(date_format="%Y%m%d")).to_list() == [False]
    assert has_time(pl.Series(["202603020930"]), FeedSettings(time_format="%Y%m%d%H%M")).to_list() == [True]


def adjusted(**cells: str) -> FileForm:
    """The form of a file with one adjustment."""
    return read({"sku": "A", "qty": "-1", "reason": "x", **cells}, feed=Feed.ADJUSTMENTS, client=client_of())


def test_events_without_time_and_id_are_bare() -> None:
    assert has_bare_events(adjusted().rows)
    assert has_bare_events(adjusted(adjusted_at="2026-03-02").rows)
    assert not has_bare_events(adjusted(adjusted_at="2026-03-02 10:00").rows)
    assert not has_bare_events(adjusted(event_id="E1").rows)


def test_a_cancellation_of_all_that_is_left_is_the_same_wish_again() -> None:
    asked = {"order_id": "O1"}
    assert not has_bare_events(read(asked, feed=Feed.CANCELLATIONS).rows)
    assert has_bare_events(
        read({**asked, "line_no": "1", "sku": "A", "qty": "2"}, feed=Feed.CANCELLATIONS).rows
    )


def test_rows_are_hashed_in_pieces_as_they_are_together(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "sku,qty,reason\n" + "".join(f"{sku},{sku},{sku * 3}\n" for sku in "DBECA")
    together = hash_of(text)
    monkeypatch.setattr("transforms.intake.rows.cells.HASHED_ROWS", 2)
    assert hash_of(text) == together != hash_of(PLAIN)
