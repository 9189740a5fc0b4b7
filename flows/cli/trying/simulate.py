"""`backorders simulate`: what nights would have been like under another policy."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.numbers import MAX_RUNS, whole_from
from flows.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption
from flows.cli.printing.paper import open_console, print_json
from flows.cli.printing.watching import watched_steps
from flows.cli.trying.simulated import print_simulation
from flows.named_folders import refuse_place_of_ours
from flows.workspace import Workspace, require_workspace

if TYPE_CHECKING:
    from flows.simulating.asked import Asked
    from flows.simulating.simulation import Simulation

DAY = "YYYY-MM-DD"
PolicyOption = Annotated[
    list[Path] | None,
    typer.Option("--policy", "-p", metavar="FILE", help="A policy to try; repeat it for several."),
]
ClientOption = Annotated[
    list[str] | None, typer.Option("--client", metavar="CLIENT", help="Only this client; repeatable.")
]
NightOption = Annotated[
    str | None,
    typer.Option("--date", metavar=DAY, help="A kept night, as it was; without it, the next one."),
]
RunOption = Annotated[
    int | None,
    typer.Option(
        "--run",
        metavar="N",
        help="Which run of that date; without it, the last.",
        parser=whole_from(1, MAX_RUNS),
    ),
]
FirstOption = Annotated[
    str | None, typer.Option("--from", metavar=DAY, help="First night of a span, replayed to --to.")
]
LastOption = Annotated[str | None, typer.Option("--to", metavar=DAY, help="Last night of the span.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print CSV: a row a client and policy.")]
OutputOption = Annotated[
    Path | None,
    typer.Option("--output", metavar="DIR", help="Write policies.csv, orders.csv and simulation.json there."),
]


def simulate(  # noqa: PLR0913, PLR0917 -- a command line has as many options as it has
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    policy: PolicyOption = None,
    client: ClientOption = None,
    date: NightOption = None,
    run: RunOption = None,
    first: FirstOption = None,
    last: LastOption = None,
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
    as_csv: CsvOption = False,  # noqa: FBT002 -- an option of the command line
    output: OutputOption = None,
) -> None:
    """Try policies on the next night, a kept one or a span, beside the client's own; nothing is changed."""
    place = Workspace(workspace.absolute())
    require_workspace(place)
    from flows.simulating.asked import Asked  # noqa: PLC0415 -- Polars takes time; help need not wait
    from flows.simulating.handing_out import describe_simulation, policies_csv  # noqa: PLC0415 -- likewise

    simulation = _simulate(place, Asked(policy or (), client or (), date, run, first, last), output)
    if as_csv:
        sys.stdout.write(policies_csv(simulation).decode())
    elif as_json:
        print_json(describe_simulation(simulation))
    else:
        print_simulation(open_console(), describe_simulation(simulation))


def _simulate(place: Workspace, asked: Asked, output: Path | None) -> Simulation:
    """The simulation, written to the output folder if there is one.

    Raises:
        ConfigurationError: what was asked cannot be done.
    """
    from flows.simulating.asked import simulate_asked  # noqa: PLC0415 -- Polars takes time; help need not wait
    from flows.simulating.handing_out import write_simulation  # noqa: PLC0415 -- likewise

    if output:
        refuse_place_of_ours(output, place)
    with watched_steps("reading") as on_step:
        simulation = simulate_asked(place, asked, datetime.now(UTC), on_step)
    if output:
        write_simulation(simulation, output)
    return simulation
