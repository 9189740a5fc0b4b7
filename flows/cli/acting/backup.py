"""`backorders backup` and `backorders restore`: a copy of everything, and putting it back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from flows.cli.acting.handed_out import describe_files, print_files
from flows.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption
from flows.cli.printing.paper import count_of, open_console, print_json
from flows.pasting import say_command, say_workspace
from flows.workspace import Workspace, require_workspace

if TYPE_CHECKING:
    from rich.console import Console

    from flows.safekeeping.restore import Restored

SHOWN = 10
PicksOption = Annotated[
    list[Path] | None,
    typer.Option(
        "--picks", metavar="FILE", help="Pick files handed out after the backup, or a folder; repeatable."
    ),
]


def backup(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where it shall lie; nothing is there yet.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """Copy everything that a workspace needs to go on, at any hour, also while a night runs or waits."""
    place = Workspace(workspace.absolute())
    require_workspace(place)
    from flows.clock import SYSTEM_CLOCK  # noqa: PLC0415 -- Polars takes time; help need not wait
    from flows.safekeeping.backup import make_backup  # noqa: PLC0415 -- as above

    made = make_backup(place, folder.absolute(), SYSTEM_CLOCK.now())
    if as_json:
        print_json({"folder": str(folder.absolute()), **asdict(made)})
        return
    night = f"up to the night of {made.last_night}" if made.last_night else "before the first night"
    command = say_command(
        "restore", str(folder.absolute()), options=("--replace",), workspace=say_workspace(workspace)
    )
    told = Text.assemble(f"Backed up {place.root} {night}. To put it back: ", (command, "cyan"))
    open_console().print(told, soft_wrap=True)


def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What `backorders backup` was given.")],
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    replace: Annotated[bool, typer.Option("--replace", help="Move aside the books that are there.")] = False,  # noqa: FBT002 -- an option of the command line
    picks: PicksOption = None,
    nothing_handed_out: Annotated[  # noqa: FBT002 -- an option of the command line
        bool, typer.Option("--nothing-handed-out", help="No warehouse got a pick after the backup.")
    ] = False,
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """Put a backup back: what came since lies in inbound again, what was handed out since is asked about."""
    place = Workspace(workspace.absolute())
    from flows.clock import SYSTEM_CLOCK  # noqa: PLC0415 -- Polars takes time; help need not wait
    from flows.safekeeping.restore import Statement, restore_backup  # noqa: PLC0415 -- as above

    said = Statement(replace=replace, picks=tuple(picks or ()), nothing_handed_out=nothing_handed_out)
    restored = restore_backup(place, folder.absolute(), said, SYSTEM_CLOCK)
    if as_json:
        print_json(describe_restored(restored, place))
    else:
        print_restored(open_console(), restored, place, say_workspace(workspace))


def describe_restored(restored: Restored, place: Workspace) -> dict[str, Any]:
    """What was put back, as machines read it."""
    return {
        "backup": asdict(restored.backup),
        "aside": str(restored.aside) if restored.aside else None,
        "dropped_again": [_shown(path, place) for path in restored.dropped],
        "handed_out": describe_files(restored.handed_out),
    }


def print_restored(console: Console, restored: Restored, place: Workspace, workspace: str) -> None:
    """What was put back, what lies in inbound again, what is to be asked, and what to type then."""
    night = restored.backup.last_night or "none yet"
    when = f" the books of {restored.backup.made_at}, last night {night}."
    console.print(Text.assemble(("Put back:", "bold"), when), soft_wrap=True)
    if restored.aside:
        advice = "It holds people: delete it when it is not needed any more."
        console.print(f"What was there lies in {restored.aside}. {advice}", soft_wrap=True)
    dropped = restored.dropped
    console.print(f"Dropped again of what came since: {count_of(len(dropped), 'file')}.")
    for path in dropped[:SHOWN]:
        console.print(f"    {_shown(path, place)}", soft_wrap=True)
    if len(dropped) > SHOWN:
        console.print(f"    and {len(dropped) - SHOWN:,} more")
    print_files(console, restored.handed_out, workspace)
    console.print(Text.assemble("Then: ", (f"backorders run{workspace}", "cyan")), soft_wrap=True)


def _shown(path: Path, place: Workspace) -> str:
    """A path below the workspace, fit to be printed."""
    from flows.settings_file import shown  # noqa: PLC0415 -- as above

    return shown(str(path.relative_to(place.root)))
