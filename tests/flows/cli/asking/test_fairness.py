"""Tests of what `why` says where units did not go by plain rank, by hand-made nights."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from flows.cli.asking.fairness import keep_remedies, tell_fairness
from schemas.vocabulary.explanations import ReservedReason
from tests.flows.cli.published import Rows, publish, run

if TYPE_CHECKING:
    from pathlib import Path

LINE: dict[str, Any] = {
    "overtaken_nights": 0,
    "overtaken_on": None,
    "due_on": date(2026, 3, 9),
    "ship_not_before": date(2026, 3, 10),
}
NIGHTS = [
    {"business_date": day, "version": number, "held_clients": ""}
    for number, day in enumerate((date(2026, 3, 2), date(2026, 3, 3)), start=1)
]
WAITS = {"sku": "A", "order_type": "dtc", "ship_rule": "order_complete", "status": "open", "open_qty": 5}
ORDER = {**WAITS, "order_id": "O1", "ordered_qty": 9, "reserved_qty": 4, "due_on": date(2026, 3, 2)}
MOVED = "on 2026-03-03, was 2026-03-06: ASN N1 line 1 was cancelled"
STORY: Rows = {
    "nights": NIGHTS,
    "order_lines": [
        {
            **ORDER,
            "rank": 1,
            "queue_place": 1,
            "ahead_qty": 0,
            "overtaken_nights": 2,
            "overtaken_on": date(2026, 3, 3),
            "eta_reason": f"not enough announced; moved {MOVED}",
            "may_be_overtaken": True,
        },
        {**WAITS, "order_id": "O2", "ordered_qty": 5, "due_on": date(2026, 3, 2)},
    ],
    "reservations": [{"order_id": "O1", "sku": "A", "reason_code": "group_incomplete", "qty": 4}],
    "overtakings": [
        {"order_id": "O1", "rule": "group_incomplete", "qty": 7, "by_order_id": "O2", "by_line_no": 1}
    ],
    "lost_reservations": [
        {"order_id": "O1", "lost_qty": 3, "to_order_id": "O2", "to_line_no": 1, "standing": "gain"}
    ],
    "movements": [
        {
            "seq": 1,
            "business_date": date(2026, 3, 3),
            "ledger": "stock",
            "from_account": "FREE",
            "to_account": "ADJUSTED",
            "qty": 3,
            "cause": "counted",
            "warehouse_id": "W1",
        },
        {
            "seq": 2,
            "business_date": date(2026, 3, 2),
            "ledger": "line",
            "order_id": "O1",
            "line_no": 1,
            "from_account": "RESERVED",
            "to_account": "OPEN",
            "qty": 2,
            "cause": "lost_reservation",
            "warehouse_id": "W1",
        },
    ],
}


def words(text: str) -> str:
    """The text without the line breaks and gaps of its layout."""
    return " ".join(text.split())


def told(**facts: list[dict[str, Any]]) -> list[str]:
    """The sentences of a line, with their labels."""
    return [f"{label}: {text}" for label, text in tell_fairness(LINE, facts)]


def test_why_says_who_overtook_whom_by_which_rule_and_on_how_many_nights(tmp_path: Path) -> None:
    page = words(run("why", "acme", "O1", "--workspace", str(publish(tmp_path, STORY))).output)
    assert (
        "overtaken tonight 7 units of A in W1 went to worse ranks, first O2 line 1: it ships complete only, "
        "and not all of it is there (group_incomplete)"
    ) in page
    assert "on 2 nights so far while it was incomplete, last on 2026-03-03" in page


def test_why_says_whom_an_order_overtook(tmp_path: Path) -> None:
    page = words(run("why", "acme", "O2", "--workspace", str(publish(tmp_path, STORY))).output)
    assert "overtook O1 line 1, which ranks better for A in W1 (group_incomplete)" in page


def test_why_says_why_units_that_are_there_stay_and_what_would_make_them_leave(tmp_path: Path) -> None:
    page = words(run("why", "acme", "O1", "--workspace", str(publish(tmp_path, STORY))).output)
    assert "kept back 4 units in W1: it ships complete only, and not all of it is there" in page
    assert "ships when all that it ships with is there" in page


def test_why_says_what_was_lost_to_whom_and_what_left_the_shelf(tmp_path: Path) -> None:
    page = words(run("why", "acme", "O1", "--workspace", str(publish(tmp_path, STORY))).output)
    assert (
        "lost 3 reserved units in W1: fewer units are there than were reserved (stock_fell); units there are "
        "with O2 line 1; off the shelf that night: 3 (a count differs from the books)"
    ) in page
    assert "lost before 2 reserved units in W1 on 2026-03-02" in page


def test_why_says_when_and_why_the_date_moved(tmp_path: Path) -> None:
    page = words(run("why", "acme", "O1", "--workspace", str(publish(tmp_path, STORY))).output)
    assert f"promise no date yet (not enough announced) moved {MOVED}" in page


def test_a_loss_without_a_winner_and_without_a_movement_says_only_why() -> None:
    lost = {
        "warehouse_id": "W1",
        "lost_qty": 1,
        "lost_reason": "no_longer_allowed",
        "to_order_id": None,
        "cause": None,
    }
    (sentence,) = told(lost_reservations=[lost])
    assert sentence.startswith("lost: 1 reserved unit in W1: the line may no longer be served from that")
    assert sentence.endswith("(no_longer_allowed)")


def test_two_causes_of_one_loss_stand_in_one_sentence() -> None:
    lost = {
        "warehouse_id": "W1",
        "lost_qty": 5,
        "lost_reason": "stock_fell",
        "to_order_id": None,
    }
    rows = [lost | {"cause": cause, "left_qty": qty} for cause, qty in (("counted", 3), ("adjusted", 2))]
    (sentence,) = told(lost_reservations=rows)
    assert sentence.endswith(
        "off the shelf that night: 3 (a count differs from the books), 2 (a correction was reported)"
    )


@pytest.mark.parametrize("reason", list(ReservedReason))
def test_every_reason_to_stay_says_what_would_make_the_units_leave(reason: ReservedReason) -> None:
    (remedy,) = keep_remedies(LINE, [{"reason_code": reason.value}, {"reason_code": reason.value}])
    assert remedy


def test_a_reason_that_ends_on_a_day_names_the_day() -> None:
    reasons = [{"reason_code": "not_due"}, {"reason_code": "ship_not_before"}]
    assert list(keep_remedies(LINE, reasons)) == [
        "it is due, on 2026-03-09",
        "the day comes before which it may not leave, on 2026-03-10",
    ]


def test_a_line_that_went_by_plain_rank_has_nothing_of_this_to_tell() -> None:
    assert told() == []
