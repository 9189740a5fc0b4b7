"""What counts as a mail address can always be written into a mail."""

from __future__ import annotations

from email.headerregistry import Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.settings.mail_address import is_address

LOCAL = st.text("ab.0-=?_+'*!{}~/", min_size=1, max_size=12)
DOMAIN = st.text("ab.0-", min_size=1, max_size=9)


@given(LOCAL, DOMAIN)
def test_the_mail_library_takes_every_address(local: str, domain: str) -> None:
    text = f"{local}@{domain}.example"
    if is_address(text):
        assert Address(addr_spec=text).addr_spec == text


@pytest.mark.parametrize(
    "text",
    [
        "ann@c.example",
        "a.n+n=x@b-c.example",
        "a?=b@c.example",
        "+49170@sms.example",
        "a-b|c/d@e.example",
        f"{'a' * 64}@c.de",
    ],
)
def test_common_addresses_are_addresses(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a@b",
        ".a@b.de",
        "a.@b.de",
        "a..b@c.de",
        "=?x@b.de",
        "a@b@c.de",
        "a b@c.de",
        "-oQ/tmp@c.de",
        "|cat@c.de",
        "/etc@c.de",
    ],
)
def test_others_are_none(text: str) -> None:
    assert not is_address(text)
