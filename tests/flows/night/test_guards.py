"""What `status` tells of a client's files that are not as its settings expect them."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from flows.night.guards import judge_feed
from flows.scheduling.alerting import alert_of_files
from schemas.errors import NightsError
from schemas.intake.verdicts import FileOutcome
from schemas.vocabulary.words import Feed
from tests.flows.cli.published import run
from tests.flows.night.small_world import MONDAY, TUESDAY, drop_first_day, make_world, run_night
from tests.flows.scheduling.test_alerting import KEEPS, set_command
from tests.flows.scheduling.test_alerting import told as told_to_command
from tests.frames import frame_of
from tests.transforms.intake.door import client_of

if TYPE_CHECKING:
    from pathlib import Path

CAME = {"client_id": "acme", "feed": "orders", "verdict": "loaded", "business_date": MONDAY, "file_hash": "f"}


def told(settings: dict[str, Any], *files: dict[str, Any]) -> list[str]:
    """What is said of the orders of a client after Tuesday's night."""
    rows = frame_of(FileOutcome, *({**CAME, "file_name": "o.csv", "detail": "", **file} for file in files))
    return list(judge_feed(client_of(**settings), Feed.ORDERS, rows, TUESDAY))


@pytest.mark.parametrize(
    ("days", "file", "nights"),
    [
        (1, {}, "night of 2026-03-03"),
        (2, {}, None),
        (1, {"business_date": TUESDAY, "verdict": "duplicate"}, None),
        (2, {"verdict": "refused"}, "nights of 2026-03-02 to 2026-03-03"),
        (2, {"client_id": "bolt"}, "nights of 2026-03-02 to 2026-03-03"),
        (2, {"feed": "stock"}, "nights of 2026-03-02 to 2026-03-03"),
    ],
)
def test_a_feed_of_which_no_file_came_is_told(days: int, file: dict[str, Any], nights: str | None) -> None:
    said = told({"expect_days": days}, file)
    where = f"(expect_days = {days} in [feeds.orders] of clients/acme.toml)"
    expected = f"acme: no orders file was taken in the {nights} {where}."
    assert [sentence.split(" Look")[0] for sentence in said] == ([expected] if nights else [])


@pytest.mark.parametrize(("rejected", "is_told"), [(2, False), (3, True)])
def test_a_file_of_which_a_greater_part_was_rejected_is_told(rejected: int, is_told: bool) -> None:  # noqa: FBT001 -- a case
    file = {"business_date": TUESDAY, "rows_read": 10, "rows_rejected": rejected}
    said = told({"reject_percent": 20}, file, file | {"business_date": MONDAY, "rows_rejected": 10})
    assert bool(said) is is_told
    if is_told:
        assert said[0].startswith(
            "acme: 3 of 10 rows of orders/o.csv were rejected in the night of 2026-03-03"
        )


@pytest.mark.parametrize(
    ("nights", "rows", "is_told"),
    [(5, 40, True), (5, 50, False), (5, 160, True), (5, 150, False), (4, 1, False)],
)
def test_rows_far_from_the_usual_ones_are_told(nights: int, rows: int, is_told: bool) -> None:  # noqa: FBT001 -- a case
    before = [
        {"business_date": MONDAY - timedelta(days=day), "rows_read": 98 + day, "file_hash": f"g{day}"}
        for day in range(nights)
    ]
    corrected = [file | {"rows_read": 0, "file_hash": "q"} for file in before]
    tonight = {"business_date": TUESDAY, "rows_read": rows - 1}
    said = told(
        {"unusual_percent": 50}, *before, *corrected, tonight, tonight | {"rows_read": 1, "file_hash": "r"}
    )
    assert bool(said) is is_told
    if is_told:
        assert said[0].startswith(
            f"acme: {rows} rows of orders were read in the night of 2026-03-03, where 100 are"
        )


@pytest.mark.thorough
def test_status_and_run_tell_it_only_where_something_is_expected_and_the_alert_command_hears_it(
    tmp_path: Path,
) -> None:
    place = make_world(tmp_path / "data")
    set_command(place, KEEPS)
    drop_first_day(place)
    run_night(place, MONDAY)
    where = ("-w", str(place.root))
    assert "no orders file" not in run("status", *where).output
    again = json.loads(run("run", "--plain", "--again", "--json", *where).stdout)
    assert again["unexpected_files"] == []
    assert told_to_command(place) == []
    file = place.clients / "bolt.toml"
    file.write_text(f"{file.read_text('utf-8')}\n[feeds.orders]\nexpect_days = 1\n", "utf-8")
    missing = "bolt: no orders file was taken"
    assert missing in " ".join(run("status", *where).output.split())
    shown = run("run", "--plain", "--again", *where)
    assert shown.exit_code == 0
    assert f"Not as expected: {missing}" in " ".join(shown.stdout.split())
    (given,) = told_to_command(place)
    facts = given["facts"]
    assert isinstance(facts, dict)
    assert (facts["BACKORDERS_EXIT_CODE"], facts["BACKORDERS_OUTCOME"]) == ("0", "Files are not as expected")
    assert missing in str(given["text"])
    (sentence,) = json.loads(run("run", "--plain", "--again", "--json", *where).stdout)["unexpected_files"]
    assert sentence.startswith(missing)


@pytest.mark.thorough
def test_where_a_night_ends_with_another_trouble_the_files_are_told_with_it(tmp_path: Path) -> None:
    place = make_world(tmp_path / "data")
    set_command(place, KEEPS)
    drop_first_day(place)
    for name, text in (("bolt", "\n[feeds.orders]\nexpect_days = 1\n"), ("torn", "name =")):
        file = place.clients / f"{name}.toml"
        file.write_text((file.read_text("utf-8") if file.exists() else "") + text, "utf-8")
    ended = run("run", "--plain", "--date", str(MONDAY), "-w", str(place.root))
    assert ended.exit_code == NightsError.exit_code
    (given,) = told_to_command(place)
    assert "bolt: no orders file was taken" in str(given["text"])
    assert "torn" in str(given["text"])


def test_what_goes_wrong_with_the_command_is_said(tmp_path: Path) -> None:
    place = make_world(tmp_path / "data")
    set_command(place, "raise SystemExit('no such host')")
    said: list[str] = []
    alert_of_files(place, [], said.append)
    assert said == []
    alert_of_files(place, ["bolt: nothing came"], said.append)
    assert [sentence.split(": ")[1] for sentence in said] == ["no such host. The outcome of the night stays."]
