"""Taking a person out of picks, messages and quarantine, and leaving everybody else as they were."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.erasing.published import ABOUT_PEOPLE, redact_messages, redact_picks, redact_quarantine
from flows.outbound.clients.quarantine import corrections_workbook
from flows.outbound.documents import csv_content
from flows.outbound.warehouses.forms import read_picks, write_picks
from flows.outbound.workbooks import read_workbook, workbook_content
from schemas.outputs.reports import Pick
from tests.frames import frame_of
from tests.transforms.intake.door import client_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas.settings.warehouse import PickForm

ANN = {"order_id": "1", "ship_to_name": "Ann", "ship_to_address": '7 "Old" Road, York', "phone": "01"}
BOB = {"order_id": "2", "ship_to_name": "Bob", "po_number": "", "lot_id": None}
WANTED = {"acme": frozenset({"1"})}
QUARANTINE = "order_id,sku,ship_to_name,bo_file,bo_row,bo_reason,bo_column,bo_hint,bo_text\n"


def picks_of(*rows: Mapping[str, str | None]) -> bytes:
    """A pick file."""
    return csv_content(frame_of(Pick, *({"unit": "EA", "qty": "1", "rest_qty": "0", **row} for row in rows)))


def quarantined(*rows: str) -> bytes:
    """A quarantine file."""
    return b"\xef\xbb\xbf" + (QUARANTINE + "".join(f"{row}\n" for row in rows)).encode()


def test_of_an_erased_order_a_pick_row_keeps_its_goods_and_the_other_rows_keep_everything() -> None:
    redacted = redact_picks(picks_of(ANN, BOB, {**ANN, "client_id": "bolt"}), WANTED)
    assert redacted == picks_of({"order_id": "1"}, BOB, {**ANN, "client_id": "bolt"})


@pytest.mark.parametrize("form", ["csv_with_mark", "xlsx"])
def test_a_pick_file_stays_in_its_form(form: PickForm) -> None:
    before = read_picks(picks_of(ANN, BOB))[0]
    after = read_picks(picks_of({"order_id": "1"}, BOB))[0]
    assert redact_picks(write_picks(before, form), WANTED) == write_picks(after, form)


def test_a_pick_file_that_says_nothing_of_the_person_stays_as_it_is() -> None:
    assert redact_picks(picks_of({"order_id": "1"}, BOB), WANTED) is None
    assert redact_picks(picks_of(), WANTED) is None
    assert redact_picks(picks_of(ANN), {}) is None


def test_everything_about_a_person_in_a_pick_is_known() -> None:
    about = ("ship_to_", "phone", "email", "order_note")
    assert [name for name in Pick.names() if name.startswith(about)] == ABOUT_PEOPLE


def test_of_an_erased_orders_message_only_ids_are_left() -> None:
    messages = [
        {"message_id": f"m{order}", "client_id": "acme", "order_id": order, "to": "x@y.test", "text": "Dear"}
        for order in ("1", "2")
    ]
    content = "".join(json.dumps(message) + "\n" for message in messages).encode()
    redacted, erased = redact_messages(content, "acme", {"1"})
    first, second = map(json.loads, redacted.decode().splitlines())
    assert erased == ["m1"]
    assert first == {**messages[0], "to": None, "text": None, "is_erased": True}
    assert second == messages[1]
    assert redact_messages(redacted, "acme", {"1"}) == (redacted, ["m1"])
    assert redact_messages(content, "bolt", {"1"}) == (content, [])


def test_the_quarantined_rows_of_an_erased_order_go_also_a_line_that_is_no_row() -> None:
    ann, bob = "'=1,A,Ann,ff,3,missing,qty,write it,", '2,A,"Bob, Jr",ff,4,missing,qty,write it,'
    broken = ',,,ff,5,column_count,,write it,"=1,A,Ann,too,many"'
    left = redact_quarantine(
        quarantined(ann, bob, broken), {"=1"}, feed="orders", client=client_of(delimiter=",")
    )
    assert left == quarantined(bob)


def test_a_quarantine_file_of_others_stays_as_it_is_and_an_empty_one_goes() -> None:
    content = quarantined("1,A,Ann,ff,3,missing,qty,write it,")
    assert redact_quarantine(content, {"2"}, feed="orders", client=client_of()) == content
    assert redact_quarantine(content, {"1"}, feed="orders", client=client_of()) is None


def test_a_quarantine_file_that_cannot_be_read_goes_as_a_whole_if_it_may_hold_the_person() -> None:
    content = quarantined("17,A,Ann,ff,3,missing,qty,write it,")
    assert redact_quarantine(content, {"17"}, feed="orders", client=None) is None
    assert redact_quarantine(content, {"7"}, feed="orders", client=None) == content
    torn = content + b'17,A,"Ann\n'
    assert redact_quarantine(torn, {"17"}, feed="orders", client=client_of()) is None


def test_the_quarantined_rows_of_an_erased_order_go_from_a_workbook() -> None:
    names = QUARANTINE.strip().split(",")
    ann = ["1", "A", "Ann", "ff", "3", "missing", "qty", "write it", ""]
    rows = pl.DataFrame([ann, ["2", "A", "Bob", *ann[3:]]], schema=names, orient="row")
    settings = client_of().feeds.orders
    left = redact_quarantine(corrections_workbook(rows, settings), {"1"}, feed="orders", client=client_of())
    assert left is not None
    assert read_workbook(left)["ship_to_name"].to_list() == ["Bob"]
    assert redact_quarantine(left, {"2"}, feed="orders", client=client_of()) is None
    assert redact_quarantine(left, {"3"}, feed="orders", client=client_of()) == left


def test_a_quarantined_workbook_that_cannot_be_read_goes_since_nobody_sees_whom_it_names() -> None:
    content = workbook_content(frame_of(Pick, BOB | {"unit": "EA", "qty": "1", "rest_qty": "0"}))
    assert redact_quarantine(content, {"17"}, feed="orders", client=None) is None
