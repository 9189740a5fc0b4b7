"""Order status: one CSV a client, made for a spreadsheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import polars.selectors as cs

from flows.outbound.documents import Document, csv_content, path_label
from transforms.texts import neutral_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf
    from schemas.outputs.reports import StatusLine


def render_order_status(
    status: DataFrame[StatusLine], *, clients: Iterable[str], as_of: AsOf
) -> list[Document]:
    """`status/<client>/order_status_<date>_<run>.csv` for each client, also for one with nothing to tell.

    A value that a spreadsheet would run as a formula has an apostrophe in front of it.
    """
    safe = status.with_columns(neutral_text(cs.string()))
    return [
        Document(
            f"status/{path_label(client_id)}/order_status_{as_of.business_date}_{as_of.run_no}.csv",
            csv_content(safe.filter(pl.col("client_id") == client_id)),
        )
        for client_id in sorted(clients)
    ]
