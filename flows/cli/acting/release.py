"""`backorders release`: what was held of a file is meant, says somebody who looked at it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.acting.confirming import confirm
from flows.cli.acting.unhold import refuse_unclear
from flows.cli.asking.files import read_outcomes
from flows.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption
from flows.cli.printing.paper import count_of, open_console, print_json
from flows.workspace import Workspace, require_workspace

if TYPE_CHECKING:
    from flows.unbooked.releasing import HeldFile


def release(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE", help="CLIENT/FEED/NAME as `files` shows it, a path, or its hash."),
    ],
    by: Annotated[str, typer.Option("--by", metavar="WHO", help="Who looked at it.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why it is meant.")],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002 -- an option of the command line
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """Say that a held file is meant (it grows, repeats another, or is a count): the next night takes it."""
    by, why = " ".join(by.split()), " ".join(why.split())
    refuse_unclear(by, why, is_asking=not yes, as_json=as_json)
    place = Workspace(workspace.absolute())
    require_workspace(place)
    from flows.clock import SYSTEM_CLOCK  # noqa: PLC0415 -- as above
    from flows.configuration import read_configuration  # noqa: PLC0415 -- as above
    from flows.unbooked import releasing  # noqa: PLC0415 -- Polars takes time; help need not wait

    clients = read_configuration(place).clients
    held = releasing.find_held(place, list(clients), read_outcomes(place))
    chosen = releasing.choose_held([one for one in held if one.client_id in clients], file)
    judgement = releasing.Judgement(by, why, SYSTEM_CLOCK.now())
    document = releasing.prepare_release(place, chosen, clients[chosen.client_id], judgement)
    rows = count_of(len(chosen.rows), "row") if chosen.rows else "all rows"
    if not as_json:
        open_console().print(f"{chosen.label} ({chosen.reason}): {rows}", soft_wrap=True)
    confirm("Is it meant?", is_asking=not yes)
    dropped = releasing.drop_release(place, chosen, document, judgement)
    note_repeated(place, chosen)
    if as_json:
        told = {**chosen._asdict(), "rows": list(chosen.rows), "by": by, "why": why, "dropped": str(dropped)}
        print_json(told)
    else:
        open_console().print(f"Dropped as {dropped}; the next night takes it.", soft_wrap=True)


def note_repeated(place: Workspace, file: HeldFile) -> None:
    """A repeated file is no longer on the list: what is said of it is done."""
    from flows.clock import SYSTEM_CLOCK  # noqa: PLC0415 -- Polars takes time; help need not wait
    from flows.ledger.runs.done import put_done  # noqa: PLC0415 -- as above
    from flows.ledger.store.ledger import Ledger  # noqa: PLC0415 -- as above
    from schemas.vocabulary.findings import FindingCode  # noqa: PLC0415 -- as above

    if file.reason != FindingCode.FILE_REPEATED:
        return
    key = (file.client_id, FindingCode.FILE_REPEATED.value, file.subject, file.file_hash)
    with Ledger.open(place) as ledger:
        put_done(ledger.connection, [key], SYSTEM_CLOCK.now())
