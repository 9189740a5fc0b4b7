"""Clients whose orders wait and whose settings are gone or broken: nobody else would ever hear of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.store.versions import clients_with
from schemas.vocabulary.findings import FindingCode
from transforms.findings import make_findings
from transforms.units import counted

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from flows.configuration import Configuration
    from flows.ledger.store.ledger import Ledger
    from schemas.night import AsOf
    from schemas.results import Finding


def find_left_out(ledger: Ledger, configuration: Configuration, as_of: AsOf) -> DataFrame[Finding]:
    """A finding for each client that is left out with lines that are not closed."""
    known = clients_with(ledger.connection, "order_lines")
    left_out = [client_id for client_id in known if client_id not in configuration.clients]
    alive = (pl.col("open_qty") + pl.col("reserved_qty") + pl.col("released_qty")) > 0
    lines = ledger.load_table("order_lines", left_out).filter(alive)
    is_broken = pl.col("client_id").is_in(list(configuration.refused))
    told = (
        lines.group_by("client_id")
        .agg(lines=pl.len())
        .with_columns(
            subject=pl.format("clients/{}.toml", "client_id"),
            cause=pl.lit(""),
            detail=pl.format(
                "{}; {} waiting",
                pl.when(is_broken).then(pl.lit("broken")).otherwise(pl.lit("missing")),
                counted("lines", "line"),
            ),
        )
    )
    return make_findings(told, FindingCode.CLIENT_LEFT_OUT, as_of=as_of)
