"""One message an order and run, its kind, its identity, and the modes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from schemas.books.journal import Movement
from schemas.books.orders import OrderLine
from schemas.night import AsOf, Books
from schemas.results import QueuePosition
from tests.frames import NIGHT, frame_of
from tests.transforms.notices.nights import (
    client,
    in_days,
    kinds,
    line,
    listed,
    night,
    plan_of,
    remembered,
    tell,
)
from transforms.notices.messages import decide_messages

if TYPE_CHECKING:
    from schemas.settings.client import Client

ALL_KINDS = ("on_back_order", "eta_changed", "cancelled", "shipping_part", "shipping_now")


def cancelled(**values: Any) -> dict[str, Any]:  # noqa: ANN401 -- a test names whatever column is its point
    """A line of which all 5 units were cancelled."""
    return line(**({"open_qty": 0, "cancelled_qty": 5} | values))


def shipped(qty: int = 5, cause: str = "shipped", line_no: int = 1, ledger: str = "line") -> dict[str, Any]:
    """Units of a line that left the house tonight."""
    accounts = {"from_account": "RELEASED", "to_account": "SHIPPED"}
    return {"order_id": "O1", "line_no": line_no, "qty": qty, "cause": cause, "ledger": ledger, **accounts}


def test_an_order_cancelled_in_the_night_it_came_is_told_the_cancellation_and_nothing_else() -> None:
    told = night(cancelled(), cancelled(line_no=2))
    assert kinds(told) == ["cancelled"]
    assert listed(told, "kind", "cancelled_qty", "waiting_qty") == [("cancelled", 5, 0), ("cancelled", 5, 0)]


def test_cancelled_units_are_told_once() -> None:
    told = night(cancelled())
    assert remembered(told, "told_cancelled_qty", "told_qty") == [(5, 0)]
    assert kinds(night(cancelled(told_cancelled_qty=5))) == []


def test_only_newly_cancelled_units_are_told() -> None:
    told = night(cancelled(ordered_qty=8, cancelled_qty=8, told_cancelled_qty=5))
    assert listed(told, "cancelled_qty") == [(3,)]


def test_the_gravest_news_names_the_message_and_the_rest_is_in_it() -> None:
    told = night(cancelled(), line(line_no=2))
    assert kinds(told) == ["cancelled"]
    assert listed(told, "kind", "waiting_qty") == [("cancelled", 0), ("on_back_order", 5)]


def test_a_cancellation_says_what_still_waits_of_its_line() -> None:
    part = line(ordered_qty=8, open_qty=5, cancelled_qty=3, eta_on=in_days(1))
    assert listed(night(part), "cancelled_qty", "waiting_qty", "eta_on") == [(3, 5, in_days(1))]


def test_a_cancellation_of_a_line_on_hold_says_that_the_rest_is_checked() -> None:
    told = night(line(ordered_qty=8, cancelled_qty=3, hold_reason="unknown_sku", told_qty=8))
    assert listed(told, "cancelled_qty", "waiting_qty", "wait_reason") == [(3, 5, "being_checked")]
    assert remembered(told, "told_qty", "told_state") == [(5, "preview")]


def test_the_last_told_date_of_a_cancelled_line_is_kept_for_the_record() -> None:
    gone = cancelled(told_on=in_days(-3), told_qty=5, told_eta_on=in_days(9))
    assert remembered(night(gone), "told_eta_on", "told_qty") == [(in_days(9), 0)]


def test_shipments_are_not_told_unless_the_client_says_so() -> None:
    told = night(line(open_qty=0, shipped_qty=5), shipped=(shipped(),))
    assert kinds(told) == []
    assert remembered(told, "told_shipped_qty") == [(5,)]


def test_what_has_shipped_whole_is_shipping_now() -> None:
    told = night(
        line(open_qty=0, shipped_qty=5), shipped=(shipped(2), shipped(3)), merchant=client(tell_on=ALL_KINDS)
    )
    assert kinds(told) == ["shipping_now"]
    assert listed(told, "shipped_qty") == [(5,)]


@pytest.mark.parametrize("rest", [{"open_qty": 5, "eta_on": in_days(1)}, {"open_qty": 0, "released_qty": 5}])
def test_what_has_shipped_while_something_is_left_is_shipping_part(rest: dict[str, Any]) -> None:
    told = night(
        line(open_qty=0, shipped_qty=5),
        line(line_no=2, **rest),
        shipped=(shipped(),),
        merchant=client(tell_on=ALL_KINDS),
    )
    assert kinds(told) == ["shipping_part"]


def test_an_assumed_shipment_is_never_told() -> None:
    assumed = night(
        line(open_qty=0, shipped_qty=5),
        shipped=(shipped(cause="assumed"),),
        merchant=client(tell_on=ALL_KINDS),
    )
    assert kinds(assumed) == []


def test_a_release_that_was_found_short_is_no_shipment() -> None:
    short = shipped(cause="short") | {"to_account": "OPEN"}
    told = night(line(open_qty=0, shipped_qty=5), shipped=(short,), merchant=client(tell_on=ALL_KINDS))
    assert kinds(told) == []


def test_the_parts_of_a_kit_are_told_as_the_kits_that_they_make() -> None:
    parts = (shipped(8, ledger="stock"), shipped(4, ledger="stock"), shipped(4))
    told = night(line(open_qty=0, shipped_qty=5), shipped=parts, merchant=client(tell_on=ALL_KINDS))
    assert listed(told, "shipped_qty") == [(4,)]


def test_units_beyond_the_line_are_not_told_as_shipped() -> None:
    told = night(line(open_qty=0, shipped_qty=5), shipped=(shipped(9),), merchant=client(tell_on=ALL_KINDS))
    assert listed(told, "shipped_qty") == [(5,)]


def test_a_kind_switched_on_later_does_not_tell_what_happened_before() -> None:
    quiet = client(tell_on=("on_back_order",))
    before = night(cancelled(), line(line_no=2), merchant=quiet)
    assert listed(before, "line_no", "cancelled_qty") == [(2, 0)]
    after = tell(before.order_lines, one_standing(line_no=2), frame_of(Movement))
    assert kinds(after) == []


@pytest.mark.parametrize(
    ("merchant", "states"),
    [
        (client(mode="off"), []),
        (client(mode="preview"), ["preview"]),
        (client(mode="live"), ["to_send"]),
        (client(mode="live").model_copy(update={"status": "trial"}), ["preview"]),
    ],
)
def test_the_mode_decides_whether_a_message_is_sent(merchant: Client, states: list[str]) -> None:
    assert night(line(), merchant=merchant).messages["state"].to_list() == states


def test_with_notices_off_nothing_is_remembered_as_told() -> None:
    told = night(line(ordered_qty=8, cancelled_qty=3), merchant=client(mode="off"))
    assert remembered(told, "told_on", "told_qty", "told_cancelled_qty") == [(None, None, 3)]


def test_going_live_tells_an_open_order_afresh() -> None:
    preview = night(line(eta_on=in_days(9)))
    standing = one_standing(eta_on=in_days(9))
    live = tell(preview.order_lines, standing, frame_of(Movement), merchant=client(mode="live"))
    assert live.messages.select("kind", "state").rows() == [("on_back_order", "to_send")]
    assert live.message_lines["previous_eta_on"].to_list() == [None]
    again = tell(live.order_lines, standing, frame_of(Movement), merchant=client(mode="live"))
    assert kinds(again) == []


def test_the_same_night_again_tells_nothing() -> None:
    merchant = client(tell_on=ALL_KINDS)
    rows = frame_of(Movement, shipped(2))
    lines = frame_of(
        OrderLine, {"order_id": "O1", "ordered_qty": 9, "open_qty": 4, "shipped_qty": 2, "cancelled_qty": 3}
    )
    first = tell(lines, one_standing(), rows, merchant=merchant)
    assert listed(first, "shipped_qty", "cancelled_qty", "waiting_qty") == [(2, 3, 4)]
    second = tell(first.order_lines, one_standing(), rows, merchant=merchant, as_of=AsOf(NIGHT, 2))
    assert second.messages.is_empty()
    assert_frame_equal(pl.DataFrame(second.order_lines), pl.DataFrame(first.order_lines))


def test_a_message_that_says_the_same_again_later_has_another_id() -> None:
    lines = frame_of(OrderLine, {"order_id": "O1", "ordered_qty": 5, "open_qty": 5})
    ids, previous = [], []
    for week, eta in enumerate((None, 30, None, 30, None)):
        standing = one_standing(eta_on=None if eta is None else in_days(eta))
        as_of = AsOf(NIGHT + timedelta(weeks=week))
        told = tell(lines, standing, frame_of(Movement), as_of=as_of)
        lines = told.order_lines
        ids += told.messages["message_id"].to_list()
        previous += told.messages["previous_id"].to_list()
    assert len(set(ids)) == 5
    assert previous == [None, *ids[:-1]]


def test_every_line_of_the_order_knows_its_last_message() -> None:
    told = night(line(), line(line_no=2, open_qty=0, released_qty=5))
    message_id = told.messages["message_id"].item()
    assert remembered(told, "told_message_id", "told_on") == [(message_id, NIGHT), (message_id, None)]


def test_clients_are_independent_and_row_order_does_not_matter() -> None:
    rows: list[dict[str, Any]] = [
        {"client_id": c, "order_id": o, "ordered_qty": 5, "open_qty": 5} for c in "ab" for o in ("1", "2")
    ]
    keys = [{"client_id": r["client_id"], "order_id": r["order_id"]} for r in rows]
    both = {c: client().model_copy(update={"client_id": c}) for c in "ab"}

    def told_by(names: str, *, step: int) -> pl.DataFrame:
        mine = [(r, k) for r, k in zip(rows, keys, strict=True) if r["client_id"] in names][::step]
        return pl.DataFrame(
            decide_messages(
                Books.of({"order_lines": frame_of(OrderLine, *(r for r, _ in mine))}),
                plan_of(
                    standings=frame_of(
                        QueuePosition, *({**k, "is_due": True, "short_qty": 5} for _, k in mine)
                    )
                ),
                frame_of(Movement),
                clients={c: both[c] for c in names},
                warehouses={},
                as_of=AsOf(NIGHT),
            ).messages
        )

    assert_frame_equal(told_by("ab", step=-1), pl.concat([told_by("a", step=1), told_by("b", step=1)]))


def test_lines_of_other_clients_are_left_alone() -> None:
    other = frame_of(
        OrderLine, {"client_id": "other", "order_id": "O1", "cancelled_qty": 5, "ordered_qty": 5}
    )
    told = tell(other, frame_of(QueuePosition), frame_of(Movement))
    assert_frame_equal(pl.DataFrame(told.order_lines), pl.DataFrame(other))


def test_a_live_b2b_order_of_a_client_without_a_desk_is_a_finding() -> None:
    lost = night(line(order_type="b2b"), merchant=client(mode="live"))
    assert lost.findings.select("code", "subject", "command", "owner").rows() == [
        ("no_address", "O1", "backorders why acme O1 --workspace .", "client")
    ]
    desk = client(mode="live", desk_address="desk@acme.example")
    assert night(line(order_type="b2b"), merchant=desk).findings.is_empty()
    assert night(line(order_type="b2b")).findings.is_empty()


def one_standing(**values: Any) -> Any:  # noqa: ANN401 -- any column of a standing, and its frame
    """The standing of a due line of order O1."""
    return frame_of(QueuePosition, {"order_id": "O1", "is_due": True, "short_qty": 5} | values)


@pytest.mark.parametrize(("by_rule", "cause"), [(4, "cancelled_short"), (3, None), (0, None)])
def test_cancelled_units_say_the_rule_that_cancelled_all_of_them(by_rule: int, cause: str | None) -> None:
    lines = frame_of(OrderLine, {"order_id": "1", "ordered_qty": 10, "released_qty": 6, "cancelled_qty": 4})
    rule = {"order_id": "1", "cause": "cancelled_short", "cancelled_qty": by_rule, "is_due": True}
    told = tell(lines, frame_of(QueuePosition), frame_of(Movement), *[rule] * bool(by_rule))
    assert kinds(told) == ["cancelled"]
    assert listed(told, "cancelled_qty", "cancel_cause") == [(4, cause)]
