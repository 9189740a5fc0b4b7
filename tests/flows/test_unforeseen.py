"""Errors that nobody foresaw say where they came from, and nothing of what a client wrote."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING

import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.cli.asking import status
from flows.night.planning import planning
from flows.scheduling.prefect_flows import TASKS, wordless
from flows.unforeseen import told, words_of
from schemas.books.people import ShipTo
from schemas.errors import ConfigurationError, PublicationError, UnforeseenError
from tests.flows.night.small_world import MONDAY, drop_first_day, make_world, run_night
from tests.frames import frame_of
from transforms.night.planning import plan_night

if TYPE_CHECKING:
    from pathlib import Path

    from schemas.night import NightInputs, NightPlan

NAME = "Annabel Quexley"


def fail(*_: object, **__: object) -> None:
    """Polars says which values it could not convert."""
    pl.Series("name", [NAME]).cast(pl.Int64)


def test_the_words_of_polars_and_pandera_hold_values() -> None:
    with pytest.raises(pl.exceptions.InvalidOperationError, match=NAME):
        fail()


def test_an_error_that_nobody_foresaw_tells_its_type_and_the_way_to_it() -> None:
    with pytest.raises(Exception) as caught:  # noqa: PT011 -- of whichever type Pandera raises
        frame_of(ShipTo).with_columns(pl.lit(NAME).alias(NAME)).pipe(ShipTo.validate)
    said = told(caught.value)
    assert NAME not in said
    assert said.startswith(f"{type(caught.value).__name__} < schemas/table.py:")
    assert words_of(caught.value) == said


@pytest.mark.parametrize("error", [ConfigurationError("mend it"), OSError(28, "No space left")])
def test_words_of_ours_and_of_the_system_are_told(error: Exception) -> None:
    assert told(error) == f"{type(error).__name__}: {error}"
    assert words_of(error) == str(error)


def test_the_log_of_a_plan_that_fails_names_no_value(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail_for_acme(inputs: NightInputs) -> NightPlan:
        if "acme" in inputs.clients:
            fail()
        return plan_night(inputs)

    workspace = make_world(tmp_path / "data")
    drop_first_day(workspace)
    monkeypatch.setattr(planning, "plan_night", fail_for_acme)
    with caplog.at_level(logging.DEBUG):
        run_night(workspace, MONDAY)
    assert (
        "the plan of client acme failed; it is held: InvalidOperationError < flows/night/planning"
        in caplog.text
    )
    assert NAME not in caplog.text


def test_what_prefect_keeps_of_a_failed_step_has_no_words_of_the_error() -> None:
    with pytest.raises(
        UnforeseenError, match=r"^InvalidOperationError < flows/scheduling/prefect_flows\.py:\d+ call$"
    ) as caught:
        wordless(fail)()
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("error", [ConfigurationError("mend it"), OSError(28, "No space left")])
def test_what_a_retry_looks_at_passes_as_it_is(error: Exception) -> None:
    def stop() -> None:
        raise error

    with pytest.raises(type(error)) as caught:
        wordless(stop)()
    assert caught.value is error


def test_an_error_of_ours_comes_without_what_caused_it() -> None:
    def stop() -> None:
        try:
            fail()
        except pl.exceptions.PolarsError as error:
            message = "not published"
            raise PublicationError(message) from error

    with pytest.raises(PublicationError, match="not published") as caught:
        wordless(stop)()
    assert NAME not in "".join(traceback.format_exception(caught.value))


def test_every_task_is_without_words() -> None:
    code = wordless(fail).__code__
    assert all(step.fn.__code__ is code for step in vars(TASKS).values())


def test_a_command_that_fails_ends_with_1_and_says_where(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = make_world(tmp_path / "data")
    monkeypatch.setattr(status, "is_published", fail)
    ended = CliRunner().invoke(app, ["status", "--workspace", str(workspace.root)])
    assert ended.exit_code == 1
    assert "The program failed (our fault): InvalidOperationError < flows/cli/" in ended.stderr
    assert NAME not in ended.output + ended.stderr
