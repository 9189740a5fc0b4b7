"""What a buyer or a desk reads: why it waits and until when, what was cancelled, and of whom it is said."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest

from flows.outbound.notices.phrases import write_day
from schemas.vocabulary.explanations import WaitReason
from tests.flows.outbound.notices.notice_world import files, merchant, message_line, render
from tests.frames import NIGHT

SOON = NIGHT + timedelta(days=10)
LATER = NIGHT + timedelta(days=14)


def text_of(*lines: dict[str, Any], **facts: Any) -> str:  # noqa: ANN401 -- whatever `render` takes
    """The text of the one message."""
    return files(render(*lines, **facts))["message.txt"]


def waiting(reason: str | None = "out_of_stock", **values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any column
    """A line of which two units wait for a reason."""
    return message_line(**({"wait_reason": reason, "wait_qty": 2 if reason else None} | values))


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 3, 12), "Thursday 12 March"),
        (date(2026, 3, 1), "Sunday 1 March"),
        (date(2027, 1, 7), "Thursday 7 January 2027"),
    ],
)
def test_a_day_is_said_with_its_weekday_and_with_another_year(day: date, words: str) -> None:
    assert write_day(day, NIGHT) == words


@pytest.mark.parametrize("ending", ["txt", "html"])
def test_a_date_is_a_day_by_which_it_leaves(ending: str) -> None:
    line = waiting(eta_on=SOON, previous_eta_on=NIGHT + timedelta(days=4), queue_place=7)
    text = files(render(line))[f"message.{ending}"]
    for words in (
        "Expected to ship by Thursday 12 March",
        "We had told you Friday 6 March",
        "Place 7 in the queue",
        "A date is the day by which the goods leave the warehouse; delivery takes a little longer.",
    ):
        assert words in text


def test_without_a_date_the_message_says_so_and_explains_none() -> None:
    text = text_of()
    assert "      No date yet\n" in text
    assert "A date is" not in text


def test_a_date_that_is_gone_is_missed_as_one() -> None:
    assert "      No new date yet\n      We had told you Thursday 12 March\n" in text_of(
        waiting(previous_eta_on=SOON)
    )


def test_a_date_told_before_is_not_repeated() -> None:
    assert "We had told you" not in text_of(waiting(eta_on=SOON, previous_eta_on=SOON))


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("being_checked", "Being checked before shipping"),
        ("on_hold", "On hold"),
        ("pre_order", "Pre-order"),
        ("late", "Out of stock, and the delivery is late"),
        ("out_of_stock", "Out of stock"),
        ("kept_for_earlier", "What is in stock is kept for earlier orders"),
        ("ships_together", "In stock; ships together with the rest of your order"),
        ("ready", "In stock and kept for you"),
    ],
)
def test_each_reason_has_its_words(reason: str, words: str) -> None:
    assert f"      {words}\n      No date yet\n" in text_of(waiting(reason))


def test_every_reason_is_tested_above() -> None:
    assert {*WaitReason.values()} == {
        *("being_checked", "on_hold", "pre_order", "late", "out_of_stock", "kept_for_earlier"),
        *("ships_together", "ready"),
    }


@pytest.mark.parametrize(
    ("reason", "qty", "words"),
    [
        ("out_of_stock", 1, "1 of these is out of stock"),
        ("late", 3, "3 of these are out of stock, and the delivery is late"),
        ("kept_for_earlier", 3, "3 of these are out of stock: what is there is kept for earlier orders"),
        ("ships_together", 1, "1 of these is in stock"),
    ],
)
def test_a_reason_of_some_units_says_of_how_many(reason: str, qty: int, words: str) -> None:
    line = waiting(reason, waiting_qty=5, wait_qty=qty)
    assert f"      {words}\n" in text_of(line)
    assert "12.5 of these are" in text_of(waiting(waiting_qty=200, wait_qty=125), items=[{"decimals": 1}])


def test_a_message_of_an_older_program_that_knew_no_reason_says_none() -> None:
    assert "cardigan, navy, M (LK)\n      No date yet" in text_of(waiting(None), order={"sent_sku": "LK"})


@pytest.mark.parametrize(
    ("line", "order", "opening"),
    [
        (
            waiting(),
            {},
            "We do not have your order in stock at the moment. You keep your place in the queue,",
        ),
        (waiting(), {"released_qty": 1}, "We do not have all of your order in stock at the moment."),
        (waiting(wait_qty=1), {}, "We do not have all of your order in stock at the moment."),
        (waiting("being_checked"), {}, "Your order can not ship yet; you see below why."),
        (
            waiting("on_hold"),
            {"released_qty": 1},
            "Not all of your order can ship at once; you see below why.",
        ),
    ],
)
def test_a_back_order_opens_with_what_is_true_of_it(
    line: dict[str, Any], order: dict[str, Any], opening: str
) -> None:
    assert opening in text_of(line, order={"open_qty": 2} | order)


def test_what_is_checked_has_to_wait_and_is_not_called_a_back_order() -> None:
    shown = files(render(waiting("being_checked"), order={"open_qty": 2, "released_qty": 1}))
    assert "Subject: Order O1: part of your order has to wait" in shown["message.eml"]


def test_a_pre_order_is_not_called_a_back_order() -> None:
    head = {"kind": "pre_order"}
    shown = files(render(waiting("pre_order", eta_on=SOON), head=head, order={"open_qty": 2}))
    mail = shown["message.eml"]
    assert "Subject: Order O1: your order is a pre-order" in mail
    assert "Pre-order\n      Expected to ship by Thursday 12 March\n" in shown["message.txt"]
    assert not any(words in shown["message.txt"] for words in ("back order", "in stock"))


@pytest.mark.parametrize(
    ("line", "subject", "opening"),
    [
        (
            waiting(eta_on=LATER, previous_eta_on=SOON),
            "the expected date has changed",
            "There is news about when",
        ),
        (waiting(eta_on=LATER), "there is a date for your order", "There is news about when"),
        (
            waiting("late", previous_eta_on=SOON),
            "the expected date can not be kept",
            "We can not keep the date that we told you, and do not have a new one yet.",
        ),
    ],
)
def test_a_moved_date_says_how_it_moved(line: dict[str, Any], subject: str, opening: str) -> None:
    shown = files(render(line, head={"kind": "eta_changed"}))
    assert f"Subject: Order O1: {subject}" in shown["message.eml"]
    assert opening in shown["message.txt"]


def test_goods_that_leave_before_the_day_that_was_told_are_said_to_be_early() -> None:
    gone = message_line(waiting_qty=0, shipped_qty=3, previous_eta_on=SOON)
    assert "      Earlier than we told you: Thursday 12 March\n" in text_of(
        gone, head={"kind": "shipping_now"}
    )
    late = gone | {"previous_eta_on": NIGHT}
    assert "Earlier" not in text_of(late, head={"kind": "shipping_now"})


@pytest.mark.parametrize(
    ("kind", "shipped", "heading"),
    [
        ("shipping_now", 3, "your order has shipped"),
        ("shipping_now", 5, "the rest of your order has shipped"),
        ("shipping_part", 5, "part of your order has shipped"),
    ],
)
def test_a_shipment_says_what_part_of_the_order_it_is(kind: str, shipped: int, heading: str) -> None:
    gone = message_line(waiting_qty=0, shipped_qty=3)
    shown = files(render(gone, head={"kind": kind}, order={"shipped_qty": shipped}))
    assert f"Subject: Order O1: {heading}" in shown["message.eml"]


def test_a_cancellation_by_a_rule_says_why() -> None:
    short = message_line(waiting_qty=0, cancelled_qty=4, kind="cancelled", cancel_cause="cancelled_short")
    late = short | {"line_no": 2, "cancel_cause": "cancelled_late"}
    asked = short | {"line_no": 3, "cancel_cause": None}
    text = text_of(short, late, asked, head={"kind": "cancelled"})
    assert "What is listed below was cancelled. It will not ship." in text
    for remark in ("Not in stock", "Would come too late", "On request"):
        assert f"      {remark}\n" in text


@pytest.mark.parametrize(
    ("order", "heading"),
    [({}, "your order was cancelled"), ({"open_qty": 1}, "part of your order was cancelled")],
)
def test_a_cancellation_says_how_much_of_the_order_it_is(order: dict[str, Any], heading: str) -> None:
    gone = message_line(waiting_qty=0, cancelled_qty=2)
    shown = files(render(gone, head={"kind": "cancelled"}, order=order))
    assert f"Subject: Order O1: {heading}" in shown["message.eml"]
    assert "What is listed below was cancelled on request. It will not ship." in shown["message.txt"]


@pytest.mark.parametrize("ending", ["txt", "html"])
def test_a_desk_reads_of_its_buyer_and_how_to_cancel(ending: str) -> None:
    order = {"order_type": "b2b", "po_number": "PO 114", "consignee_id": "C7", "open_qty": 2}
    text = files(render(waiting(), order=order, person={"ship_to_name": "Kestrel Garage"}))[
        f"message.{ending}"
    ]
    for words in (
        "Order O1 of Kestrel Garage",
        "their reference PO 114",
        "We do not have the order in stock at the moment. It keeps its place in the queue",
        "To cancel what still waits, send a cancellation as usual.",
        "This message goes to your desk; the buyer gets none from us.",
    ):
        assert words in text
    assert "your order" not in text.lower()
    assert "reply" not in text.lower()


def test_the_subject_for_a_desk_names_the_buyer_by_what_is_known() -> None:
    b2b = {"order_type": "b2b"}
    person = {"ship_to_name": "Kestrel\nGarage"}
    for order, people, of_buyer in (
        (b2b, person, " of Kestrel Garage"),
        (b2b, person | {"ship_to_company": "Vale Ltd"}, " of Kestrel Garage, Vale Ltd"),
        (b2b, {"ship_to_company": "Vale Ltd"}, " of Vale Ltd"),
        (b2b | {"consignee_id": "C7"}, {}, " of C7"),
        (b2b, {}, ""),
    ):
        shown = files(render(waiting(), order=order, person=people, client=merchant(reply_to="a@b.example")))
        subject = json.loads(shown["notices.ndjson"])["subject"]
        assert subject == f"Order O1{of_buyer}: part of the order is on back order"


def test_whose_order_names_the_desk_as_its_address_is_written_of_to_the_desk() -> None:
    person = {"email": "Desk@larkmoor.example", "ship_to_name": "Ann Bell", "language": "de"}
    shown = files(render(waiting(), person=person))
    assert "Order O1 of Ann Bell\n" in shown["message.txt"]
    assert "message.eml" in shown
    no_desk = merchant(desk_address="")
    assert (
        "Your order O1\n" in files(render(waiting(), person={"email": None}, client=no_desk))["message.txt"]
    )


def test_a_desk_is_not_told_to_cancel_what_does_not_wait() -> None:
    gone = message_line(waiting_qty=0, cancelled_qty=2)
    text = text_of(gone, head={"kind": "cancelled"}, order={"order_type": "b2b"})
    assert "What is listed below was cancelled on your instruction. It will not ship." in text
    assert "To cancel" not in text
