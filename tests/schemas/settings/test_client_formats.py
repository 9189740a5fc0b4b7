"""What a client's file may say about the form of its files."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from schemas.settings.client import NO_DELIMITERS, NO_ENCODINGS, FeedSettings


@pytest.mark.parametrize(
    "encoding", ["utf-8", "UTF_8", "cp1252", "latin-1", "utf-16", "utf-16-le", "shift_jis"]
)
def test_a_text_encoding_is_taken_as_stated(encoding: str) -> None:
    assert FeedSettings(encoding=encoding).encoding == encoding


@pytest.mark.parametrize(
    "encoding", [*NO_ENCODINGS, "nope", "", "hex", "rot13", "zip", "U7", "unicode-escape"]
)
def test_what_does_not_turn_bytes_into_text_is_refused(encoding: str) -> None:
    with pytest.raises(ValidationError, match="is not a text encoding"):
        FeedSettings(encoding=encoding)


def test_an_encoding_of_characters_that_cannot_be_seen_is_refused() -> None:
    with pytest.raises(ValidationError, match="has characters that cannot be seen"):
        FeedSettings(encoding="a\x00b")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^", "§"])
def test_any_other_character_may_stand_between_fields(delimiter: str) -> None:
    assert FeedSettings(delimiter=delimiter).delimiter == delimiter


@pytest.mark.parametrize("delimiter", NO_DELIMITERS)
def test_a_quotation_mark_or_line_end_is_no_delimiter(delimiter: str) -> None:
    with pytest.raises(ValidationError, match="cannot stand between fields"):
        FeedSettings(delimiter=delimiter)
