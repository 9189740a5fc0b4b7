"""`backorders verify`: whether every file is what it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from flows.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption
from flows.cli.printing.paper import count_of, open_console, print_json
from flows.workspace import Workspace, require_workspace
from schemas.errors import DamageError

if TYPE_CHECKING:
    from rich.console import Console

    from flows.safekeeping.verifying import Verified

SHOWN = 20


def verify(
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """Compare everything that has a hash with it: books, received files, published versions."""
    place = Workspace(workspace.absolute())
    require_workspace(place)
    from flows.safekeeping.verifying import verify_everything  # noqa: PLC0415 -- Polars takes time

    found = verify_everything(place)
    if as_json:
        print_json({"whole": found.whole, "damaged": found.damaged})
    else:
        print_verified(open_console(), found)
    if found.damaged:
        differ = "differs" if len(found.damaged) == 1 else "differ"
        message = f"{count_of(len(found.damaged), 'file')} of {place.root} {differ} from what was committed."
        raise DamageError(message)


def print_verified(console: Console, found: Verified) -> None:
    """The page: what is whole, and each file that is not."""
    for kind, count in found.whole.items():
        console.print(f"{kind}: {count_of(count, 'file')} whole")
    for sentence in found.damaged[:SHOWN]:
        console.print(Text(sentence, style="bold red"), soft_wrap=True)
    if len(found.damaged) > SHOWN:
        console.print(f"and {len(found.damaged) - SHOWN:,} more")
