"""How nights and looks are named in Prefect's pages, and what their last state says: what happened.

Who looks there has not read a summary yet: a list of runs must tell the nights from each other and from the
looks, and one with a held client from one that is well.
"""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import (
    FlowFilter,
    FlowFilterName,
    FlowRunFilter,
    FlowRunFilterState,
    FlowRunFilterStateName,
)
from prefect.runtime import flow_run
from prefect.states import Completed, Failed

from flows.fence import UNFORESEEN

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prefect.client.orchestration import SyncPrefectClient
    from prefect.client.schemas.objects import State

    from flows.night.run import NightResult
    from schemas.errors import BackordersError

LOG = logging.getLogger(__name__)

NOTHING_NEW = "nothing new"
"""State of a look that answered no file."""

COUNTED = {
    "files": "file",
    "rows_read": "row",
    "units_released": "released unit",
    "units_short": "short unit",
    "messages": "message",
}
"""What the state of a night tells of its summary, and what one of each is called."""


def name_nights(results: Sequence[NightResult]) -> str:
    """The name of a run of these nights."""
    dates = [result.as_of.business_date.isoformat() for result in results]
    if not dates:
        return "no night was due"
    return f"night of {dates[0]}" if dates[0] == dates[-1] else f"nights of {dates[0]} to {dates[-1]}"


def state_of_nights(results: Sequence[NightResult], error: BackordersError | None = None) -> State[Any]:
    """The last state of a run of nights that are done.

    Args:
        results: what became of them.
        error: why they do not end well; whoever called the flow gets it.
    """
    clients = _summary_of(results[-1])["clients"] if results else []
    held = {client_id for result in results for client_id in result.clients_held}
    if error:
        name = f"{len(held)} of {len(clients)} clients held" if held else "needs a person"
        return Failed(name=name, message=str(error), data=error)
    name = _count(len(clients), "client") + " done" if results else name_nights(results)
    return Completed(name=name, message=_tell_counts(results), data=[one.as_of.run_id for one in results])


def state_of_look(answered: int) -> State[Any]:
    """The last state of a look by day that answered some files."""
    name = f"{_count(answered, 'file')} answered" if answered else NOTHING_NEW
    return Completed(name=name, data=answered)


def rename_run(name: str) -> None:
    """Name the flow run around this call, if Prefect knows of one."""
    if run_id := flow_run.get_id():
        _ask(lambda client: client.update_flow_run(UUID(run_id), name=name))


def forget_idle_looks(flow_name: str) -> None:
    """Let Prefect forget the looks that found nothing: one comes every few minutes, and buries the nights."""
    if not flow_run.get_id():
        return
    idle = FlowRunFilter(state=FlowRunFilterState(name=FlowRunFilterStateName(any_=[NOTHING_NEW])))
    of_looks = FlowFilter(name=FlowFilterName(any_=[flow_name]))

    def forget(client: SyncPrefectClient) -> None:
        for run in client.read_flow_runs(flow_filter=of_looks, flow_run_filter=idle):
            client.delete_flow_run(run.id)

    _ask(forget)


def _ask(request: Callable[[SyncPrefectClient], object]) -> None:
    """Ask Prefect for something that no night depends on."""
    try:
        with get_client(sync_client=True) as client:
            request(client)
    except UNFORESEEN as error:
        LOG.info("Prefect's pages are not as they should be: %s", type(error).__name__)


def _summary_of(result: NightResult) -> dict[str, Any]:
    summary: dict[str, Any] = json.loads((result.folder / "summary" / "summary.json").read_text("utf-8"))
    return summary


def _tell_counts(results: Sequence[NightResult]) -> str:
    """What each night did, a line a night."""
    return "\n".join(
        f"{result.as_of.business_date}: {_tell_sums(_summary_of(result)['clients'])}" for result in results
    )


def _tell_sums(clients: Sequence[dict[str, Any]]) -> str:
    return ", ".join(_count(sum(client[name] for client in clients), noun) for name, noun in COUNTED.items())


def _count(number: float, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
