"""Notices as files: what stands in them, who gets them, and what a hostile value cannot do."""

from __future__ import annotations

import json
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest

from flows.outbound.notice_words import write_date
from schemas.vocabulary import NoticeKind
from tests.flows.outbound.notice_world import files, merchant, message_line, render
from tests.frames import NIGHT

if TYPE_CHECKING:
    from email.message import EmailMessage

    from flows.outbound.documents import Document

SOON = NIGHT + timedelta(days=9)


def mail_of(rendered: list[Document]) -> EmailMessage:
    """The one mail, read back as a mail program reads it."""
    (document,) = [document for document in rendered if document.path.endswith(".eml")]
    return message_from_bytes(document.content, policy=default)


def entry_of(rendered: list[Document]) -> dict[str, Any]:
    """The one entry of the NDJSON file."""
    (line,) = files(rendered)["notices.ndjson"].splitlines()
    entry: dict[str, Any] = json.loads(line)
    return entry


def test_a_message_is_text_html_mail_and_an_entry_of_the_feed() -> None:
    rendered = render()
    assert sorted(document.path for document in rendered) == [
        "notices/acme/notices.ndjson",
        *(f"notices/acme/to_send/{'a' * 32}.{ending}" for ending in ("eml", "html", "txt")),
    ]


@pytest.mark.parametrize("kind", NoticeKind.values())
def test_every_kind_has_its_own_words(kind: str) -> None:
    line = message_line(shipped_qty=1, cancelled_qty=1)
    text = files(render(line, head={"kind": kind}))["message.txt"]
    for words in ("Cancelled\n", "On their way\n", "Waiting\n", "2 x Wool cardigan, navy, M"):
        assert words in text


def test_a_date_is_written_so_that_nobody_misreads_it() -> None:
    assert write_date(NIGHT) == "2 March 2026"
    line = message_line(eta_on=SOON, previous_eta_on=NIGHT + timedelta(days=4), queue_place=7)
    for ending in ("txt", "html"):
        text = files(render(line))[f"message.{ending}"]
        assert "Expected to ship on 11 March 2026" in text
        assert "Before, we told you 6 March 2026" in text
        assert "Place 7 in the queue" in text


def test_without_a_date_the_message_says_so() -> None:
    assert "No date yet" in files(render())["message.txt"]


def test_a_date_that_has_come_is_not_told_as_a_date() -> None:
    text = files(render(message_line(eta_on=NIGHT)))["message.txt"]
    assert "Expected to ship any day now" in text
    assert "2 March" not in text


def test_a_date_told_before_is_not_repeated() -> None:
    assert "Before" not in files(render(message_line(eta_on=SOON, previous_eta_on=SOON)))["message.txt"]


def test_a_cancellation_by_a_rule_says_why() -> None:
    short = message_line(waiting_qty=0, cancelled_qty=4, kind="cancelled", cancel_cause="cancelled_short")
    late = short | {"line_no": 2, "cancel_cause": "cancelled_late"}
    asked = short | {"line_no": 3, "cancel_cause": None}
    text = files(render(short, late, asked, head={"kind": "cancelled"}))["message.txt"]
    assert "The units below were cancelled. They will not ship." in text
    for remark in ("Not in stock", "Would come too late", "On the instruction of Larkmoor & Daughters"):
        assert f"      {remark}\n" in text


def test_a_cancellation_says_who_cancelled() -> None:
    gone = message_line(waiting_qty=0, cancelled_qty=2)
    shown = files(render(gone, head={"kind": "cancelled"}))
    words = "The units below were cancelled on the instruction of Larkmoor & Daughters. They will not ship."
    assert words in shown["message.txt"]
    assert words.replace("&", "&amp;") in shown["message.html"]


def test_the_message_says_how_to_cancel_what_waits() -> None:
    words = "You can cancel what still waits: reply to this message or write to hello@larkmoor.example."
    assert words in files(render())["message.txt"]
    gone = message_line(waiting_qty=0, cancelled_qty=2)
    assert "Questions? Reply" in files(render(gone, head={"kind": "cancelled"}))["message.txt"]


def test_without_a_reply_address_the_brand_is_named() -> None:
    silent = merchant(reply_to="", from_address="news@larkmoor.example")
    assert "please get in touch with Larkmoor & Daughters." in files(render(client=silent))["message.txt"]
    gone = message_line(waiting_qty=0, cancelled_qty=2)
    assert "Questions" not in files(render(gone, client=silent))["message.txt"]


def test_goods_without_a_name_are_called_by_the_sku_as_sent() -> None:
    text = files(render(items=[{"description": None}], order={"sent_sku": "LK-1"}))["message.txt"]
    assert "2 x LK-1\n" in text


def test_quantities_have_the_items_decimals() -> None:
    assert "12.5 x" in files(render(message_line(waiting_qty=125), items=[{"decimals": 1}]))["message.txt"]


def test_the_mail_is_dated_by_the_night_and_named_by_the_message() -> None:
    mail = mail_of(render(head={"previous_id": "b" * 32}))
    assert mail["Message-ID"] == f"<{'a' * 32}@backorders.invalid>"
    assert mail["References"] == f"<{'b' * 32}@backorders.invalid>"
    assert mail["Date"] == "Mon, 02 Mar 2026 00:00:00 +0000"
    assert mail["From"] == "Larkmoor & Daughters <hello@larkmoor.example>"
    assert (mail["To"], mail["Reply-To"]) == ("ann@consignee.example", "hello@larkmoor.example")
    assert mail["Subject"] == "Order O1: units of your order are on back order"


def test_the_mail_has_the_text_and_the_html() -> None:
    rendered = render()
    mail, written = mail_of(rendered), files(rendered)
    plain, html = (mail.get_body((kind,)) for kind in ("plain", "html"))
    assert plain is not None
    assert html is not None
    assert plain.get_content().splitlines() == written["message.txt"].splitlines()
    assert html.get_content().splitlines() == written["message.html"].splitlines()


def test_the_same_message_has_the_same_bytes() -> None:
    assert render() == render()


def test_a_b2b_order_is_told_to_the_clients_desk() -> None:
    assert mail_of(render(order={"order_type": "b2b"}))["To"] == "desk@larkmoor.example"


def test_a_sender_of_its_own_is_used() -> None:
    client = merchant(from_address="news@larkmoor.example")
    assert mail_of(render(client=client))["From"].endswith("<news@larkmoor.example>")


@pytest.mark.parametrize(
    "email",
    [
        None,
        "",
        "ann",
        "ann@",
        "a@b@c.example",
        "Ann <ann@c.example>",
        "a@c.example, b@c.example",
        ".a@c.example",
    ],
)
def test_what_is_no_bare_address_gets_no_mail(email: str | None) -> None:
    rendered = render(person={"email": email})
    assert "message.eml" not in files(rendered)
    assert entry_of(rendered)["to"] is None
    assert entry_of(rendered)["state"] == "to_send"


def test_a_preview_says_so_and_lies_where_no_mailer_looks() -> None:
    rendered = render(head={"state": "preview"})
    assert all("/to_send/" not in document.path for document in rendered)
    assert "[Preview: this message was not sent]" in files(rendered)["message.txt"]
    assert "Preview: this message was not sent." in files(rendered)["message.html"]
    assert mail_of(rendered)["X-Backorders-State"] == "preview"


def test_a_client_without_a_sender_sends_no_mail() -> None:
    silent = merchant(reply_to="", mode="preview")
    assert "message.eml" not in files(render(head={"state": "preview"}, client=silent))


def test_a_reply_address_that_is_none_is_left_out() -> None:
    client = merchant(reply_to="our desk", from_address="news@larkmoor.example")
    assert mail_of(render(client=client))["Reply-To"] is None


def test_who_asks_for_another_language_gets_no_english_mail() -> None:
    asked = render(person={"language": "de"})
    assert "message.eml" not in files(asked)
    assert (entry_of(asked)["language"], entry_of(asked)["to"]) == ("de", "ann@consignee.example")
    assert "message.eml" in files(render(person={"language": "de"}, order={"order_type": "b2b"}))


@pytest.mark.parametrize("bad", ["O1\r\nBcc: all@evil.example", "O1\nX: y"])
def test_no_value_becomes_a_header(bad: str) -> None:
    mail = mail_of(render(order={"po_number": bad}, items=[{"description": bad}]))
    assert mail["Bcc"] is None
    assert entry_of(render(person={"email": f"a@c.example\r\nBcc: {bad}"}))["to"] is None
    assert mail_of(render(client=merchant(brand=bad)))["Bcc"] is None


def test_a_value_never_becomes_markup() -> None:
    html = files(render(items=[{"description": "<script>alert(1)</script>"}]))["message.html"]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_text_is_not_escaped_for_html() -> None:
    assert "Larkmoor & Daughters" in files(render())["message.txt"]
