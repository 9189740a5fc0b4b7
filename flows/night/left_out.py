"""Clients whose orders wait and whose settings are gone or broken: nobody else would ever hear of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.versions import clients_with
from schemas.findings import FindingCode
from schemas.results import Finding

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from flows.configuration import Configuration
    from flows.ledger.store import Ledger
    from schemas.night import AsOf


def with_left_out(
    findings: DataFrame[Finding], ledger: Ledger, configuration: Configuration, as_of: AsOf
) -> DataFrame[Finding]:
    """A night's findings, and one for each client that is left out of it with lines that are not closed."""
    known = clients_with(ledger.connection, "order_lines")
    left_out = [client_id for client_id in known if client_id not in configuration.clients]
    if not left_out:
        return findings
    alive = (pl.col("open_qty") + pl.col("reserved_qty") + pl.col("released_qty")) > 0
    waiting = ledger.load_table("order_lines", left_out).filter(alive).group_by("client_id").len()
    code = FindingCode.CLIENT_LEFT_OUT
    found = [
        {
            "business_date": as_of.business_date,
            "client_id": client_id,
            "code": code.value,
            "subject": f"clients/{client_id}.toml",
            "detail": f"{'broken' if client_id in configuration.refused else 'missing'}; {lines} lines wait",
            "owner": code.owner.value,
            "command": code.command.format(client_id=client_id),
        }
        for client_id, lines in waiting.sort("client_id").iter_rows()
    ]
    added = pl.DataFrame(found, schema=Finding.dtypes())
    return pl.concat([findings, added]).sort(Finding.names()).pipe(Finding.validate)
