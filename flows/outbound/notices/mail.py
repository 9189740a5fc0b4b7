"""A message as a mail: the same bytes whenever it is written, and nothing of a value becomes a header.

What a mail is made of stands here as text, since it is the same in each: the mail library takes fifteen times
as long. Headers that are not short and plain are the library's, which knows how other characters and long
lines are written (RFC 2047, RFC 5322).
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time
from email.headerregistry import Address
from email.policy import SMTP
from email.quoprimime import body_encode
from email.utils import format_datetime
from functools import lru_cache
from typing import Any

from schemas.settings.mail_address import is_address

DOMAIN = "backorders.invalid"
"""No mail is ever answered to a message id, so its domain is one that exists nowhere (RFC 2606)."""

MAX_LINE = 78
"""Characters of a line (RFC 5322)."""

PLAIN = re.compile(r"[!-~](?:[ -~]*[!-~])?")
"""ASCII that can be seen, with spaces within."""

PLAIN_ADDRESS = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")

ENCODED_WORD = "=?"
"""Begins a text that mail programs decode."""

PART = """\
--{boundary}\r
Content-Type: text/{subtype}; charset="utf-8"\r
Content-Transfer-Encoding: quoted-printable\r
{more}\r
{body}\r
"""


def compose_mail(entry: dict[str, Any], *, brand: str, sender: str) -> bytes:
    """The mail of a message; its date is the business date, its id the message's."""
    boundary = f"=_{entry['message_id']}"
    head = [
        _header("Message-ID", _mail_id(entry["message_id"])),
        _date(entry["business_date"]),
        _from(brand, sender),
        _address("To", entry["to"]),
        _header("Subject", " ".join(entry["subject"].splitlines())),
    ]
    if entry["reply_to"] and is_address(entry["reply_to"]):
        head.append(_address("Reply-To", entry["reply_to"]))
    if entry["previous_id"]:
        head.append(_header("References", _mail_id(entry["previous_id"])))
    head += [
        _header("Auto-Submitted", "auto-generated"),
        _header("X-Backorders-State", entry["state"]),
        "MIME-Version: 1.0\r\n",
        # a line of its own, since ids are long
        f'Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n',
    ]
    parts = [
        PART.format(boundary=boundary, subtype="plain", more="", body=_body(entry["text"])),
        PART.format(
            boundary=boundary, subtype="html", more="MIME-Version: 1.0\r\n", body=_body(entry["html"])
        ),
    ]
    return "".join([*head, *parts, f"--{boundary}--\r\n"]).encode()


def _mail_id(message_id: str) -> str:
    return f"<{message_id}@{DOMAIN}>"


@lru_cache(maxsize=10)
def _date(business_date: date) -> str:
    """The date of all mails of a night."""
    return _header("Date", format_datetime(datetime.combine(business_date, time(), UTC)))


@lru_cache(maxsize=1000)
def _from(brand: str, sender: str) -> str:
    """The sender of all mails of a client."""
    return _folded("From", Address(display_name=" ".join(brand.split()), addr_spec=sender))


def _address(name: str, address: str) -> str:
    """The header of one address without a name."""
    if PLAIN_ADDRESS.fullmatch(address) and len(name) + len(address) + 2 <= MAX_LINE:
        return f"{name}: {address}\r\n"
    return _folded(name, Address(addr_spec=address))


def _header(name: str, value: str) -> str:
    """The header of a text."""
    is_short = len(name) + len(value) + 2 <= MAX_LINE
    if is_short and PLAIN.fullmatch(value) and ENCODED_WORD not in value:
        return f"{name}: {value}\r\n"
    return _folded(name, value)


def _folded(name: str, value: str | Address) -> str:
    """A header as the mail library writes it, in lines that are short enough."""
    return str(SMTP.fold(*SMTP.header_store_parse(name, value)))


def _body(text: str) -> str:
    """A text in quoted-printable, its lines ended as mails end them."""
    return "".join(map(_quoted_line, text.encode().splitlines() or [b""]))


@lru_cache(maxsize=1000)
def _quoted_line(line: bytes) -> str:
    """A line in quoted-printable. Most lines of a mail are those of its template."""
    return body_encode(line.decode("latin-1") + "\n", MAX_LINE).replace("\n", "\r\n")
