"""Nights with a fault planted in them, each of which some law or trial must catch."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from unittest.mock import patch

import polars as pl

from flows.disk import durable, sealing
from flows.disk.faults import Operation, perform
from flows.night.planning import planning
from schemas.results import Allocation
from schemas.vocabulary.words import AllocationKind
from tests.trials.crashes import second_night, second_night_of_many
from transforms.night.planning import plan_night

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

    from schemas.night import NightInputs, NightPlan


def second_night_without_folder_syncs(root: Path) -> None:
    """A rename is not followed by the fsync of its folder."""
    with patch.object(durable, "perform", _all_but("fsync_folder")):
        second_night(root)


def second_night_without_file_syncs(root: Path) -> None:
    """A file is renamed before its bytes are synced."""
    with patch.object(durable, "perform", _all_but("fsync")):
        second_night(root)


def second_night_without_the_whole_sync(root: Path) -> None:
    """A version of many files gets its name before its file system is synced."""
    with patch.object(sealing, "perform", _all_but("syncfs")):
        second_night_of_many(root)


def release_without_an_id() -> AbstractContextManager[object]:
    """The releases of the night have no effect id."""
    return _planting(lambda releases: releases.with_columns(release_id=pl.lit("")))


def releases_with_one_id() -> AbstractContextManager[object]:
    """All releases of the night have the same effect id."""
    return _planting(lambda releases: releases.with_columns(release_id=pl.lit("same")))


def release_made_twice() -> AbstractContextManager[object]:
    """Each release of the night is made twice."""
    return _planting(lambda releases: pl.concat([releases, releases]))


PLANTED = (release_without_an_id, releases_with_one_id, release_made_twice)


def _planting(change: Callable[[pl.DataFrame], pl.DataFrame]) -> AbstractContextManager[object]:
    """Nights whose releases are changed after they were planned."""

    def plan_faulty_night(inputs: NightInputs) -> NightPlan:
        plan = plan_night(inputs)
        is_release = pl.col("kind") == AllocationKind.RELEASE
        releases, others = plan.allocations.filter(is_release), plan.allocations.filter(~is_release)
        assert not releases.is_empty(), "a night without releases cannot show the fault"
        changed = pl.concat([others, change(releases)]).pipe(Allocation.validate)
        return replace(plan, allocations=changed)

    return patch.object(planning, "plan_night", plan_faulty_night)


def _all_but(name: str) -> Callable[[Operation, Callable[[], object]], object]:
    """Do operations as always, but none of this name."""
    return lambda operation, action: None if operation.name == name else perform(operation, action)
