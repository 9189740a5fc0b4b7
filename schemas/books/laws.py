"""Contract of broken laws: an empty frame is a law that holds."""

from __future__ import annotations

import pandera.polars as pa

from schemas.table import Table

NIGHT_LAWS = (4, 6)
"""Laws across clients: broken, they stop the night. The others hold their client only."""

LAW_COUNT = 6


class Violation(Table):
    """A row that breaks a law of the ledger."""

    law: int = pa.Field(ge=1, le=LAW_COUNT)
    client_id: str
    subject: str = pa.Field(description="what it is about: a line, a balance, a file; never a person")
    detail: str = pa.Field(description="expected against found")
