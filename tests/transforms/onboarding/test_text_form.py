"""Tests of encodings and of what a file says of its delimiter."""

from __future__ import annotations

import pytest

from transforms.onboarding.text_form import find_encoding, says_delimiter


@pytest.mark.parametrize(
    ("content", "encoding", "why"),
    [
        (b"sku,qty\n", "utf-8", "all bytes are ASCII"),
        ("Größe,1\n".encode(), "utf-8", "all bytes are text in it"),
        ("sku\n".encode("utf-8-sig"), "utf-8", "the file begins with the mark of utf-8"),
        ("sku\n".encode("utf-16"), "utf-16", "the file begins with the mark of utf-16"),
        ("sku,qty\n".encode("utf-16-le"), "utf-16-le", "every second byte is a NUL"),
        ("sku,qty\n".encode("utf-16-be"), "utf-16-be", "every second byte is a NUL"),
        ("sku\nGröße\n".encode("cp1252"), "cp1252", "no utf-8: in line 2 one byte is ö"),
        (b"sku\nGr\xf6\x81e\n", "latin-1", "in line 2 and elsewhere no other encoding has such bytes"),
    ],
)
def test_an_encoding_is_named_with_what_decides_it(content: bytes, encoding: str, why: str) -> None:
    guess = find_encoding(content)
    assert (guess.value, guess.why) == (encoding, why)


@pytest.mark.parametrize(
    ("beginning", "mark"), [("sep=;\r\na;b", ";"), ('\ufeff"sep=|"\na|b', "|"), ("sep,a\n1,2", ""), ("", "")]
)
def test_a_first_line_may_say_the_delimiter(beginning: str, mark: str) -> None:
    assert says_delimiter(beginning) == mark
