"""`backorders intake`: what lies in inbound, what is wrong with it, and an answer to each new file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption
from flows.cli.printing.paper import count_of, in_words, make_table, open_console, print_json
from flows.cli.printing.watching import watched_steps
from flows.workspace import Workspace, require_workspace

if TYPE_CHECKING:
    from rich.console import Console

    from flows.daytime import DayLook, FileAnswer

HEADINGS = ("client", "feed", "file", "verdict", "rows", "bad", "what is wrong")


def intake(workspace: WorkspaceOption = DEFAULT_WORKSPACE, as_json: JsonOption = False) -> None:  # noqa: FBT002 -- an option of the command line
    """Take in what was dropped and answer the form of each new file; the night decides what it does."""
    place = Workspace(workspace.absolute())
    require_workspace(place)
    from flows.daytime import look_by_day, refuse_unanswered  # noqa: PLC0415 -- Polars takes time; help need not wait

    with watched_steps("looking at what was dropped"):
        look = look_by_day(place)
    if as_json:
        print_json(describe_look(look))
    else:
        print_look(open_console(), look)
    refuse_unanswered(look)


def describe_look(look: DayLook) -> dict[str, object]:
    """A look as machines read it."""
    waiting = [
        {
            "client_id": arrival.client_id,
            "feed": arrival.feed,
            "file_name": arrival.file_name,
            "reason": arrival.problem.detail if arrival.problem else "",
        }
        for arrival in look.waiting
    ]
    answers = [{**answer.content, "is_new": answer.is_new} for answer in look.answers]
    return {"files": answers, "still_written": waiting, "not_answered": look.failed}


def print_look(console: Console, look: DayLook) -> None:
    """The page: a row a file, then those that may still be written."""
    if look.answers:
        console.print(make_table("In inbound", HEADINGS, map(_cells, look.answers)))
    for arrival in look.waiting:
        reason = arrival.problem.detail if arrival.problem else ""
        console.print(
            f"{arrival.client_id}/{arrival.feed}/{arrival.file_name} waits: {reason}",
            markup=False,
            soft_wrap=True,
        )
    fresh = sum(answer.is_new for answer in look.answers)
    if not look.answers and not look.waiting:
        console.print("Nothing lies in inbound.")
    elif fresh:
        console.print(f"{count_of(fresh, 'answer')} written below acks/; rows are counted by form only.")
    elif not look.failed:
        console.print("Every file has its answer below acks/ already.")


def _cells(answer: FileAnswer) -> tuple[object, ...]:
    """A file as the table shows it."""
    content = answer.content
    rows = content["rows"]
    return (
        content["client_id"],
        content["feed"],
        content["file_name"],
        content["verdict"],
        rows["read"],
        rows["rejected"],
        content["reason"] or _rejections(content["rejections"]),
    )


def _rejections(rejections: list[dict[str, object]]) -> str | None:
    """The reasons of a file's rejected rows, each once."""
    codes = dict.fromkeys(str(rejection["code"]) for rejection in rejections)
    return ", ".join(in_words(code) or "" for code in codes) or None
