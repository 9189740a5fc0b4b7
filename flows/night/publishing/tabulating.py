"""What analysts see of the nights themselves, and which histories they do not see."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.outputs.analyst import Night
from schemas.table import conform

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pandera.typing.polars import DataFrame

    from flows.ledger.runs.runs import Run

UNSEEN = ("row_keys",)
"""Histories that no analyst table is made of."""


def tabulate_nights(committed: Iterable[Run]) -> DataFrame[Night]:
    """Committed runs as analysts see them; of one that is not published yet, the seconds up to its commit."""
    rows = [
        {
            "business_date": run.as_of.business_date,
            "run_no": run.as_of.run_no,
            "version": run.version,
            "seconds": run.seconds if run.seconds is not None else _seconds_to_commit(run),
            "laws_checked": run.laws_checked or 0,
            "clients_held": len(run.clients_held),
            "held_clients": "|".join(run.clients_held),
            "only_posts": run.as_of.only_posts,
        }
        for run in committed
    ]
    return conform(pl.DataFrame(rows, schema=Night.dtypes()), Night)


def _seconds_to_commit(run: Run) -> float | None:
    """From freezing to the commit."""
    return (run.committed_at - run.frozen_at).total_seconds() if run.committed_at else None
