"""Tests of a section: what is written of each column, and what a person must decide."""

from __future__ import annotations

from datetime import date, time

import pytest

from schemas.vocabulary.words import Feed
from tests.transforms.onboarding.tables import KNOWN, sample_of
from tests.transforms.onboarding.test_feeds import rows
from transforms.onboarding.feeds import match_feed
from transforms.onboarding.guesses import Guess, settings_of, state
from transforms.onboarding.samples import Sample
from transforms.onboarding.section import Answered, FeedSection, describe_section
from transforms.onboarding.text_form import ASCII

TOLD = Answered(("W1", "W2"), today=date(2026, 3, 20))


def section_of(feed: Feed, *samples: Sample, told: Answered = TOLD) -> FeedSection:
    """The section of samples."""
    matched = [(sample, match_feed(sample, feed, KNOWN, skus=())) for sample in samples]
    return describe_section(feed, matched, KNOWN, told)


def columns_of(section: FeedSection) -> dict[str, str]:
    """What is written of columns."""
    columns: dict[str, str] = settings_of(section.guesses).get("columns", {})
    return columns


def open_of(section: FeedSection, key: str) -> Guess:
    """A question."""
    return next(guess for guess in section.open if guess.key == key)


def test_a_day_with_a_time_is_cut_or_becomes_the_time_that_we_have() -> None:
    table = rows("GRN|SKU|Qty|Received On|MHD", "R1|A|2|2026-03-02 09:14|2027-09-30 00:00:00")
    section = section_of(Feed.RECEIPTS, sample_of(table))
    columns = columns_of(section)
    assert columns["received_at"] == "Received On"
    assert columns["expiry_on"] == "SPLIT_PART(\"MHD\", ' ', 1)"
    assert section.open == []
    german = rows("GRN|SKU|Qty|Date|MHD", "R1|A|2|02.03.2026|30.09.2027 00:00")
    assert settings_of(section_of(Feed.RECEIPTS, sample_of(german)).guesses)["date_format"] == "%d.%m.%Y"


def test_a_column_whose_cells_are_not_of_its_kind_is_not_read_unless_it_is_needed() -> None:
    table = rows("Order No|SKU|Qty|Order Date|Priority|Ship By", "1|A|few|2026-03-02|high|soon")
    section = section_of(Feed.ORDERS, sample_of(table))
    assert columns_of(section)["qty"] == "Qty"
    assert dict(section.left_over) == {
        "Priority": "may be priority, but its cells are not a number",
        "Ship By": "may be ship_by, but its cells are not a day",
    }


def test_yes_and_no_are_read_and_other_words_are_not() -> None:
    for word, read in (("yes", True), ("perhaps", False)):
        table = rows("GRN|SKU|Qty|Date|Closed", f"R1|A|2|2026-03-02|{word}")
        sample = sample_of(table)
        match = match_feed(sample, Feed.RECEIPTS, KNOWN, skus=())
        source = match.sources["sku"].__class__(("Closed",), "by its name")
        match.sources["is_final"] = source
        section = describe_section(Feed.RECEIPTS, [(sample, match)], KNOWN, TOLD)
        assert ("is_final" in columns_of(section)) == read


def test_words_that_are_not_ours_are_a_question_with_an_example() -> None:
    table = rows(
        "SKU|Bestand|Status|Lager|counted_at", "A|2|frei|Nord|2026-03-02 06:00", "B|1|gesperrt|Nord|"
    )
    section = section_of(Feed.STOCK, sample_of(table))
    status = open_of(section, "columns.status")
    assert (
        status.example
        == "CASE WHEN \"Status\" = 'frei' THEN '...' WHEN \"Status\" = 'gesperrt' THEN '...' END"
    )
    assert "which of available, hold, damaged" in status.why
    assert "which of W1, W2" in open_of(section, "columns.warehouse_id").why
    assert not {"status", "warehouse_id"} & set(columns_of(section))


def test_words_of_ours_in_any_letters_and_known_warehouses_are_read() -> None:
    table = rows("SKU|Bestand|Status|Lager|counted_at", "A|2|Available|W1|2026-03-02 06:00", "B|1|HOLD|W2|")
    section = section_of(Feed.STOCK, sample_of(table))
    assert {"status": "Status", "warehouse_id": "Lager"}.items() <= columns_of(section).items()
    assert [guess.key for guess in section.open] == ["count_basis", "count_scope", "status_means"]


def test_a_column_of_many_words_is_told_by_some_of_them() -> None:
    table = rows("SKU|Bestand|Status", *(f"S{number}|1|state {number}" for number in range(30)))
    status = open_of(section_of(Feed.STOCK, sample_of(table)), "columns.status")
    assert "has 30 values" in status.why
    assert status.example.count("WHEN") == 20


@pytest.mark.parametrize(
    ("units", "is_read"), [(["each", "EA"], True), (["Stk", "Stück"], False), (["CA", "Stk"], True)]
)
def test_units_that_all_mean_pieces_in_other_words_are_not_read(units: list[str], *, is_read: bool) -> None:
    table = rows("Order No|SKU|Qty|Order Date|UOM", *(f"1|A|2|2026-03-02|{unit}" for unit in units))
    section = section_of(Feed.ORDERS, sample_of(table))
    assert ("uom" in columns_of(section)) == is_read
    assert any("single pieces" in reason for _, reason in section.left_over) != is_read


def test_what_nothing_seems_to_be_is_a_question_with_the_columns_that_are_left() -> None:
    table = rows("Bestellnummer|Artikelnummer|Menge|Lieferdatum|Notiz", "P1|A|2|02.03.2026|x")
    question = open_of(section_of(Feed.RECEIPTS, sample_of(table)), "columns.receipt_id")
    assert [choice.value for choice in question.choices] == ["Bestellnummer", "Notiz"]
    assert "comes in one delivery" in question.choices[0].meaning
    bare = rows("SKU|Reason|Qty", "A|x|1")
    cancelled = open_of(section_of(Feed.CANCELLATIONS, sample_of(bare)), "columns.order_id")
    assert (cancelled.choices, cancelled.example) == ((), "...")


def test_what_is_free_is_no_count() -> None:
    section = section_of(Feed.STOCK, sample_of(rows("SKU|Available", "A|2")))
    assert [guess.key for guess in section.open] == [
        "count_basis",
        "count_scope",
        "counted_at_time",
        "columns.qty",
    ]
    assert "ask for such an export" in open_of(section, "columns.qty").why


@pytest.mark.parametrize(
    ("counted", "pattern", "asked"),
    [
        ("2026-03-02 06:00", "", False),
        ("2026-03-02", "", True),
        (None, "stock_%Y%m%d", True),
        (None, "stock_%Y%m%d_%H%M", False),
        (None, "", True),
    ],
)
def test_the_time_of_a_count_is_asked_where_nothing_says_it(
    counted: str | None, pattern: str, *, asked: bool
) -> None:
    table = rows("SKU|On Hand|counted_at", f"A|2|{counted or ''}")
    section = section_of(Feed.STOCK, sample_of(table, count_pattern=pattern))
    assert ("counted_at_time" in [guess.key for guess in section.open]) == asked
    assert settings_of(section.guesses).get("counted_at_pattern", "") == pattern


def test_who_said_when_counts_are_made_is_not_asked_again() -> None:
    told = Answered(("W1",), counted_at=time(6))
    section = section_of(Feed.STOCK, sample_of(rows("SKU|On Hand", "A|2")), told=told)
    assert section.open == []
    assert settings_of(section.guesses)["counted_at_time"] == time(6)


def test_files_of_one_feed_are_looked_at_together() -> None:
    first = rows("GRN|SKU|Qty|Date", "R1|A|2|03/04/2026")
    second = rows("GRN|SKU|Qty|Date", "R2|A|2|14/02/2026")
    other = rows("Receipt|Article|Received|Received Date", "R2|A|2|14/02/2026")
    section = section_of(
        Feed.RECEIPTS,
        *(sample_of(table, f"{place}.csv") for place, table in enumerate((first, second, other))),
    )
    assert section.files == ("0.csv", "1.csv")
    (guess,) = [guess for guess in section.guesses if guess.key == "date_format"]
    assert (guess.value, guess.why) == (
        "%d/%m/%Y",
        "the month cannot stand first in 14/02/2026 (Date, line 2 of 1.csv)",
    )


def test_the_form_is_that_of_a_file_which_shows_it() -> None:
    table = rows("GRN|SKU|Qty|Date", "R1|A|2|2026-03-02")
    frame = sample_of(table).frame
    forms = [
        (state("encoding", "utf-8", ASCII), state("delimiter", ",", ""), state("leave_out", ["Total"], "a")),
        (
            state("encoding", "cp1252", "ö"),
            state("delimiter", ",", ""),
            state("leave_out", ["#", "Total"], "b"),
        ),
    ]
    samples = [Sample(f"{place}.csv", frame, form) for place, form in enumerate(forms)]
    written = settings_of(section_of(Feed.RECEIPTS, *samples).guesses)
    assert (written["encoding"], written["leave_out"]) == ("cp1252", ["Total", "#"])
    assert "delimiter" not in written


def test_a_column_that_has_our_name_needs_no_mapping() -> None:
    table = rows("order_id|sku|qty|ordered_at", "1|A|2|2026-03-02")
    section = section_of(Feed.ORDERS, sample_of(table))
    assert section.guesses == ()
    assert dict(section.mapped) == {
        "order_id": "order_id",
        "sku": "sku",
        "qty": "qty",
        "ordered_at": "ordered_at",
    }


def test_a_name_that_no_list_of_the_settings_holds_is_not_filled_down() -> None:
    long = "Order No " + "x" * 100
    table = [{long: "1", "SKU": "A", "Qty": "1", "Order Date": "2026-03-02"}]
    sample = sample_of([*table, {**table[0], long: None}])  # type: ignore[list-item]
    match = match_feed(sample, Feed.ORDERS, KNOWN, skus=())
    match.sources["order_id"] = match.sources["sku"].__class__((long,), "")
    section = describe_section(Feed.ORDERS, [(sample, match)], KNOWN, TOLD)
    assert "fill_down" not in settings_of(section.guesses)
