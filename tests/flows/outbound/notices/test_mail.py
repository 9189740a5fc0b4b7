"""Mails are made of text, and are what the mail library makes of the same values."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from flows.outbound.notices.mail import DOMAIN, compose_mail
from schemas.settings.mail_address import is_address

NIGHT = date(2026, 3, 4)
IDS = st.text(alphabet="0123456789abcdef", min_size=32, max_size=32)
ODD = "ab =.\n\r\t é€-:;,\"'<>()[]\\?_@From~"
TEXTS = st.text(max_size=200) | st.text(alphabet=ODD, max_size=300)
ADDRESSES = st.sampled_from(
    [
        "a@b.example",
        "a.b+c@x-y.example",
        "o'neil@x.example",
        "müller@x.example",
        f"{'x' * 60}@long-long-name.example",
        "a_b@sub.domain.example",
    ]
)


def by_library(entry: dict[str, Any], brand: str, sender: str) -> bytes:
    """The same mail, all of it by the mail library."""
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = f"<{entry['message_id']}@{DOMAIN}>"
    mail["Date"] = format_datetime(datetime.combine(entry["business_date"], time(), UTC))
    mail["From"] = Address(display_name=" ".join(brand.split()), addr_spec=sender)
    mail["To"] = Address(addr_spec=entry["to"])
    mail["Subject"] = " ".join(entry["subject"].splitlines())
    if entry["reply_to"] and is_address(entry["reply_to"]):
        mail["Reply-To"] = Address(addr_spec=entry["reply_to"])
    if entry["previous_id"]:
        mail["References"] = f"<{entry['previous_id']}@{DOMAIN}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Backorders-State"] = entry["state"]
    mail.set_content(entry["text"], cte="quoted-printable")
    mail.add_alternative(entry["html"], subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{entry['message_id']}")
    return mail.as_bytes()


def answer(make: Any, *given_values: Any) -> Any:  # noqa: ANN401 -- bytes, or which error
    """What a function gives, or the kind of its error."""
    try:
        return make(*given_values)
    except Exception as error:  # noqa: BLE001 -- compared
        return type(error)


@settings(max_examples=40)
@given(
    entry=st.fixed_dictionaries(
        {
            "message_id": IDS,
            "business_date": st.just(NIGHT),
            "to": ADDRESSES,
            "subject": TEXTS,
            "reply_to": ADDRESSES | st.just(""),
            "previous_id": IDS | st.none(),
            "state": st.sampled_from(["final", "preview"]),
            "text": TEXTS,
            "html": TEXTS,
        }
    ),
    brand=TEXTS,
)
def test_a_mail_is_what_the_mail_library_makes_of_it(entry: dict[str, Any], brand: str) -> None:
    ours = answer(lambda: compose_mail(entry, brand=brand, sender="no-reply@x.example"))
    assert ours == answer(by_library, entry, brand, "no-reply@x.example")
