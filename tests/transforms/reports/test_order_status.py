"""What a client is told of its orders."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.books.catalogue import Item
from schemas.books.inbound import InboundLine
from schemas.books.journal import Movement
from schemas.books.orders import OrderLine, PendingRow, Shipment
from schemas.intake.verdicts import FileOutcome, RejectedRow, RowPlace
from schemas.night import Books
from schemas.results import Decision, QueuePosition, Reservation
from schemas.vocabulary.explanations import DecisionCode, ReservedReason
from tests.frames import NIGHT, frame_of
from transforms.reports.order_status import StatusFacts, build_order_status

if TYPE_CHECKING:
    from collections.abc import Sequence

SOON = NIGHT + timedelta(days=5)


def status(  # noqa: PLR0913 -- each table of a night may be the point of a test
    line: dict[str, Any] | None = None,
    *,
    eta: object = None,
    due: object = NIGHT,
    reason: str | None = "no_stock",
    awaits: str | None = None,
    overdue: str | None = None,
    stays: str = "group_incomplete",
    moved: Sequence[dict[str, Any]] = (),
    shipments: Sequence[dict[str, Any]] = (),
    rejected: Sequence[dict[str, Any]] = (),
    item: dict[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """The status of a client with at most one order line."""
    lines = [] if line is None else [{"order_id": "O1", "ordered_qty": 9, **line}]
    asn = {"asn_id": "N1", "asn_line_no": 1}
    standing = {"order_id": "O1", "eta_on": eta, "due_on": due, "awaits_count": awaits} | asn
    waits = bool(line and (line.get("open_qty") or line.get("reserved_qty")))
    decided = [{"order_id": "O1", "reason_code": reason, "qty": 1}] if waits and reason else []
    files = [{"file_name": "orders.csv", "verdict": "loaded"}] if rejected else []
    facts = StatusFacts(
        Books.of(
            {
                "order_lines": frame_of(OrderLine, *lines),
                "items": frame_of(Item, item or {}),
                "pending_rows": frame_of(PendingRow, {"order_id": "O7", "row_no": 3}),
                "inbound_lines": frame_of(
                    InboundLine, *([asn | {"expected_on": NIGHT, "status": overdue}] if overdue else [])
                ),
            }
        ),
        frame_of(QueuePosition, *([standing] if waits else [])),
        frame_of(Decision, *decided),
        frame_of(Reservation, *([{"order_id": "O1", "reason_code": stays, "qty": 1}] if waits else [])),
        frame_of(
            Movement, *({"ledger": "line", "order_id": "O1", "cause": "shipped", **row} for row in moved)
        ),
        frame_of(Shipment, *({"order_id": "O1", **row} for row in shipments)),
        frame_of(FileOutcome, *files),
        frame_of(RejectedRow, *rejected),
        frame_of(RowPlace, {"row_no": 1, "sheet_line": 3}, {"row_no": 3, "sheet_line": 8}),
    )
    return pl.DataFrame(build_order_status(facts)).to_dicts()


def told(row: dict[str, Any]) -> tuple[str, str, str]:
    """The three sentences of a row."""
    return row["reason"], row["next_step"], row["who_acts"]


def test_a_short_line_says_why_and_when() -> None:
    (row,) = status({"open_qty": 4}, eta=SOON)
    assert told(row) == (
        "4 of 9 waiting: there are no more units",
        "it is expected to ship on 2026-03-07",
        "nobody",
    )


@pytest.mark.parametrize("reason", ["not_counted", "rank"])
def test_a_line_without_a_date_that_waits_for_a_first_count_says_so(reason: str) -> None:
    (row,) = status({"open_qty": 4}, reason=reason, awaits="W1|W2")
    assert row["reason"] == f"4 of 9 waiting: {DecisionCode[reason.upper()].meaning}"
    assert (row["next_step"], row["who_acts"]) == (
        "drop the first count of W1 and W2; nobody is told before",
        "operator",
    )


def test_a_line_with_a_date_says_the_date_while_it_waits_for_a_first_count() -> None:
    (row,) = status({"open_qty": 4}, eta=SOON, awaits="W1")
    assert (row["next_step"], row["who_acts"]) == ("it is expected to ship on 2026-03-07", "nobody")


def test_a_short_line_without_a_date_says_who_must_act() -> None:
    (row,) = status({"open_qty": 4})
    assert told(row)[1:] == ("announce goods for it", "client")


def test_an_overdue_date_is_asked_for() -> None:
    (row,) = status({"open_qty": 4}, eta=SOON, overdue="overdue")
    assert told(row)[1:] == ("the goods were expected on 2026-03-02; send their new date", "client")
    (row,) = status({"open_qty": 4}, eta=SOON, overdue="expected")
    assert row["next_step"] == "it is expected to ship on 2026-03-07"


@pytest.mark.parametrize(
    ("reason", "who"),
    [("incomplete_intake", "operator"), ("unknown_sku", "client"), ("fraud check", "client")],
)
def test_a_line_on_hold_says_who_lifts_it(reason: str, who: str) -> None:
    (row,) = status({"open_qty": 4, "hold_reason": reason}, eta=SOON)
    assert row["reason"].startswith("on hold: ")
    assert row["who_acts"] == who


def test_a_reserved_line_that_is_due_waits_for_its_order() -> None:
    (row,) = status({"reserved_qty": 4}, eta=SOON)
    assert told(row) == (
        "4 of 9 kept for it: it ships complete only, and not all of it is there",
        "it ships when all that it ships with is there, expected on 2026-03-07",
        "nobody",
    )


def test_a_reserved_line_that_is_not_due_waits_for_its_day() -> None:
    (row,) = status({"reserved_qty": 4}, due=SOON, stays="not_due")
    assert row["next_step"] == "it ships when it is due, no date yet"


@pytest.mark.parametrize("reason", list(ReservedReason))
def test_every_reason_to_stay_reserved_has_a_next_step(reason: ReservedReason) -> None:
    (row,) = status({"reserved_qty": 4}, stays=reason.value)
    assert row["reason"] == f"4 of 9 kept for it: {reason.meaning}"
    assert row["next_step"].startswith("it ships when ")
    assert row["who_acts"] in {"client", "nobody"}


def test_a_line_has_a_place_in_the_queue_as_long_as_it_waits_for_units() -> None:
    assert status({"open_qty": 4})[0]["queue_place"] is not None
    assert status({"reserved_qty": 4})[0]["queue_place"] is None


def test_a_released_line_is_the_warehouses_turn() -> None:
    (row,) = status({"released_qty": 9, "hold_reason": "client_hold"})
    assert told(row)[0] == "9 of 9 handed to the warehouse"
    assert row["who_acts"] == "warehouse"


def test_a_line_shipped_tonight_is_told_with_its_tracking() -> None:
    shipped = {"from_account": "RELEASED", "to_account": "SHIPPED", "qty": 9}
    numbers: list[dict[str, Any]] = [
        {"shipped_qty": 5, "tracking_no": "T2"},
        {"shipped_qty": 4, "tracking_no": "T1"},
        {"shipped_qty": 1},
    ]
    (row,) = status({"shipped_qty": 9}, moved=[shipped], shipments=numbers)
    assert (row["newly_shipped_qty"], row["tracking_no"], row["status"]) == ("9", "T1|T2", "shipped")
    assert row["reason"] == "9 of 9 shipped"


def test_a_line_cancelled_tonight_is_told() -> None:
    (row,) = status(
        {"cancelled_qty": 9}, moved=[{"from_account": "OPEN", "to_account": "CANCELLED", "qty": 9}]
    )
    assert (row["reason"], row["newly_cancelled_qty"]) == ("9 of 9 cancelled", "9")


def test_a_line_that_closed_on_an_earlier_night_is_not_told_again() -> None:
    assert status({"shipped_qty": 9}) == []


def test_a_movement_that_was_taken_back_is_not_told() -> None:
    there = {"from_account": "RELEASED", "to_account": "SHIPPED", "qty": 9}
    back = {"from_account": "SHIPPED", "to_account": "RELEASED", "qty": 9}
    assert status({"shipped_qty": 9}, moved=[there, back]) == []


def test_stock_movements_are_not_the_lines() -> None:
    stock = {"ledger": "stock", "from_account": "RELEASED", "to_account": "SHIPPED", "qty": 9}
    assert status({"shipped_qty": 9}, moved=[stock]) == []


def test_quantities_have_the_items_decimals() -> None:
    (row,) = status({"open_qty": 45, "ordered_qty": 90}, item={"decimals": 1})
    assert row["reason"].startswith("4.5 of 9.0 wait")


def test_a_rejected_row_is_told_with_all_its_reasons() -> None:
    rejected = [
        {"row_no": 3, "column": "qty", "reason_code": "not_whole"},
        {"row_no": 3, "reason_code": "column_count"},
    ]
    (row,) = status(rejected=rejected)
    assert row["reason"] == (
        "qty: the value is not a whole number; the row has more or fewer fields than the header"
    )
    told_of = ("order_id", "file_name", "file_line", "who_acts")
    assert [row[name] for name in told_of] == ["O7", "orders.csv", 8, "operator"]


def test_rejected_rows_of_other_feeds_are_not_the_orders() -> None:
    assert status(rejected=[{"feed": "stock", "row_no": 3, "reason_code": "not_whole"}]) == []


def test_lines_come_first_and_rejected_rows_of_unknown_orders_last() -> None:
    rows = status({"open_qty": 4}, rejected=[{"row_no": 1, "reason_code": "missing"}])
    assert [row["order_id"] for row in rows] == ["O1", None]


def test_what_a_rule_cancelled_tonight_is_said_beside_what_became_of_the_rest() -> None:
    cancelled = {"from_account": "OPEN", "to_account": "CANCELLED", "qty": 4, "cause": "cancelled_short"}
    (row,) = status({"released_qty": 5, "cancelled_qty": 4}, moved=[cancelled])
    short = "they were short, and the client allows no back order"
    assert row["reason"] == f"5 of 9 handed to the warehouse; 4 cancelled tonight: {short}"
    (row,) = status({"cancelled_qty": 9}, moved=[cancelled | {"qty": 9, "cause": "cancelled_late"}])
    assert (
        row["reason"] == "9 of 9 cancelled; 9 cancelled tonight: they could not ship by their last ship date"
    )
