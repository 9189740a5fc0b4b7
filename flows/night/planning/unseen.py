"""Pick files of the night before that nobody saw in their place: for a person to ask after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.runs.deliveries import find_unseen
from flows.ledger.store.versions import name_version
from flows.outbound.warehouses.picks import name_pick_file, path_of_picks
from schemas.results import Finding
from schemas.table import empty
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import AllocationKind
from transforms.findings import make_findings, usual_cause

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from flows.ledger.store.ledger import Ledger
    from schemas.night import AsOf


def find_unseen_picks(ledger: Ledger, as_of: AsOf) -> DataFrame[Finding]:
    """A finding for each client and pick file of the version before that nobody saw."""
    last = ledger.last_committed()
    if last is None or last.version is None or not (unseen := find_unseen(ledger.connection, last.version)):
        return empty(Finding)
    rows = (
        ledger.load_added("allocations", last.version)
        .filter(pl.col("kind") == AllocationKind.RELEASE, pl.col("warehouse_id").is_in(unseen))
        .group_by("client_id", "warehouse_id")
        .len()
    )
    folder = f"./published/{name_version(last.version)}"
    told = rows.with_columns(
        subject=pl.col("warehouse_id").map_elements(
            lambda warehouse_id: name_pick_file(warehouse_id, last.as_of), pl.String
        ),
        path=pl.col("warehouse_id").map_elements(
            lambda warehouse_id: f"{folder}/{path_of_picks(warehouse_id, last.as_of)}", pl.String
        ),
        cause=usual_cause(FindingCode.PICK_UNSEEN, as_of),
        detail=pl.format(
            "{} of its releases, of the night of {}", "len", pl.lit(str(last.as_of.business_date))
        ),
    )
    return make_findings(told, FindingCode.PICK_UNSEEN, as_of=as_of)
