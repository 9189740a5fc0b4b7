"""Tests of the way from errors to exit codes, and of how soon help is there."""

from __future__ import annotations

import subprocess
import sys

import pytest

from flows.cli.app import app
from flows.outcomes import outcome_of
from schemas import errors
from tests.flows.cli.published import run


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.ConfigurationError, 2),
        (errors.GuardHeld, 3),
        (errors.SourceError, 10),
        (errors.AdmissionError, 11),
        (errors.InvariantError, 20),
        (errors.PublicationError, 30),
        (errors.BackordersError, 1),
    ],
)
def test_every_error_has_a_name_and_its_exit_code(error: type[errors.BackordersError], code: int) -> None:
    heading, exit_code = outcome_of(error("what is wrong"))
    assert exit_code == code
    assert heading


def test_every_command_says_what_it_does() -> None:
    for command in app.registered_commands:
        assert command.callback is not None
        assert (command.callback.__doc__ or "").endswith(".")


def test_a_wrong_option_is_an_error_of_the_command_line() -> None:
    assert run("status", "--nonsense").exit_code == 2


def test_help_needs_no_module_that_takes_long_to_import() -> None:
    program = "import sys, flows.cli; print(*{'prefect', 'polars', 'duckdb', 'pydantic'} & set(sys.modules))"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == ""
