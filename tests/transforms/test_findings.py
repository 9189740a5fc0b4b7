"""Findings: how they are made, and which of them are open after a night."""

from __future__ import annotations

import shlex
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from flows.outbound.documents import path_label as label_of
from schemas.night import AsOf
from schemas.results import DoneFinding, Finding
from schemas.vocabulary.findings import FindingCode, Lasting
from tests.frames import NIGHT, frame_of
from transforms.findings import fold_findings, make_findings, usual_cause
from transforms.published_paths import path_label

if TYPE_CHECKING:
    from collections.abc import Sequence

ONCE, STANDING, UNTIL_DONE = FindingCode.TOO_LATE, FindingCode.OVERDUE_RELEASE, FindingCode.ROWS_REJECTED


def nights_later(nights: int) -> date:
    return NIGHT + timedelta(days=nights)


def finding(code: FindingCode, opened: int = 0, **values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any column of a finding
    """A finding about order O1 that was opened some nights after the first."""
    usual = {"code": code.value, "subject": "O1", "opened_on": nights_later(opened), "command": "first"}
    return usual | values


def fold(
    *said: dict[str, Any],
    before: Sequence[dict[str, Any]] = (),
    done: Sequence[dict[str, Any]] = (),
    night: int = 1,
    nights: int = 7,
    absent: Sequence[str] = (),
) -> list[tuple[str, str, date]]:
    """What is open: code, subject and since when."""
    folded = fold_findings(
        frame_of(Finding, *said),
        frame_of(Finding, *before),
        frame_of(DoneFinding, *done),
        as_of=AsOf(nights_later(night), 2),
        finding_nights=nights,
        absent=absent,
    )
    assert folded["business_date"].unique().to_list() in ([], [nights_later(night)])
    assert folded["run_no"].unique().to_list() in ([], [2])
    return folded.select("code", "subject", "opened_on").rows()


def test_what_is_said_tonight_is_open_since_tonight() -> None:
    assert fold(finding(ONCE, 1)) == [("too_late", "O1", nights_later(1))]


def test_what_stands_is_open_as_long_as_it_is_said_and_keeps_its_date() -> None:
    before = [finding(STANDING)]
    assert fold(finding(STANDING, 1), before=before) == [("overdue_release", "O1", NIGHT)]
    assert fold(before=before) == []


@pytest.mark.parametrize(("night", "is_open"), [(1, True), (6, True), (7, False)])
def test_what_is_said_once_stays_for_some_nights(night: int, is_open: bool) -> None:  # noqa: FBT001 -- a case
    assert fold(before=[finding(ONCE)], night=night) == [("too_late", "O1", NIGHT)] * is_open


def test_the_same_trouble_with_another_cause_is_another_finding() -> None:
    before = [finding(ONCE, cause="2026-03-02")]
    assert fold(finding(ONCE, 1, cause="2026-03-03"), before=before) == [
        ("too_late", "O1", NIGHT),
        ("too_late", "O1", nights_later(1)),
    ]


def test_what_is_done_is_open_no_more_unless_it_stands() -> None:
    done = [{"code": code.value, "subject": "O1"} for code in (ONCE, STANDING)]
    assert fold(finding(STANDING, 1), before=[finding(ONCE), finding(STANDING)], done=done) == [
        ("overdue_release", "O1", NIGHT)
    ]


def test_what_waits_for_a_person_is_open_until_its_cause_is_gone_or_it_is_done() -> None:
    before = [finding(UNTIL_DONE)]
    assert fold(finding(UNTIL_DONE, 9), before=before, night=9) == [("rows_rejected", "O1", NIGHT)]
    assert fold(before=before) == []
    done = [{"code": "rows_rejected", "subject": "O1"}]
    assert fold(finding(UNTIL_DONE, 1), before=before, done=done) == []


def test_of_a_client_of_whom_nothing_was_decided_what_stands_still_does() -> None:
    before = [finding(STANDING), finding(UNTIL_DONE), finding(ONCE), finding(FindingCode.FILE_HELD)]
    done = [{"code": "rows_rejected", "subject": "O1"}]
    assert fold(before=before, done=done, night=30, absent=["acme"]) == [("overdue_release", "O1", NIGHT)]


def test_a_code_that_is_no_longer_known_ends_like_one_that_is_said_once() -> None:
    before = [finding(ONCE) | {"code": "of_an_older_program"}]
    assert fold(before=before, night=6) == [("of_an_older_program", "O1", NIGHT)]
    assert fold(before=before, night=7) == []


def test_a_finding_keeps_the_command_that_it_opened_with_and_tells_tonights_detail() -> None:
    said = [finding(STANDING, 1, command="second", detail=detail) for detail in ("b", "a", "b")]
    folded = fold_findings(
        frame_of(Finding, *said),
        frame_of(Finding, finding(STANDING, detail="old")),
        frame_of(DoneFinding),
        as_of=AsOf(nights_later(1)),
        finding_nights=7,
    )
    assert folded.select("detail", "command").rows() == [("a; b", "first")]


def test_what_is_said_once_is_told_apart_by_the_run_that_said_it() -> None:
    def cause(code: FindingCode, run_no: int) -> str:
        return str(pl.select(usual_cause(code, AsOf(NIGHT, run_no))).item())

    assert [cause(ONCE, 1), cause(ONCE, 2)] == ["2026-03-02", "2026-03-02/2"]
    assert [cause(STANDING, 1), cause(UNTIL_DONE, 1)] == ["", ""]


@pytest.mark.parametrize(
    ("subject", "typed"),
    [("O-1/a.b", "O-1/a.b"), ("O 1", "'O 1'"), ("it's", """'it'"'"'s'"""), ("$(x)", "'$(x)'")],
)
def test_a_value_in_a_command_is_one_word_of_a_shell(subject: str, typed: str) -> None:
    told = pl.DataFrame({"client_id": ["acme"], "subject": [subject], "cause": [""], "detail": [""]})
    (command,) = make_findings(told, ONCE, as_of=AsOf(NIGHT))["command"]
    assert command == f"backorders why acme {typed} --workspace ."


def test_a_path_keeps_the_place_of_its_version_until_the_night_has_one() -> None:
    path = "./published/{version}/quarantine/acme/orders/f0/my file.csv"
    fact = {"client_id": "acme", "feed": "orders", "path": path, "subject": "s", "cause": "", "detail": ""}
    told = pl.DataFrame([fact])
    (command,) = make_findings(told, UNTIL_DONE, as_of=AsOf(NIGHT))["command"]
    assert command == f"backorders check acme orders '{path}' --workspace ."


@pytest.mark.parametrize("name", ["a.csv", "../x/y", "...", "", "ü ö.csv", "a" * 200, ". b"])
def test_a_label_of_a_path_is_that_of_the_files_that_are_written(name: str) -> None:
    assert pl.DataFrame({"name": [name]}).select(path_label("name")).item() == label_of(name)


def test_every_code_says_what_to_type_and_how_long_it_stays() -> None:
    for code in FindingCode:
        assert code.command.startswith(("backorders ", "cat "))
        assert isinstance(code.lasting, Lasting)


def test_an_id_that_begins_with_a_dash_is_no_option() -> None:
    told = pl.DataFrame({"client_id": ["acme"], "subject": ["-it's"], "cause": "", "detail": "odd"})
    (command,) = make_findings(told, ONCE, as_of=AsOf(NIGHT))["command"]
    assert shlex.split(command) == ["backorders", "why", "--workspace", ".", "--", "acme", "-it's"]


def test_nothing_is_asked_about_a_value_that_is_empty() -> None:
    """A file that lies above the folders of the feeds has no feed that `check` could be asked for."""
    told = pl.DataFrame(
        {"client_id": ["acme", ""], "subject": "a.csv", "cause": "", "detail": "x", "feed": "", "path": "./a"}
    )
    commands = make_findings(told, FindingCode.FILE_REFUSED, as_of=AsOf(NIGHT)).sort("client_id")["command"]
    assert [shlex.split(command)[:-2] for command in commands] == [
        ["backorders", "findings", "--workspace", ".", "--"],
        ["backorders", "findings", "--workspace", ".", "--"],
    ]
    assert [shlex.split(command)[-2:] for command in commands] == [
        ["", "file_refused"],
        ["acme", "file_refused"],
    ]


def test_what_is_no_command_of_ours_names_no_workspace() -> None:
    told = pl.DataFrame(
        {"client_id": ["acme"], "subject": ["P"], "cause": "", "detail": "x", "path": "./a b"}
    )
    (command,) = make_findings(told, FindingCode.PICK_UNSEEN, as_of=AsOf(NIGHT))["command"]
    assert command == "cat './a b'"
