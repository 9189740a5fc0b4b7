"""Whole nights of one client, one after the other: rows of files in, plans out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schemas.books.orders import PendingRow
from schemas.books.stock import Unhold
from schemas.intake.verdicts import FileOutcome, RejectedRow, RowKey, RowOutcome
from schemas.night import AsOf, Books, NightInputs
from schemas.table import empty
from tests.frames import NIGHT, frame_of
from tests.once import taken_once
from tests.transforms.posting.nights import ACME, WAREHOUSES, rows_of
from transforms.night.planning import plan_night

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas.night import NightPlan
    from schemas.settings.client import Client


plan = taken_once(plan_night)


def run_night(
    before: NightPlan | None,
    number: int,
    client: Client = ACME,
    *,
    max_release_lines: int | None = None,
    unholds: Sequence[dict[str, Any]] = (),
    only_posts: bool = False,
    **feeds: list[dict[str, Any]],
) -> NightPlan:
    """The plan of night 0, 1, 2, ... over the books that the night before left."""
    limit = {"max_release_lines": max_release_lines}
    marked = {feed: [row | {"file_hash": f"{feed}-{number}"} for row in rows] for feed, rows in feeds.items()}
    books = before.books if before else Books.blank()
    return plan(
        NightInputs(
            as_of=AsOf(NIGHT + timedelta(days=number), only_posts=only_posts),
            clients={client.client_id: client},
            warehouses={name: place.model_copy(update=limit) for name, place in WAREHOUSES.items()},
            books=books,
            rows=rows_of(**marked),
            row_keys=before.row_keys if before else empty(RowKey),
            pending_rows=empty(PendingRow),
            files=empty(FileOutcome),
            outcomes=empty(RowOutcome),
            rejected_rows=empty(RejectedRow),
            unholds=frame_of(Unhold, *unholds),
        )
    )


def receipt(number: str, qty: int) -> dict[str, Any]:
    """Units of A, received into one bin."""
    return {"receipt_id": number, "sku": "A", "received_qty": qty, "received_on": NIGHT}


def order(order_id: str, qty: int, channel: str | None = None) -> dict[str, Any]:
    """An order of one line of A."""
    return {"order_id": order_id, "line_no": 1, "sku": "A", "qty": qty, "channel": channel}
