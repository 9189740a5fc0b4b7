"""Tests of twin rows, of rows that wait, and of what a night's identity may not depend on."""

from __future__ import annotations

from datetime import timedelta

import polars as pl

from schemas.intake.verdicts import RejectedRow
from tests.frames import NIGHT, frame_of
from tests.transforms.intake.door import client_of
from tests.transforms.intake.nights import Nights, row, told
from transforms.intake.identity.new_facts import keys_of_accepted


def test_identical_rows_without_number_are_two_lines_and_a_finding() -> None:
    tonight = Nights().identify(row("f", 1), row("f", 2), row("f", 3, sku="B"), row("f", 4, order_id="O2"))
    assert [told(tonight)["f", number] for number in (1, 2, 3)] == ["new 1", "new 2", "new 3"]
    assert tonight.findings.select("code", "subject", "detail").rows() == [
        (
            "twin_rows",
            "O1",
            "data row 1 of file f is line 1 of the order; data row 2 of file f is line 2 of the order",
        )
    ]
    again = Nights().after(tonight).identify(row("g", 1), row("g", 2))
    assert told(again) == {("g", 1): "duplicate", ("g", 2): "duplicate"}
    assert again.findings.height == 0


def test_identical_rows_are_one_line_where_the_client_says_so() -> None:
    nights = Nights(clients={"acme": client_of(twin_rows="duplicate")})
    tonight = nights.identify(row("f", 1), row("f", 2), row("f", 3, sku="B"))
    assert told(tonight) == {("f", 1): "new 1", ("f", 2): "duplicate", ("f", 3): "new 3"}
    assert tonight.findings.height == 0
    again = nights.after(tonight).identify(row("g", 1), row("g", 2), row("g", 3, sku="B"))
    assert set(told(again).values()) == {"duplicate"}


def test_numbered_rows_are_no_twins() -> None:
    tonight = Nights().identify(row("f", 1, line_no=1), row("f", 2, line_no=2))
    assert (set(told(tonight).values()), tonight.findings.height) == ({"new 1", "new 2"}, 0)


def test_clients_are_independent_and_the_order_of_rows_does_not_matter() -> None:
    mine = [row("f", 1), row("f", 2), row("g", 1, line_no=1, qty=9), row("h", 1, line_no=1, qty=8)]
    other = [{**each, "client_id": "zeta"} for each in mine]
    both = Nights().identify(*mine, *other)
    back = Nights().identify(*reversed([*mine, *other]))
    alone = [Nights().identify(*mine), Nights().identify(*other)]
    for name in ("outcomes", "rejected", "row_keys", "findings", "pending_rows"):
        assert getattr(both, name).equals(getattr(back, name))
        assert getattr(both, name).equals(pl.concat([getattr(one, name) for one in alone]))
    assert both.rows.orders.equals(back.rows.orders)
    assert both.rows.orders.equals(pl.concat([one.rows.orders for one in alone]))


def test_a_pending_row_keeps_the_night_on_which_it_began_to_wait() -> None:
    pending = {"order_id": "O1", "file_hash": "f", "row_no": 2, "line_no": 2, "since_on": NIGHT}
    first = Nights().identify(pending=(pending,))
    again = {**pending, "line_no": None, "since_on": NIGHT + timedelta(days=1)}
    second = Nights().after(first).identify(pending=(again,))
    assert second.pending_rows.select("line_no", "since_on").rows() == [(2, NIGHT)]


def test_a_row_that_posting_rejects_leaves_no_key() -> None:
    tonight = Nights().identify(row("f", 1), row("f", 2))
    rejected = frame_of(RejectedRow, {"file_hash": "f", "row_no": 2, "reason_code": "line_closed"})
    assert keys_of_accepted(tonight.facts, rejected)["row_no"].to_list() == [1]


def test_the_same_bytes_in_two_feeds_are_rejected_each_for_themselves() -> None:
    tonight = Nights().identify(row("f", 1), row("f", 1, file_feed="cancellations", order_id="O2"))
    rejected = frame_of(RejectedRow, {"file_hash": "f", "row_no": 1, "reason_code": "line_closed"})
    assert keys_of_accepted(tonight.facts, rejected)["business_key"].to_list() == ["O2|1"]


def test_a_quiet_night_has_no_facts() -> None:
    tonight = Nights().identify()
    assert tonight.row_keys.height == tonight.outcomes.height == tonight.pending_rows.height == 0
