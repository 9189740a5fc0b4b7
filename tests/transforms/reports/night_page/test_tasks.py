"""Tests of the tasks of a page: whose they are, how old, and what comes first."""

from __future__ import annotations

from datetime import timedelta

from tests.frames import NIGHT
from tests.transforms.reports.night_page.figures import finding
from transforms.reports.night_page.tasks import LISTED, SHOWN, group_tasks, tell_needs

OLD = NIGHT - timedelta(days=9)


def test_tasks_are_by_owner_then_what_is_new_then_by_gravity() -> None:
    rows = [
        finding(code="stock_held", owner="supervisor"),
        finding(code="negative_stock", owner="supervisor", new_findings=0, oldest_on=OLD),
        finding(code="short_pick", owner="supervisor"),
        finding(code="client_held", owner="on_call"),
    ]
    owners = group_tasks(rows, NIGHT)
    assert [owner.name for owner in owners] == ["On call", "Supervisor"]
    assert [task.code for task in owners[1].tasks] == ["short_pick", "stock_held", "negative_stock"]


def test_a_task_says_how_much_it_is_and_how_old() -> None:
    rows = [
        finding(client_id="b", findings=5, new_findings=0, oldest_on=OLD, subjects=["x", "y", "z"]),
        finding(client_id="a", findings=2, new_findings=1, oldest_on=OLD, subjects=["x", "y"]),
        finding(client_id="c"),
    ]
    (task,) = group_tasks(rows, NIGHT)[0].tasks
    assert (task.counts, task.age) == ("8 findings of 3 clients", "2 new; the oldest since 21 Feb, 9 days")
    assert [(one.client_id, one.age) for one in task.shown] == [
        ("a", "1 new; the oldest since 21 Feb, 9 days"),
        ("c", "new tonight"),
        ("b", "since 21 Feb, 9 days"),
    ]
    assert [one.subjects for one in task.shown] == ["x, y", "orders.csv", "x, y, z and 2 more"]
    assert [one.detail for one in task.shown] == ["", "3 of 40 rows", ""]


def test_a_task_of_one_client_says_its_age_once() -> None:
    (task,) = group_tasks([finding()], NIGHT)[0].tasks
    assert (task.counts, task.age, task.shown[0].age) == ("1 finding", "new tonight", "")


def test_a_task_of_many_clients_unfolds_and_leaves_the_rest_to_a_command() -> None:
    rows = [finding(client_id=f"c{number:03}") for number in range(200)]
    (task,) = group_tasks(rows, NIGHT)[0].tasks
    assert (len(task.shown), len(task.shown) + len(task.listed)) == (SHOWN, LISTED)
    assert task.left == 200 - LISTED


def test_a_code_of_an_older_program_is_told_by_its_detail() -> None:
    (task,) = group_tasks([finding(code="gone", detail="was found")], NIGHT)[0].tasks
    assert task.meaning == "Was found"


def test_the_page_begins_with_how_much_needs_a_person() -> None:
    owners = group_tasks([finding(), finding(client_id="b", findings=2, new_findings=0)], NIGHT)
    assert tell_needs(owners) == "3 findings need a person, 1 new tonight"
    one = group_tasks([finding(new_findings=0, oldest_on=OLD)], NIGHT)
    assert tell_needs(one) == "1 finding needs a person, none of them new"
    assert not tell_needs([])
