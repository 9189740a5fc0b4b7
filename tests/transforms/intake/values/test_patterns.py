"""Cells that cannot be read: the format that they seem to have is named, and never used by itself."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.settings.client import FeedSettings
from transforms.intake.values.patterns import Pattern, find_patterns


def found(
    code: str, *texts: str | None, bad: tuple[int, ...] = (1,), settings: dict[str, str] | None = None
) -> list[Pattern]:
    """What is found of a column with these cells, of which `bad` ones (rows from 1) were rejected."""
    cells = pl.DataFrame(
        {"row_no": range(1, len(texts) + 1), "at": texts}, schema_overrides={"at": pl.String}
    )
    rejected = pl.DataFrame({"row_no": bad, "column": ["at"] * len(bad), "reason_code": [code] * len(bad)})
    return find_patterns(cells, rejected, FeedSettings.model_validate(settings or {}))


@pytest.mark.parametrize(
    ("texts", "values"),
    [
        (("02/03/2026", "31/12/2026"), ("%d/%m/%Y",)),
        (("03/02/2026", "12/31/2026"), ("%m/%d/%Y",)),
        (("02/03/2026",), ("%d/%m/%Y", "%m/%d/%Y")),
        (("31/12/26",), ("%d/%m/%y",)),
        (("31.12.2026",), ("%d.%m.%Y",)),
        (("20261231",), ("%Y%m%d",)),
        (("31 Dec 2026", "1 March 2026"), ("%d %B %Y",)),
        (("Dec 31, 2026",), ("%B %d, %Y",)),
    ],
)
def test_the_format_of_days_is_named_and_both_where_day_and_month_could_be_either(
    texts: tuple[str, ...], values: tuple[str, ...]
) -> None:
    assert found("not_a_date", *texts) == [Pattern("at", "date_format", values, holds_for_all=True)]


@pytest.mark.parametrize(
    ("text", "settings", "key", "values"),
    [
        ("31/12/2026 10:00", {}, "date_format", ("%d/%m/%Y",)),
        ("31/12/2026T10:00:01", {}, "date_format", ("%d/%m/%Y",)),
        ("31/12/2026", {}, "date_format", ("%d/%m/%Y",)),
        ("31/12/2026 10:00 PM", {}, "time_format", ("%d/%m/%Y %I:%M %p",)),
        ("20261231T101500", {}, "time_format", ("%Y%m%dT%H%M%S",)),
        ("31/12/2026 10:00", {"time_format": "%Y-%m-%d"}, "time_format", ("%d/%m/%Y %H:%M",)),
    ],
)
def test_of_times_the_day_is_named_where_a_usual_clock_follows_it(
    text: str, settings: dict[str, str], key: str, values: tuple[str, ...]
) -> None:
    assert found("not_a_time", text, settings=settings) == [Pattern("at", key, values, holds_for_all=True)]


@pytest.mark.parametrize(("texts", "mark", "other"), [(("1,5", "2"), ".", ","), (("1.5",), ",", ".")])
def test_the_other_decimal_mark_is_named(texts: tuple[str, ...], mark: str, other: str) -> None:
    (pattern,) = found("not_a_number", *texts, settings={"decimal_mark": mark})
    assert pattern == Pattern("at", "decimal_mark", (other,), holds_for_all=True)


@pytest.mark.parametrize(
    ("texts", "stated", "between"),
    [(("1.200", "7"), ",", "."), (("1,200.5",), ".", ","), (("1 200",), ".", " "), (("1'200",), ",", "'")],
)
def test_a_mark_between_thousands_is_named(texts: tuple[str, ...], stated: str, between: str) -> None:
    (pattern,) = found("not_a_number", *texts, settings={"decimal_mark": stated})
    assert pattern == Pattern("at", "thousands_mark", (between,), holds_for_all=True)


@pytest.mark.parametrize(
    ("code", "texts"),
    [
        ("not_a_date", ("30/02/2026",)),
        ("not_a_date", ("many",)),
        ("not_a_time", ("31/12/2026 25:00",)),
        ("not_a_number", ("many",)),
        ("not_a_number", ("1.234,5",)),
        ("missing", ("",)),
        ("not_a_date", (None,)),
    ],
)
def test_what_has_no_pattern_has_none(code: str, texts: tuple[str | None, ...]) -> None:
    assert found(code, *texts) == []


def test_where_other_cells_are_written_otherwise_the_pattern_is_that_of_the_rejected_ones() -> None:
    (pattern,) = found("not_a_date", "2026-03-02", "31/12/2026", bad=(2,))
    assert pattern == Pattern("at", "date_format", ("%d/%m/%Y",), holds_for_all=False)
    assert pattern.sentence("orders") == (
        'at: the rejected cells look like date_format = "%d/%m/%Y", and others do not; write all alike'
    )


def test_a_pattern_says_what_to_write_and_where() -> None:
    (pattern,) = found("not_a_date", "02/03/2026")
    assert pattern.sentence("orders") == (
        "at: the cells look like %d/%m/%Y or %m/%d/%Y; "
        'write date_format = "%d/%m/%Y" or date_format = "%m/%d/%Y" in [feeds.orders]'
    )


def test_a_rejected_row_without_a_column_or_whose_column_the_file_lacks_has_no_pattern() -> None:
    cells = pl.DataFrame({"row_no": [1], "at": ["x"]})
    columns = pl.Series("column", [None, "gone"], pl.String)
    rejected = pl.DataFrame(
        [pl.Series("row_no", [1, 1]), columns, pl.Series("reason_code", ["not_a_date"] * 2)]
    )
    assert find_patterns(cells, rejected, FeedSettings.model_validate({})) == []


@pytest.mark.parametrize("texts", [("5", "7"), ("5", "1.5")])
def test_numbers_that_the_stated_mark_reads_need_no_other(texts: tuple[str, ...]) -> None:
    """A route that computes the column otherwise was what made no number."""
    assert found("not_a_number", *texts) == []
