"""What was asked for: tonight, a night that was, or a span of nights."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.night.asked_date import read_date
from flows.simulating.one_night import simulate_night, simulate_tonight
from flows.simulating.policy_files import read_policies
from flows.simulating.span import simulate_span
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from flows.simulating.simulation import Simulation
    from flows.workspace import Workspace


@dataclass(frozen=True)
class Asked:
    """What a person typed: policy files and clients, and a date, a span, or neither (the next night)."""

    policies: Sequence[Path] = ()
    clients: Sequence[str] = ()
    night: str | None = None
    run_no: int | None = None
    first: str | None = None
    last: str | None = None


def simulate_asked(
    workspace: Workspace,
    asked: Asked,
    now: datetime,
    on_step: Callable[[str, int], None] = lambda _words, _steps: None,
) -> Simulation:
    """The simulation that was asked for; `on_step` is told what is planned, and how many steps there are.

    Raises:
        ConfigurationError: what was asked for contradicts itself or is not kept, or a policy file or client
            cannot be followed.
    """
    _refuse_contradictions(asked)
    policies = read_policies(asked.policies)

    def on_policy(name: str) -> None:
        on_step(name, len(policies) + 1)

    first, last, night = read_date(asked.first), read_date(asked.last), read_date(asked.night)
    if first and last:
        return simulate_span(
            workspace,
            (first, last),
            policies,
            clients=asked.clients,
            on_night=lambda night, nights: on_step(str(night), nights),
        )
    if night:
        return simulate_night(
            workspace, night, policies, run_no=asked.run_no, clients=asked.clients, on_policy=on_policy
        )
    return simulate_tonight(workspace, now, policies, clients=asked.clients, on_policy=on_policy)


def _refuse_contradictions(asked: Asked) -> None:
    """Refuse what cannot be meant.

    Raises:
        ConfigurationError: options contradict each other; both are named.
    """
    message = ""
    if bool(asked.first) != bool(asked.last):
        message = f"--{'from' if asked.first else 'to'} needs --{'to' if asked.first else 'from'}: name both"
    elif asked.first and asked.night:
        message = "--date is one night and --from a span of them: drop one of the two"
    elif asked.run_no is not None and not asked.night:
        message = "--run needs --date: name the date whose run is meant"
    if message:
        raise ConfigurationError(message)
