"""Publishing a few clients at a time gives the same bytes as all of them together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from flows.night.publishing import analysts, committed, of_clients
from flows.outbound import spilling
from flows.outbound.analysts.analytics import FILE_NAME
from flows.outbound.analysts.digests import logical_digest
from tests.flows.night.small_world import MONDAY, TUESDAY, drop, drop_first_day, make_world, run_night

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace

BAD = "order_id,line_no,sku,qty,ordered_at\nO7,1,A,many,2026-03-02 09:00\n"
CLIENTS = ("acme", "bolt")
OF_ONE = ("render_quarantine", "render_acknowledgements", "build_order_status")
"""What makes a client's own documents."""


def published(place: Workspace) -> dict[str, bytes]:
    """All files of all versions but what tells times; of the database its digest."""
    files = [path for path in place.published.glob("v*/**/*") if path.is_file()]
    kept = {path for path in files if path.name not in {FILE_NAME, "run_info.json"}}
    contents = {path.relative_to(place.published).as_posix(): path.read_bytes() for path in kept}
    databases = {path.parent.name: logical_digest(path).encode() for path in files if path.name == FILE_NAME}
    return contents | databases


def lived(place: Workspace) -> dict[str, bytes]:
    """What two nights of two clients publish."""
    for night, names in ((MONDAY, CLIENTS), (TUESDAY, CLIENTS[1:])):
        for client_id in names:
            if night == MONDAY:
                drop_first_day(place, client_id)
            drop(place, f"{client_id}/orders/bad_{night}.csv", BAD)
        run_night(place, night)
    return published(place)


def fail(*_: Any, **__: Any) -> NoReturn:  # noqa: ANN401 -- whatever it is given
    """A renderer with a fault."""
    raise ValueError


@pytest.mark.thorough
@pytest.mark.parametrize("faults", [(), OF_ONE])
def test_cohorts_of_one_client_publish_what_one_cohort_does(
    faults: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in faults:
        monkeypatch.setattr(of_clients, name, fail)
    together = lived(make_world(tmp_path / "together"))
    monkeypatch.setattr(committed, "TOGETHER", 1)
    monkeypatch.setattr(analysts, "COHORT_ROWS", 1)
    monkeypatch.setattr(spilling, "PIECE", 1)
    monkeypatch.setattr(spilling, "FEW", 0)
    apart = make_world(tmp_path / "apart")
    assert lived(apart) == together
    assert not [*apart.staging.glob("????-??-??-*")], "pick rows hold addresses"
    assert len(json.loads(together.get("v000001/not_written.json", b"[]"))) == 2 * len(faults)
