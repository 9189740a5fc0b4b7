"""Acknowledgements of dropped files."""

from __future__ import annotations

import json
from typing import Any

import pytest

from flows.inbound.formats.delimited import DelimitedReader
from flows.outbound.clients.acknowledgements import (
    MAX_LISTED,
    Answering,
    render_acknowledgements,
    render_form_acknowledgement,
)
from schemas.intake.dropped_file import FileKey
from schemas.intake.refusal import Refusal
from schemas.intake.verdicts import FileOutcome, RejectedRow, RowOutcome
from schemas.settings.client import Client
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed
from tests.frames import NIGHT, frame_of
from tests.transforms.intake.door import client_of
from transforms.intake.file_form import Catalogue, SourceFile
from transforms.intake.rows.form import read_form, refused_form
from transforms.intake.rows.places import Place
from transforms.intake.rows.raw_rows import RawRows


def outcome(**values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any column of a file's outcome
    """A loaded file of five rows, two of them rejected."""
    usual = {
        "file_name": "orders.csv",
        "file_hash": "0123456789abcdef",
        "verdict": "loaded",
        "rows_read": 5,
        "rows_accepted": 2,
        "rows_set_aside": 1,
        "rows_rejected": 2,
        "qty_read": 24,
    }
    return usual | values


def acknowledge(
    *files: dict[str, Any],
    rejected: tuple[dict[str, Any], ...] = (),
    notes: tuple[dict[str, Any], ...] = (),
    places: dict[int, Place] | None = None,
) -> dict[str, str]:
    """Each acknowledgement by its path."""
    own = {"file_hash": "0123456789abcdef"}
    documents = render_acknowledgements(
        frame_of(FileOutcome, *files),
        frame_of(RejectedRow, *(own | row for row in rejected)),
        frame_of(RowOutcome, *(own | row for row in notes)),
        Answering({"acme": client_of()}, {FileKey("acme", "orders", "0123456789abcdef"): places or {}}),
    )
    return {document.path: document.content.decode() for document in documents}


PLACE = "acks/acme/orders/orders.csv.0123456789ab"


def test_a_file_is_answered_for_people_and_for_machines() -> None:
    assert sorted(acknowledge(outcome())) == [f"{PLACE}.json", f"{PLACE}.txt"]


def test_rows_are_counted_by_verdict_and_add_up() -> None:
    answers = acknowledge(outcome())
    rows = json.loads(answers[f"{PLACE}.json"])["rows"]
    assert rows == {"read": 5, "accepted": 2, "duplicate": 0, "set_aside": 1, "rejected": 2}
    assert "Rows read 5 = 2 accepted + 0 duplicate + 1 set aside + 2 rejected" in answers[f"{PLACE}.txt"]
    assert "Quantity  24 " in answers[f"{PLACE}.txt"]


@pytest.mark.parametrize("feed", ["items", "cancellations"])
def test_a_file_that_names_no_quantity_has_no_control_total(feed: str) -> None:
    told = acknowledge(outcome(feed=feed, qty_read=0))
    assert "Quantity" not in told[f"{PLACE}.txt".replace("orders/", f"{feed}/")]


def test_each_rejection_has_its_place_its_sentence_and_what_to_do() -> None:
    rejected = (
        {"row_no": 4, "reason_code": "column_count"},
        {"row_no": 2, "column": "qty", "reason_code": "not_a_number"},
    )
    answers = acknowledge(outcome(), rejected=rejected, places={2: Place(3, "order_id", "O7")})
    assert json.loads(answers[f"{PLACE}.json"])["rejections"][0] == {
        "row": 2,
        "line": 3,
        "about": {"order_id": "O7"},
        "column": "qty",
        "code": "not_a_number",
        "sentence": "the value is not a number",
        "hint": 'write digits, with the stated decimal mark and no unit (12 or 12.5; decimal_mark = ".")',
    }
    text = answers[f"{PLACE}.txt"]
    assert "  line 3, order_id O7, qty: the value is not a number (not_a_number); to do: write" in text
    assert "  data row 4, whole row: " in text


def test_notes_of_rows_are_given() -> None:
    notes = ({"row_no": 3, "note": "line 5: 2 units found no line"}, {"row_no": 4})
    text = acknowledge(outcome(), notes=notes)[f"{PLACE}.txt"]
    assert "Notes:\n  accepted, line 5: 2 units found no line\n" in text


def test_a_refused_file_says_why_and_what_to_do() -> None:
    refused = outcome(verdict="refused", reason_code="missing_column", detail="no column Qty", rows_read=0)
    text = acknowledge(refused)[f"{PLACE}.txt"]
    assert "Verdict  REFUSED: it cannot be read as a file of its feed" in text
    assert "Reason   no column Qty" in text
    assert "Hint     add the column, or map it in the client's file" in text


def test_a_refusal_without_a_detail_is_explained_by_its_code() -> None:
    text = acknowledge(outcome(verdict="refused", reason_code="empty_file"))[f"{PLACE}.txt"]
    assert "Reason   the file is empty; export it again" in text


def test_a_file_that_came_twice_lists_its_rejections_once() -> None:
    rejected = ({"row_no": 2, "reason_code": "missing"},)
    answers = acknowledge(outcome(), outcome(verdict="duplicate"), rejected=rejected)
    listed = {
        path: len(json.loads(text)["rejections"]) for path, text in answers.items() if path.endswith("json")
    }
    assert listed == {f"{PLACE}.json": 0, f"{PLACE}.2.json": 1}


def test_a_file_that_was_never_read_has_an_answer_too() -> None:
    answers = acknowledge(
        outcome(file_name="../pipe", file_hash="", verdict="refused", reason_code="not_a_file")
    )
    assert "acks/acme/orders/_pipe.unread.txt" in answers


def test_the_text_stays_short_and_counts_what_it_leaves_out() -> None:
    rejected = tuple({"row_no": n + 1, "reason_code": "missing"} for n in range(MAX_LISTED + 3))
    answers = acknowledge(outcome(), rejected=rejected)
    assert "  and 3 more; the JSON file has them all" in answers[f"{PLACE}.txt"]
    assert len(json.loads(answers[f"{PLACE}.json"])["rejections"]) == MAX_LISTED + 3


def test_files_dropped_in_another_order_give_the_same_answers() -> None:
    files = (outcome(), outcome(file_hash="ffff", file_name="b.csv"))
    assert acknowledge(*files) == acknowledge(*reversed(files))


SOURCE = SourceFile("acme", Feed.ORDERS, "0123456789abcdef", "orders.csv", NIGHT)


def test_by_day_a_files_form_is_answered_and_the_night_has_the_last_word() -> None:
    client = Client(client_id="acme", name="Acme", warehouses=("W1",))
    raw = DelimitedReader().read(
        b"order_id,sku,qty,ordered_at\n1,A,2,2026-03-01\n2,A,x,2026-03-01\n", client.feeds.orders
    )
    assert isinstance(raw, RawRows)
    form = read_form(raw.frame, source=SOURCE, client=client, catalogue=Catalogue.blank())
    answers = {
        doc.path: doc.content.decode() for doc in render_form_acknowledgement(form, SOURCE, Answering())
    }
    assert sorted(answers) == [f"{PLACE}.json", f"{PLACE}.txt"]
    text = answers[f"{PLACE}.txt"]
    assert "Rows read 2 = 1 accepted + 0 duplicate + 0 set aside + 1 rejected" in text
    assert "Form     only the form was read" in text
    assert "  data row 2, qty: the value is not a number" in text


def test_by_day_a_refused_file_is_answered() -> None:
    form = refused_form(Refusal(ReasonCode.EMPTY_FILE, "the file has no byte"))
    documents = render_form_acknowledgement(form, SOURCE, Answering())
    assert b"Verdict  REFUSED" in documents[1].content
    assert b"Reason   the file has no byte" in documents[1].content
