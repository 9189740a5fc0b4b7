"""Clients with any policy, and the warehouses that they share."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, get_args

from schemas.night import AsOf
from schemas.settings.client import Client
from schemas.settings.policy import Fence, Policy, RankKey
from schemas.settings.segment import Segment
from schemas.settings.warehouse import Warehouse
from schemas.vocabulary.words import OnShort, Standing
from tests.case_days import near
from tests.frames import NIGHT
from transforms.calendars import MONDAY_FIRST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

SPLITS = (True, False, "if_needed", "if_needed")
STANDINGS = ("gain", "gain", "gain", *Standing.values())
CANCELLING = 0.25
"""Share of clients, and of their orders, that say what becomes of what is short."""

FITTING = {
    "none": OnShort.values(),
    "water_filling": ("backorder", "cancel_rest"),
    "proportional": ("backorder",),
}
"""What may become of what is short, by the client's fair share."""

HOLDBACKS: tuple[dict[str, Any], ...] = (
    {"holdback": "none"},
    {"holdback": "strict"},
    {"holdback": "bounded", "holdback_nights": 2},
    {"holdback": "bounded", "holdback_nights": 3, "holdback_days": 5},
)

WAREHOUSES = {
    "W1": Warehouse(warehouse_id="W1", allocator="us"),
    "W2": Warehouse(
        warehouse_id="W2", allocator="us", bin_order=("B10", "B2"), dock_to_stock_days=0, max_release_lines=2
    ),
    "W3": Warehouse(
        warehouse_id="W3",
        allocator="us",
        working_days=("mon", "tue", "wed", "thu", "fri", "sat"),
        holidays=(NIGHT + timedelta(days=2), NIGHT - timedelta(days=3)),
        dock_to_stock_days=2,
        bin_order=("A-7",),
    ),
}
"""Three calendars and three walking orders."""

USUAL_WEEKS, OPEN_DAYS = 0.3, 0.6
"""Share of nights whose warehouses keep these calendars, and of the days of others on which they work."""

ZONES = ("UTC", "UTC", "Asia/Tokyo", "America/New_York")


def make_warehouses(chance: Random) -> dict[str, Warehouse]:
    """The warehouses as they are, or each with a week, holidays and a clock of its own."""
    if chance.random() < USUAL_WEEKS:
        return WAREHOUSES
    made = {}
    for name, place in WAREHOUSES.items():
        week = tuple(day for day in MONDAY_FIRST if chance.random() < OPEN_DAYS)
        own = {
            "working_days": week or ("thu",),
            "holidays": tuple({near(chance, -3, 6) for _ in range(2)}),
            "time_zone": chance.choice(ZONES),
            "cut_off": time(chance.choice((2, 14, 23)), 30),
        }
        made[name] = place.model_copy(update=own)
    return made


def make_run(chance: Random) -> AsOf:
    """The night as somebody asked for it, or as a clock began it: early next day, later, or two days late."""
    hours = chance.choice((None, 26, 36, 39, 75))
    began = datetime(NIGHT.year, NIGHT.month, NIGHT.day, tzinfo=UTC)
    return AsOf(NIGHT, frozen_at=began + timedelta(hours=hours) if hours else None, is_asked=hours is None)


def make_client(chance: Random, client_id: str) -> Client:
    """A client with any policy."""
    keys = list(get_args(RankKey))
    rank: tuple[Any, ...] = ("priority", "due_on", "ordered_at")
    if chance.random() < 0.5:
        rank = tuple(chance.sample(keys, chance.randint(1, len(keys))))
    names = chance.sample(list(WAREHOUSES), chance.randint(1, 3))
    fair_share = chance.choice(("none", "none", "none", "water_filling", "proportional"))
    is_fair = fair_share != "none"
    if is_fair:
        rank = ("priority", *(key for key in rank if key != "priority"))
    max_shipments = None if is_fair else chance.choice((None, None, None, 1, 2, 2, 3, 3))
    fitting = FITTING[fair_share]
    standing, on_short = chance.choice(STANDINGS), make_on_short(chance, fitting)
    policy = Policy(
        max_shipments=max_shipments,
        fair_share=fair_share,
        fences=make_fences(chance, names) if chance.random() < 0.3 else (),
        standing=standing,
        on_short="backorder" if standing == "fill" else on_short,
        past_cancel="ask" if fair_share == "proportional" else chance.choice(("ask", "cancel")),
        segments=make_segments(chance, fitting) if chance.random() < 0.3 else (),
        rank=rank,
        **(HOLDBACKS[0] if is_fair else chance.choice(HOLDBACKS)),
        split=chance.choice((True, "if_needed") if is_fair else SPLITS),
        lot_order=chance.choice(("fefo", "fifo", "lifo")),
        channel_order=("shop", "web") if "channel" in rank else (),
        not_due=chance.choice(("wait", "reserve", "ship", "ship")),
        reserve_ahead_days=chance.choice((0, 1, 2, 7)),
        wait_for_rest_days=chance.choice((None, 0, 1, 2, 3)),
        min_release_qty=chance.choice((None, None, 3, 6)),
        min_release_value=chance.choice((None, None, None, Decimal("7.5"))),
        min_release_until_days=chance.choice((0, 1, 3)),
        horizon_days=chance.choice((0, 0, 0, 1, 3)),
        overdue_grace_days=chance.choice((0, 1, 3)),
        asn_rest_days=chance.choice((0, 1, 3)),
    )
    zone = chance.choice(ZONES)
    return Client(client_id=client_id, name=client_id, warehouses=tuple(names), time_zone=zone, policy=policy)


def make_fences(chance: Random, warehouses: list[str]) -> tuple[Fence, ...]:
    """One or two fences, one by units and one by share; their channels may overlap."""
    places = tuple(chance.sample(warehouses, chance.randint(0, len(warehouses))))
    skus = tuple(chance.sample(("A", "B", "C"), chance.randint(1, 3)))
    until = NIGHT + timedelta(days=chance.choice((0, 1, 2, 4, 30)))
    by_units = Fence(name="f1", sku=skus, channel=("shop",), warehouse=places, qty=9, until=until)
    by_share = Fence(
        name="f2",
        sku=("A", "B"),
        channel=("shop", "web"),
        pct=chance.choice((20, 50, 100)),
        until=NIGHT + timedelta(days=3),
    )
    return tuple(chance.sample((by_units, by_share), chance.randint(1, 2)))


def make_on_short(chance: Random, fitting: Sequence[str]) -> str:
    """What becomes of what is short, of what the client's other rules allow; mostly it waits."""
    return chance.choice(fitting) if chance.random() < CANCELLING else "backorder"


def make_segments(chance: Random, fitting: Sequence[str]) -> tuple[Segment, ...]:
    """One or two segments, which lines may fit both or neither."""
    by_channel = {"name": "s1", "channel": ("shop",), "order_type": ("dtc", "b2b")}
    by_priority = {"name": "s2", "priority": (1, 9)}
    made = [
        Segment.model_validate(named | make_rules(chance, fitting)) for named in (by_channel, by_priority)
    ]
    drawn = tuple(chance.sample(made, chance.choice((1, 2, 2))))
    never_asks = any(segment.standing == "fill" for segment in drawn)
    return drawn[:1] if never_asks and any(segment.on_short for segment in drawn) else drawn


def make_rules(chance: Random, fitting: Sequence[str]) -> dict[str, str]:
    """What a segment says of its lines: one rule or the other, or both."""
    standing, on_short = chance.choice(STANDINGS), chance.choice(fitting)
    rules = chance.choice(({"standing": standing}, {"on_short": on_short}, {}))
    kept = "gain" if standing == "fill" else standing
    return rules or {"standing": kept, "on_short": on_short}
