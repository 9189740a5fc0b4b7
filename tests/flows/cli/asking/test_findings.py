"""Tests of `backorders findings` and `backorders done`, and of the pages that tell what is open."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from flows.ledger.databases.control import transaction
from flows.ledger.databases.seals import seal_anew
from flows.ledger.store.ledger import Ledger
from flows.workspace import Workspace
from tests.flows.cli.published import LINE, TUESDAY, publish, run
from tests.frames import MORNING

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result


def finding(code: str, subject: str, **values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any column of a finding
    """A finding of the night of Tuesday."""
    usual = {
        "code": code,
        "subject": subject,
        "owner": "supervisor",
        "business_date": TUESDAY,
        "opened_on": TUESDAY,
        "detail": f"about {subject}",
        "command": f"backorders why acme {subject} --workspace .",
    }
    return usual | values


@pytest.fixture
def listed(tmp_path: Path) -> Path:
    """A workspace of which six things are open, and no ledger yet."""
    monday = TUESDAY - timedelta(days=1)
    rows = [
        finding("too_late", "O1", cause="2026-03-03", owner="client"),
        finding("too_late", "O1", cause="2026-03-02", owner="client", opened_on=monday),
        finding("too_late", "O2", cause="2026-03-03", owner="client"),
        finding("overdue_release", "O3", opened_on=monday),
        finding("overdue_release", "O4", client_id="bolt"),
        finding("short_pick", "A", detail="3 not found in B1"),
    ]
    nights = [{"version": 2, "business_date": TUESDAY, "held_clients": ""}]
    return publish(tmp_path, {"findings": rows, "nights": nights})


def say(workspace: Path, *words: str) -> Result:
    return run(*words, "--workspace", str(workspace))


def open_of(workspace: Path, *words: str) -> list[tuple[str, str, str]]:
    """What `findings` lists: client, code and subject."""
    rows = json.loads(say(workspace, "findings", *words, "--json").output)["findings"]
    return [(row["client_id"], row["code"], row["subject"]) for row in rows]


def test_each_finding_is_told_with_its_age_and_a_command_that_can_be_pasted(listed: Path) -> None:
    lines = say(listed, "findings", "acme", "overdue_release").output.splitlines()
    assert lines[1:] == [
        "overdue_release · acme · O3 · for the supervisor · since 2026-03-02, 1 night",
        "    about O3",
        f"    backorders why acme O3 --workspace {listed}",
        "    open as long as its cause: it is read from the books every night",
    ]


def test_findings_are_listed_by_who_acts_and_the_new_ones_first(listed: Path) -> None:
    assert open_of(listed) == [
        ("acme", "short_pick", "A"),
        ("bolt", "overdue_release", "O4"),
        ("acme", "overdue_release", "O3"),
        ("acme", "too_late", "O1"),
        ("acme", "too_late", "O2"),
        ("acme", "too_late", "O1"),
    ]
    assert open_of(listed, "bolt") == [("bolt", "overdue_release", "O4")]


def test_where_nothing_is_open_that_is_said(listed: Path) -> None:
    page = say(listed, "findings", "acme", "past_cancel_date").output.splitlines()
    assert page[1:] == ["Nothing needs a person."]


def test_what_is_done_is_off_every_list_at_once(listed: Path) -> None:
    said = say(listed, "done", "acme", "too_late", "O1")
    assert said.output.strip() == "2 findings done: acme · too_late · O1"
    assert open_of(listed, "acme", "too_late") == [("acme", "too_late", "O2")]
    status = json.loads(say(listed, "status", "--json").stdout)["needs_a_person"]
    assert [entry["examples"] for entry in status if entry["code"] == "too_late"] == [["O2"]]


def test_all_findings_of_a_code_can_be_done_together(listed: Path) -> None:
    done = json.loads(say(listed, "done", "acme", "too_late", "--json").output)["done"]
    assert len(done) == 3
    assert open_of(listed, "acme", "too_late") == []


def test_what_stands_as_long_as_its_cause_cannot_be_ticked_off(listed: Path) -> None:
    refused = say(listed, "done", "acme", "overdue_release", "O3")
    assert refused.exit_code == 2
    assert "overdue_release stays as long as its cause" in refused.stderr
    assert "O3: about O3. Nothing was changed." in refused.stderr


def test_what_is_not_open_is_refused_with_what_is(listed: Path) -> None:
    refused = say(listed, "done", "bolt", "too_late", "O9")
    assert refused.exit_code == 2
    assert "No finding too_late O9 is open for bolt. Open for bolt: overdue_release O4." in refused.stderr
    assert "Open for nobody: nothing." in say(listed, "done", "nobody", "too_late").stderr


def test_a_ledger_of_an_older_program_knows_of_nothing_that_is_done(listed: Path) -> None:
    with Ledger.open(Workspace(listed)) as ledger, transaction(ledger.connection, "test"):
        ledger.connection.execute("DROP TABLE done_findings")
        seal_anew(ledger.connection, "main")
    assert len(open_of(listed)) == 6


def test_a_page_ends_with_what_is_open_about_its_subject(tmp_path: Path) -> None:
    order = {"order_id": "O1", "client_id": "acme", **LINE, "ordered_at": MORNING, "status": "open"}
    rows = [finding("too_late", "O1", detail="asked for it on Monday"), finding("short_pick", "CARD-M")]
    nights = [{"version": 2, "business_date": TUESDAY, "held_clients": ""}]
    place = publish(tmp_path, {"order_lines": [order], "findings": rows, "nights": nights})
    shown = say(place, "why", "acme", "O1").output
    assert shown.endswith("Needs a person\n  too_late since 2026-03-03: asked for it on Monday\n"), shown
    assert codes_of(place, "why", "acme", "O1") == ["too_late"]
    for page in ("stock", "queue"):
        shown = say(place, page, "acme", "CARD-M").output
        assert shown.endswith("Needs a person\n  short_pick since 2026-03-03: about CARD-M\n"), shown
        assert codes_of(place, page, "acme", "CARD-M") == ["short_pick"]


def codes_of(place: Path, *words: str) -> list[str]:
    """The codes that a page tells as JSON."""
    return [row["code"] for row in json.loads(say(place, *words, "--json").output)["findings"]]
