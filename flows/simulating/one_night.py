"""One night under several policies: one that was, as it was but for the policy, or the next one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from flows.configuration import parse_configuration
from flows.night.planning.planning import inputs_of
from flows.night.planning.reading import ReadingDesk, read_files
from flows.simulating.clients import choose_clients
from flows.simulating.kept import (
    base_of,
    find_night,
    limited,
    open_ledger,
    other_makers,
    refuse_missing_files,
)
from flows.simulating.policy_files import refuse_misfits
from flows.simulating.simulation import INHERITED, WHOLE_POLICY, sum_up
from flows.simulating.tonight import find_tonight
from schemas.outputs.simulation import OWN
from transforms.simulation.courses import begin_course, plan_kept_night

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime

    from flows.ledger.runs.runs import Run
    from flows.ledger.store.ledger import Ledger
    from flows.simulating.simulation import Simulation
    from flows.workspace import Workspace
    from schemas.night import NightInputs
    from schemas.settings.policy import Policy


def simulate_night(
    workspace: Workspace,
    night: date,
    policies: dict[str, Policy],
    *,
    run_no: int | None = None,
    clients: Sequence[str] = (),
    on_policy: Callable[[str], None] = lambda _: None,
) -> Simulation:
    """A night of the past under its clients' own policy and under each of `policies`.

    It starts from the books before it and takes the files and settings that it took, so under the own
    policy it is the night that was; of another program's night a sentence says that it may differ.

    Raises:
        ConfigurationError: the night is not kept, or a client or policy cannot be followed.
    """
    with open_ledger(workspace) as ledger:
        run = find_night(ledger, night, run_no)
        inputs = inputs_of_run(workspace, ledger, run, clients)
        makers = other_makers(ledger, [run])
    again = (
        f"Night {night}, run {inputs.as_of.run_no}, planned again from the books before it, with the files "
        "and settings it took"
    )
    said = [f"{again}.", *makers] if makers else [f"{again}: under the own policy it is the night that was."]
    return compare_policies(inputs, policies, said, on_policy)


def simulate_tonight(
    workspace: Workspace,
    now: datetime,
    policies: dict[str, Policy],
    *,
    clients: Sequence[str] = (),
    on_policy: Callable[[str], None] = lambda _: None,
) -> Simulation:
    """The next night, as it would be now, under its clients' own policy and under each of `policies`.

    Raises:
        ConfigurationError: no night was run yet, or a client or policy cannot be followed.
    """
    with open_ledger(workspace) as ledger:
        tonight = find_tonight(workspace, ledger, now)
        chosen = choose_clients(tonight.configuration, clients, held=(), night=tonight.as_of.business_date)
        configuration = limited(tonight.configuration, chosen)
        books = ledger.load_books(chosen)
        desk = ReadingDesk(
            workspace,
            tonight.as_of,
            configuration,
            ledger.seen_files(),
            tonight.contents,
            ledger.recall_orders,
        )
        files = [file for file in tonight.files if file.client_id in chosen]
        reading, unholds = read_files(desk, files, books), ledger.read_unholds(tonight.as_of)
        row_keys = ledger.recall_facts(reading.rows, tonight.as_of)
        inputs = inputs_of(desk, reading, books, row_keys, unholds)
    return compare_policies(inputs, policies, [tonight.said], on_policy)


def compare_policies(
    inputs: NightInputs, policies: dict[str, Policy], said: Sequence[str], on_policy: Callable[[str], None]
) -> Simulation:
    """One night under the own policies and under each of `policies`; `said` tells which night.

    Raises:
        ConfigurationError: a policy contradicts the rest of a client's file.
    """
    refuse_misfits(policies, inputs.clients.values())
    courses = []
    for name, policy in {OWN: None, **policies}.items():
        on_policy(name)
        course = begin_course(name, policy, inputs.books, inputs.clients)
        courses.append(plan_kept_night(course, inputs)[0])
    return sum_up(courses, inputs.clients, [*said, WHOLE_POLICY, INHERITED])


def inputs_of_run(workspace: Workspace, ledger: Ledger, run: Run, wanted: Sequence[str]) -> NightInputs:
    """All that a committed run started from, of some clients (all: empty)."""
    frozen = ledger.frozen(run.as_of)
    whole = parse_configuration(frozen.policies)
    chosen = choose_clients(whole, wanted, held=run.clients_held, night=run.as_of.business_date)
    refuse_missing_files(workspace, frozen, chosen)
    version = base_of(run)
    books = ledger.load_books(chosen, version=version)
    recall = partial(ledger.recall_orders, version=version)
    desk = ReadingDesk(
        workspace, run.as_of, limited(whole, chosen), ledger.seen_files(run.as_of), recall=recall
    )
    files = [file for file in frozen.files if file.client_id in chosen]
    reading, unholds = read_files(desk, files, books), ledger.read_unholds(run.as_of)
    row_keys = ledger.recall_facts(reading.rows, run.as_of, version=version)
    return inputs_of(desk, reading, books, row_keys, unholds)
