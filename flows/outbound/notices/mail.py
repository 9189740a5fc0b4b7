"""A message as a mail: the same bytes whenever it is written, and nothing of a value becomes a header."""

from __future__ import annotations

from datetime import UTC, datetime, time
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from schemas.settings.mail_address import is_address

DOMAIN = "backorders.invalid"
"""No mail is ever answered to a message id, so its domain is one that exists nowhere (RFC 2606)."""


def compose_mail(entry: dict[str, Any], *, brand: str, sender: str) -> bytes:
    """The mail of a message; its date is the business date, its id the message's."""
    mail = EmailMessage(policy=SMTP)
    mail["Message-ID"] = _mail_id(entry["message_id"])
    mail["Date"] = format_datetime(datetime.combine(entry["business_date"], time(), UTC))
    mail["From"] = Address(display_name=" ".join(brand.split()), addr_spec=sender)
    mail["To"] = Address(addr_spec=entry["to"])
    mail["Subject"] = " ".join(entry["subject"].splitlines())
    if entry["reply_to"] and is_address(entry["reply_to"]):
        mail["Reply-To"] = Address(addr_spec=entry["reply_to"])
    if entry["previous_id"]:
        mail["References"] = _mail_id(entry["previous_id"])
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Backorders-State"] = entry["state"]
    mail.set_content(entry["text"], cte="quoted-printable")
    mail.add_alternative(entry["html"], subtype="html", cte="quoted-printable")
    mail.set_boundary(f"=_{entry['message_id']}")
    return mail.as_bytes()


def _mail_id(message_id: str) -> str:
    return f"<{message_id}@{DOMAIN}>"
