"""Bytes become text strictly, or the file is refused with the place of the first wrong byte."""

from __future__ import annotations

import codecs

import pytest

from flows.inbound.formats.decoding import check_text, count_lines
from flows.inbound.formats.physical import PhysicalLines
from flows.inbound.taking.line_end import ends_line
from schemas.intake.refusal import Refusal
from schemas.vocabulary.codes import ReasonCode


def detail_of(content: bytes, encoding: str) -> str:
    """The sentence with which the bytes are refused."""
    refusal = check_text(content, encoding)
    assert isinstance(refusal, Refusal)
    assert refusal.code is ReasonCode.BAD_ENCODING
    return refusal.detail


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("sku\nÄ€\n".encode(), "utf-8"),
        (codecs.BOM_UTF8 + "sku\nÄ€\n".encode(), "utf-8"),
        (codecs.BOM_UTF8 + "sku\nÄ€\n".encode(), "utf-8-sig"),
        ("sku\nÄ€\n".encode("cp1252"), "cp1252"),
        ("sku\nÄ€\n".encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + "sku\nÄ€\n".encode("utf-16-be"), "utf-16"),
        (codecs.BOM_UTF16_BE + "sku\nÄ€\n".encode("utf-16-be"), "utf-16-be"),
        ("sku\nÄ€\n".encode("utf-16-le"), "utf-16-le"),
        ("sku\nÄ€\n".encode("utf-32"), "utf-32"),
    ],
)
def test_text_is_read_in_its_encoding_and_the_mark_is_taken_off(content: bytes, encoding: str) -> None:
    text = check_text(content, encoding)
    assert not isinstance(text, Refusal)
    assert (text.lines, list(PhysicalLines(text))) == (2, ["sku\n", "Ä€\n"])


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_byte_that_is_not_text_is_named_with_its_line(line_end: str) -> None:
    content = f"sku{line_end}A{line_end}".encode() + b"B\xff"
    assert f"byte {len(content) - 1} (line 3)" in detail_of(content, "utf-8")


def test_a_byte_that_is_not_text_is_counted_from_the_start_of_the_file_even_behind_a_mark() -> None:
    content = codecs.BOM_UTF8 + b"A\n\xff"
    assert "byte 5 (line 2)" in detail_of(content, "utf-8")


@pytest.mark.parametrize(
    ("content", "encoding", "place"),
    [
        (b"A\nB\x00", "utf-8", "byte 3 (line 2)"),
        (codecs.BOM_UTF8 + b"A\nB\x00", "utf-8", "byte 6 (line 2)"),
        (b"A\nB\x00", "latin-1", "byte 3 (line 2)"),
        ("A\nB\x00".encode("utf-16-le"), "utf-16", "byte 6 (line 2)"),
        (codecs.BOM_UTF16_LE + "A\nB\x00".encode("utf-16-le"), "utf-16", "byte 8 (line 2)"),
    ],
)
def test_a_nul_is_no_text(content: bytes, encoding: str, place: str) -> None:
    assert place in detail_of(content, encoding)


@pytest.mark.parametrize(
    ("content", "encoding", "hint"),
    [
        ("sku\n".encode("utf-16"), "utf-8", "utf-16"),
        ("sku\n".encode("utf-16"), "cp1252", "utf-16"),
        ("sku\n".encode("utf-32"), "utf-16", "utf-32"),
        (codecs.BOM_UTF16_BE + b"\x00s", "utf-16-le", "utf-16"),
        (codecs.BOM_UTF8 + b"sku\n", "cp1252", "utf-8"),
    ],
)
def test_a_mark_that_contradicts_the_settings_says_which_encoding_to_set(
    content: bytes, encoding: str, hint: str
) -> None:
    assert f'set encoding = "{hint}"' in detail_of(content, encoding)


def test_half_a_character_at_the_end_is_refused() -> None:
    assert "byte 4" in detail_of("ab".encode("utf-16-le") + b"x", "utf-16-le")


@pytest.mark.parametrize(("text", "ends"), [("", 0), ("a\nb\r\nc\rd", 3), ("\r\r\n\n", 3)])
def test_each_kind_of_line_end_counts_once(text: str, ends: int) -> None:
    assert count_lines(text) == ends


@pytest.mark.parametrize(
    ("content", "encoding", "ends"),
    [
        (b"a\n1\n", "utf-8", True),
        (b"a\r1\r", "cp1252", True),
        (b"a\n1", "utf-8", False),
        (b"\xef\xbb\xbfa\n", "utf-8", True),
        ("a\n1\n".encode("utf-16"), "utf-16", True),
        ("a\n1\n".encode("utf-16-le"), "utf-16", True),
        ("a\n1\n".encode("utf-16-be"), "utf-16-be", True),
        ("a\n1".encode("utf-16-be"), "utf-16-be", False),
        ("a\n1\n".encode("utf-32"), "utf-32", True),
        # a letter of which a half looks like a line end
        ("a\n1\u0a05".encode("utf-16-le"), "utf-16", False),
        ("a\n1\u010a".encode("utf-16-be"), "utf-16-be", False),
        ("a\n1\n".encode("utf-16-le")[:-1], "utf-16", False),
        ("a\n1\n".encode("cp037"), "cp037", True),
        (b"a\n1\x00\x00\x00", "utf-8", False),
        (b"", "utf-8", False),
    ],
)
def test_a_line_end_is_one_in_the_encoding_of_the_file(content: bytes, encoding: str, *, ends: bool) -> None:
    assert ends_line(content[:4], content[-4:], len(content), encoding) is ends
