"""Pick files of the night before that nobody saw in their place: for a person to ask after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.deliveries import find_unseen
from flows.outbound.picks import name_pick_file
from schemas.findings import FindingCode
from schemas.results import Finding

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from flows.ledger.store import Ledger
    from schemas.night import AsOf


def with_unseen_picks(findings: DataFrame[Finding], ledger: Ledger, as_of: AsOf) -> DataFrame[Finding]:
    """A night's findings, and one for each client and pick file of the version before that nobody saw."""
    last = ledger.last_committed()
    if last is None or last.version is None or not (unseen := find_unseen(ledger.connection, last.version)):
        return findings
    rows = (
        ledger.load_added("allocations", last.version)
        .filter(pl.col("release_id").is_in(unseen))
        .group_by("client_id", "warehouse_id")
        .len()
        .sort("client_id", "warehouse_id")
    )
    code = FindingCode.PICK_UNSEEN
    found = [
        {
            "business_date": as_of.business_date,
            "client_id": client_id,
            "code": code.value,
            "subject": (name := name_pick_file(warehouse_id, last.as_of)),
            "detail": f"{releases} of its releases, of the night of {last.as_of.business_date}",
            "owner": code.owner.value,
            "command": code.command.format(client_id=client_id, subject=name),
        }
        for client_id, warehouse_id, releases in rows.iter_rows()
    ]
    added = pl.DataFrame(found, schema=Finding.dtypes())
    return pl.concat([findings, added]).sort(Finding.names()).pipe(Finding.validate)
