"""An answer that cannot be written is told, keeps nobody else's back, and is written by the next look."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from flows import daytime
from flows.daytime import look_by_day, refuse_unanswered
from flows.outbound.clients import acknowledgements
from schemas.errors import PublicationError
from tests.flows.cli.published import run
from tests.flows.night.small_world import ITEMS, MONDAY, clock_at, drop, files_of, make_world, run_night

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

NOON = clock_at(MONDAY, 12)
PERSON = "Mrs Example, 1 Example Road"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    place = make_world(tmp_path / "data")
    for client_id in ("acme", "bolt"):
        drop(place, f"{client_id}/items/items.csv", ITEMS)
    return place


@pytest.mark.thorough
def test_a_file_where_the_answers_of_one_client_belong_keeps_nobody_elses_back(workspace: Workspace) -> None:
    workspace.acks.mkdir()
    (workspace.acks / "acme").write_bytes(b"")
    look = look_by_day(workspace, NOON)
    assert [answer.content["client_id"] for answer in look.answers] == ["bolt"]
    (said,) = look.failed
    assert said.startswith("acme items items.csv (")
    with pytest.raises(PublicationError, match=r"1 files have no answer: acme items items.csv"):
        refuse_unanswered(look)
    shown = run("intake", "--json", "-w", str(workspace.root))
    assert shown.exit_code == 30
    assert json.loads(shown.stdout)["not_answered"] == [said]
    run_night(workspace, MONDAY)
    assert set(files_of(workspace, 1).values()) == {"loaded"}


def test_the_next_look_answers(workspace: Workspace) -> None:
    workspace.acks.mkdir()
    (workspace.acks / "acme").write_bytes(b"")
    look_by_day(workspace, NOON)
    (workspace.acks / "acme").unlink()
    look = look_by_day(workspace, NOON)
    assert [(answer.content["client_id"], answer.is_new) for answer in look.answers] == [
        ("acme", True),
        ("bolt", False),
    ]
    assert look.failed == []
    refuse_unanswered(look)


@pytest.mark.parametrize("content", [b"", b"[]", b"\xff", b'"x"'])
def test_an_answer_that_cannot_be_read_is_written_anew(workspace: Workspace, content: bytes) -> None:
    look_by_day(workspace, NOON)
    (answer,) = (workspace.acks / "acme" / "items").glob("*.json")
    answer.write_bytes(content)
    look = look_by_day(workspace, NOON)
    assert (len(look.answers), look.failed) == (2, [])
    assert json.loads(answer.read_bytes())["client_id"] == "acme"


def test_a_fault_of_ours_about_one_file_is_told_without_its_words(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    right: Any = acknowledgements.render_form_acknowledgement

    def render(form: Any, source: Any, answering: Any) -> Any:  # noqa: ANN401 -- as it takes and gives them
        if source.client_id == "acme":
            raise ValueError(PERSON)
        return right(form, source, answering)

    monkeypatch.setattr(daytime, "render_form_acknowledgement", render)
    look = look_by_day(workspace, NOON)
    assert [answer.content["client_id"] for answer in look.answers] == ["bolt"]
    assert "ValueError" in look.failed[0]
    assert PERSON not in caplog.text + str(look.failed)
