"""Tests of `why` about orders that lie somewhere else than in the books, and of which night a page speaks."""

from __future__ import annotations

import json
import shlex
from typing import TYPE_CHECKING, Any

import pytest

from flows.inbound.reading.forms import find_named
from flows.unbooked import mentions
from tests.flows.cli.published import run
from tests.flows.night.small_world import CLIENT, MONDAY, TUESDAY, drop, drop_first_day, make_world, run_night

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

HEADER = "order_id,line_no,sku,qty,ordered_at\n"
ROUTE = """
[[feeds.orders.routes]]
where = "sku = 'FREIGHT'"
to = "set_aside"
"""
BAD = """order_id,line_no,sku,qty,ordered_at
BAD,1,A,many,2026-03-02 09:00

FRT,1,FREIGHT,1,2026-03-02 09:00

O1,2,A,x,2026-03-02 09:00
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """After two nights: rows rejected, corrected, put aside; files held, refused, not looked at yet."""
    workspace = make_world(tmp_path_factory.mktemp("elsewhere") / "da ta")
    (workspace.clients / "acme.toml").write_text(CLIENT.format(client_id="acme") + ROUTE, "utf-8")
    drop_first_day(workspace)
    drop(workspace, "acme/orders/bad.csv", BAD)
    drop(workspace, "acme/orders/refused.csv", "order_id,qty\nREF,1\n")
    run_night(workspace, MONDAY)
    (quarantined,) = workspace.published.glob("v000001/quarantine/acme/orders/*/bad.csv")
    rows = quarantined.read_text("utf-8-sig").splitlines(keepends=True)
    again = "".join(row for row in rows if not row.startswith("O1,")).replace("many", "two")
    drop(workspace, "acme/orders/corrected.csv", again)
    (workspace.clients / "bolt.toml").write_text("nam = 1\n", "utf-8")
    drop(workspace, "bolt/orders/held.csv", HEADER + "HLD,1,A,1,2026-03-03 09:00\n")
    run_night(workspace, TUESDAY)
    drop(workspace, "acme/orders/new.csv", HEADER + "NEW,1,A,1,2026-03-04 09:00\n")
    return workspace


def elsewhere(place: Workspace, client_id: str, order_id: str) -> list[dict[str, Any]]:
    """Where `why` finds the order beside the books."""
    shown = run("why", client_id, order_id, "--json", "-w", str(place.root))
    assert shown.exit_code == 0, shown.stderr
    found: list[dict[str, Any]] = json.loads(shown.stdout)["elsewhere"]
    return found


@pytest.mark.parametrize(
    ("client_id", "order_id", "expected"),
    [
        ("acme", "BAD", [("orders/corrected.csv", 2, "rejected"), ("orders/bad.csv", 2, "rejected")]),
        ("acme", "FRT", [("orders/bad.csv", 4, "set_aside")]),
        ("acme", "REF", [("orders/refused.csv", None, "refused")]),
        ("bolt", "HLD", [("orders/held.csv", None, "held")]),
        ("acme", "NEW", [("orders/new.csv", 2, "waits")]),
        ("acme", "O1", [("orders/bad.csv", 6, "rejected")]),
    ],
)
def test_an_order_that_is_not_in_the_books_is_found_where_it_lies(
    place: Workspace, client_id: str, order_id: str, expected: list[tuple[str, int | None, str]]
) -> None:
    found = elsewhere(place, client_id, order_id)
    assert [(f"{row['feed']}/{row['file_name']}", row["line"], row["fate"]) for row in found] == expected


def test_each_place_has_its_reason_and_a_command_that_shows_it(place: Workspace) -> None:
    newest, first = elsewhere(place, "acme", "BAD")
    assert newest["why"].startswith("qty: not_a_number, ")
    assert f"{place.root}/published/v000001/quarantine/" in first["path"]
    program, *words = shlex.split(first["command"])
    assert program == "backorders"
    checked = run(*words)
    assert checked.exit_code == 11
    assert "not_a_number" in checked.stdout


def test_the_page_of_such_an_order_says_that_it_is_not_in_the_books(place: Workspace) -> None:
    lines = run("why", "acme", "FRT", "-w", str(place.root)).stdout.splitlines()
    assert lines[1] == "acme · FRT is not in the books. Files name it:"
    assert lines[2] == (
        "  orders/bad.csv, line 4, night of 2026-03-02: a route of the client's file put the row aside"
    )
    assert lines[3].strip() == "where = sku = 'FREIGHT'"


def test_an_order_that_no_file_names_is_unknown(place: Workspace) -> None:
    shown = run("why", "acme", "BA", "-w", str(place.root))
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert "Unknown order 'BA' of client acme" in shown.stderr


def test_of_large_files_only_those_that_have_the_name_are_read_by_rows(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def note(content: bytes, **how: Any) -> object:  # noqa: ANN401 -- as find_named has them
        read.append(how["source"].file_name if content else "")
        return find_named(content, **how)

    monkeypatch.setattr(mentions, "SMALL_BYTES", 0)
    monkeypatch.setattr(mentions, "find_named", note)
    assert [row["line"] for row in elsewhere(place, "acme", "NEW")] == [2]
    assert {name for name in read if name} == {"new.csv"}


@pytest.mark.parametrize("client_id", ["../acme", "a b", ""])
def test_what_is_no_id_of_a_client_is_looked_for_in_no_folder(place: Workspace, client_id: str) -> None:
    shown = run("why", client_id, "NEW", "-w", str(place.root))
    assert shown.exit_code == 2
    assert "Unknown client" in shown.stderr


def test_a_file_that_may_not_be_read_stops_no_page(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    assert run("why", "acme", "NEW", "-w", str(place.root)).exit_code == 2


@pytest.mark.thorough
def test_a_corrected_row_is_no_trouble_of_its_order_any_more(tmp_path: Path) -> None:
    """Of orders in the books only those rejected rows are told that nobody has corrected."""
    workspace = make_world(tmp_path / "data")
    drop_first_day(workspace)
    drop(workspace, "acme/orders/bad.csv", HEADER + "O1,2,A,x,2026-03-02 09:00\n")
    run_night(workspace, MONDAY)
    assert [row["line"] for row in elsewhere(workspace, "acme", "O1")] == [2]
    (quarantined,) = workspace.published.glob("v000001/quarantine/acme/orders/*/bad.csv")
    drop(workspace, "acme/orders/good.csv", quarantined.read_text("utf-8-sig").replace(",x,", ",1,"))
    run_night(workspace, TUESDAY)
    assert elsewhere(workspace, "acme", "O1") == []


@pytest.mark.parametrize(
    "words",
    [("why", "acme", "O1"), ("queue", "acme", "A"), ("stock", "acme", "A"), ("status",), ("findings",)],
)
def test_a_page_says_of_which_night_it_is_and_when_that_ran_in_a_named_time_zone(
    place: Workspace, words: tuple[str, ...]
) -> None:
    settings = place.settings_file.read_text("utf-8")
    place.settings_file.write_text(f'{settings}time_zone = "America/New_York"\n', "utf-8")
    try:
        first = run(*words, "-w", str(place.root)).stdout.splitlines()[0]
        night = json.loads(run(*words, "--json", "-w", str(place.root)).stdout)["night"]
    finally:
        place.settings_file.write_text(settings, "utf-8")
    assert first == "Night of 2026-03-03, run on 2026-03-03 at 23:00 America/New_York"
    assert night == {
        "business_date": "2026-03-03",
        "run_no": 1,
        "version": 2,
        "ran_at": "2026-03-03T23:00:00-05:00",
        "time_zone": "America/New_York",
    }


@pytest.mark.parametrize(
    ("words", "answer"),
    [(("acne",), "Did you mean acme?"), (("acme", "rows_reject"), 'did you mean "rows_rejected"?')],
)
def test_findings_of_a_name_that_is_mistyped_are_not_said_to_need_nobody(
    place: Workspace, words: tuple[str, ...], answer: str
) -> None:
    shown = run("findings", *words, "-w", str(place.root))
    assert (shown.exit_code, shown.stdout) == (2, "")
    assert answer in shown.stderr
