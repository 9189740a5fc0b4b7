"""Pages of nights that are hard to show: hostile names, many clients, nothing at all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.outbound.pages.rendering import render_page
from schemas.night import AsOf
from tests.frames import NIGHT
from tests.transforms.reports.night_page.figures import (
    DIFFERENCE,
    EMPTY,
    MONTH,
    MOVES,
    client,
    figures_of,
    finding,
    trend,
)
from transforms.reports.night_page.page import build_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.transforms.reports.night_page.figures import Row

HOSTILE = (
    "</style></title><script>fetch('https://evil.example/')</script><img src=x onerror=alert(1)>\"'{{ 7*7 }}"
)
LONG = "Q" * 120


def page_of(figures: dict[str, list[Row]]) -> bytes:
    """The bytes of a page."""
    return render_page("night", page=build_page(figures, AsOf(NIGHT), ["acme", HOSTILE]))


def hostile() -> bytes:
    """A night of which every text from outside is an attack, or long."""
    names = {"client_id": HOSTILE, "subjects": [HOSTILE, LONG], "detail": HOSTILE, "command": HOSTILE}
    plain = figures_of()
    return page_of(
        figures_of(
            night=[plain["night"][0] | {"held_clients": f"{HOSTILE}|{LONG}"}],
            tasks=[
                finding(findings=2, **names),
                finding(code="stock_held", **names),
                finding(client_id=LONG),
            ],
            clients=[client(client_id=HOSTILE, rows_rejected=12), client(client_id=LONG)],
            picks=[plain["picks"][0] | {"warehouse_id": name} for name in (HOSTILE, LONG)],
            oldest=[plain["oldest"][0] | {"order_id": name, "client_id": LONG} for name in (HOSTILE, LONG)],
            moves=[MOVES | {"client_id": HOSTILE, "warehouse_id": LONG}],
            differences=[DIFFERENCE | dict.fromkeys(("client_id", "warehouse_id", "sku", "lot_id"), HOSTILE)],
            month=[MONTH | {"client_id": LONG, "shipped_qty": 1_234_567_890.125}],
        )
    )


def crowded() -> bytes:
    """A night of 200 clients, each of which has something of everything, and five weeks before it."""
    names = [f"client-{number:03}" for number in range(200)]
    codes = ("rows_rejected", "file_refused", "stock_held", "negative_stock", "late_inbound", "client_held")
    tasks = [
        finding(client_id=name, code=code, findings=1_000, subjects=[LONG] * 3, command=LONG * 2)
        for name in names
        for code in codes
    ]
    clients = [
        client(client_id=name, rows_read=1_234_567, rows_rejected=12_345, released_lines=98_765)
        for name in names
    ]
    moves = [MOVES | {"client_id": name} for name in names]
    nights = [trend(days, new_lines=1_000_000, waiting_lines=876_543) for days in range(34, -1, -1)]
    return page_of(figures_of(tasks=tasks, clients=clients, trend=nights, moves=moves))


PAGES: dict[str, Callable[[], bytes]] = {
    "ordinary": lambda: page_of(figures_of()),
    "hostile": hostile,
    "crowded": crowded,
    "empty": lambda: page_of(EMPTY),
}
"""Pages by name, each made when it is asked for."""
