"""Tests of errors, refusals and codes."""

from __future__ import annotations

import pytest

from schemas import errors
from schemas.intake.refusal import Refusal, column_at
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.explanations import DecisionCode
from schemas.vocabulary.findings import FindingCode, Owner


@pytest.mark.parametrize(
    ("error", "exit_code"),
    [
        (errors.ConfigurationError, 2),
        (errors.GuardHeld, 3),
        (errors.SourceError, 10),
        (errors.AdmissionError, 11),
        (errors.InvariantError, 20),
        (errors.PublicationError, 30),
        (errors.DamageError, 40),
    ],
)
def test_every_error_has_the_exit_code_that_operators_know(
    error: type[errors.BackordersError], exit_code: int
) -> None:
    assert issubclass(error, errors.BackordersError)
    assert error.exit_code == exit_code


def test_a_refusal_is_a_code_and_a_sentence() -> None:
    refusal = Refusal(ReasonCode.EMPTY_FILE, "0 bytes")
    assert (refusal.code, refusal.detail) == ("empty_file", "0 bytes")


@pytest.mark.parametrize(
    ("place", "letters"),
    [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (53, "BA"), (702, "ZZ"), (703, "AAA"), (2000, "BXX")],
)
def test_a_column_is_named_as_a_spreadsheet_names_it(place: int, letters: str) -> None:
    assert column_at(place) == f"column {place} ({letters})"


def test_a_code_is_its_text_and_keeps_its_meaning_beside_it() -> None:
    assert f"{ReasonCode.NO_HEADER}" == "no_header"
    assert ReasonCode.NO_HEADER.meaning == "the first line does not name columns"


def test_a_finding_knows_who_acts_and_what_to_type() -> None:
    assert FindingCode.NEGATIVE_STOCK.owner is Owner.SUPERVISOR
    assert FindingCode.NEGATIVE_STOCK.command == "backorders stock {client_id} {subject}"


def test_every_finding_says_what_to_do() -> None:
    assert [finding for finding in FindingCode if not finding.command] == []


def test_decisions_are_attributed_in_the_order_of_their_declaration() -> None:
    assert DecisionCode.values()[0] == "order_hold"
    assert DecisionCode.values()[-2:] == ["not_counted", "no_stock"]
