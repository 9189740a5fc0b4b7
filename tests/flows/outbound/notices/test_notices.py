"""Notices as files: what stands in them, who gets them, and what a hostile value cannot do."""

from __future__ import annotations

import json
from datetime import date
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from schemas.vocabulary.words import NoticeKind
from tests.flows.outbound.notices.notice_world import files, merchant, message_line, render

if TYPE_CHECKING:
    from email.message import EmailMessage

    from flows.outbound.documents import Document


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
    assert mail["Subject"] == "Order O1: part of your order is on back order"


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


def test_a_mailer_with_words_of_its_own_finds_the_reason_and_the_date() -> None:
    line = message_line(wait_reason="late", wait_qty=2, eta_on=date(2026, 3, 12))
    (section,) = entry_of(render(line))["sections"]
    (told,) = section["lines"]
    assert (told["wait_reason"], told["eta_on"]) == ("late", "2026-03-12")


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
    with pytest.raises(ValidationError, match="cannot be seen or break a line"):
        merchant(brand=bad)


def test_a_value_never_becomes_markup() -> None:
    html = files(render(items=[{"description": "<script>alert(1)</script>"}]))["message.html"]
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_text_is_not_escaped_for_html() -> None:
    assert "Larkmoor & Daughters" in files(render())["message.txt"]
