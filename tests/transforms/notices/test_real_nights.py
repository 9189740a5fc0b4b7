"""What is told over whole nights, of real plans: what waits, why, until when, and what never stands false."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.night import AsOf
from schemas.settings.client import NoticeSettings
from schemas.vocabulary.words import NoticeKind
from tests.frames import NIGHT
from tests.nights import order, receipt, run_night
from tests.transforms.notices.nights import in_days
from tests.transforms.posting.nights import ACME, WAREHOUSES
from transforms.shipping_days import shipping_day

if TYPE_CHECKING:
    from datetime import date

    from schemas.night import NightPlan

pytestmark = pytest.mark.usefixtures("lived_together")

TELLING = ACME.model_copy(
    update={"notices": NoticeSettings(mode="preview", tell_on=tuple(NoticeKind.values()), tell_after_days=0)}
)


def asn(days: int, qty: int = 5, sku: str = "A") -> dict[str, Any]:
    """Units expected so many days after the first night."""
    return {"asn_id": f"N-{sku}-{days}", "sku": sku, "qty": qty, "expected_on": in_days(days)}


def told(plan: NightPlan, *columns: str) -> list[tuple[Any, ...]]:
    """What the night's messages say of their lines."""
    return plan.message_lines.sort("order_id", "line_no").select(columns).rows()


def test_goods_that_do_not_come_are_told_once_as_late_and_when_they_leave_as_ever() -> None:
    plan = run_night(None, 0, TELLING, orders=[order("O1", 5)], asns=[asn(2)])
    assert told(plan, "wait_reason", "eta_on") == [("out_of_stock", in_days(3))]
    news = {}
    for night in range(1, 6):
        plan = run_night(plan, night, TELLING)
        news[night] = told(plan, "kind", "wait_reason", "wait_qty", "eta_on", "previous_eta_on")
    assert news.pop(3) == [("eta_changed", "late", 5, None, in_days(3))]
    assert not any(news.values())
    come = run_night(plan, 7, TELLING, receipts=[receipt("g1", 5) | {"received_on": in_days(7)}])
    assert told(come, "kind") == []


def test_a_pre_order_is_told_its_day_and_hears_no_more_until_it_ships() -> None:
    item = {"sku": "A", "available_from": in_days(16)}
    plan = run_night(None, 0, TELLING, items=[item], orders=[order("O1", 2)], asns=[asn(9)])
    assert told(plan, "kind", "wait_reason", "eta_on") == [("pre_order", "pre_order", in_days(16))]
    come = run_night(plan, 8, TELLING, receipts=[receipt("g1", 5) | {"received_on": in_days(8)}])
    assert told(come, "kind") == []


def test_goods_that_come_early_ship_with_the_day_that_was_told() -> None:
    plan = run_night(None, 0, TELLING, orders=[order("O1", 5)], asns=[asn(9)])
    told_on = in_days(10)
    assert told(plan, "eta_on") == [(told_on,)]
    plan = run_night(plan, 1, TELLING, receipts=[receipt("g1", 5) | {"received_on": in_days(1)}])
    release = plan.books.releases["release_id"].item()
    plan = run_night(plan, 2, TELLING, shipments=[{"release_id": release, "shipped_qty": 5}])
    assert told(plan, "kind", "shipped_qty", "previous_eta_on") == [("shipping_now", 5, told_on)]


@pytest.mark.thorough
@pytest.mark.parametrize("seed", [1, 2])
def test_on_no_night_stands_a_told_date_on_which_a_line_cannot_leave(seed: int) -> None:
    """Orders, holds, announcements that come early, late or never, over two weeks of nights."""
    draw, plan = random.Random(seed), None
    for night in range(14):
        plan = run_night(plan, night, TELLING, **_day(draw, night, plan))
        ships_on = shipping_day(WAREHOUSES["W1"], AsOf(in_days(night)))
        _check_messages(plan, ships_on)
        waiting = plan.books.order_lines.filter(pl.col("open_qty") + pl.col("reserved_qty") > 0)
        assert waiting.filter(pl.col("told_qty") > 0, pl.col("told_eta_on") < ships_on).is_empty()


def _check_messages(plan: NightPlan, ships_on: date) -> None:
    """Every wait has its reason, and no date is over or lies on a weekend."""
    waits = plan.message_lines.filter(pl.col("waiting_qty") > 0)
    assert waits["wait_reason"].null_count() == waits["wait_qty"].null_count() == 0
    assert waits.filter(pl.col("wait_qty") > pl.col("waiting_qty")).is_empty()
    assert waits.filter(pl.col("eta_on") < ships_on).is_empty()
    assert waits.filter(pl.col("eta_on").dt.weekday() > 5).is_empty()
    assert waits.filter(pl.col("eta_on").is_not_null(), pl.col("wait_reason") == "late").is_empty()


def _day(draw: random.Random, night: int, before: NightPlan | None) -> dict[str, Any]:
    """The files of a day."""
    today = NIGHT if night == 0 else in_days(night)
    orders = [order(f"O{night}-{place}", draw.randint(1, 6)) for place in range(draw.randint(0, 2))]
    if before is not None and draw.random() < 0.3:
        old = draw.choice(["", *before.books.order_lines["order_id"].unique().sort()])
        held = {"order_id": old, "line_no": 1, "sku": "A", "action": "change"}
        hold = draw.choice([{"hold_reason": "fraud check"}, {"cleared": "hold_reason"}])
        orders += [held | hold] if old else []
    came = receipt(f"g{night}", draw.randint(1, 9)) | {"received_on": today}
    receipts = [came] if draw.random() < 0.4 else []
    asns = [asn(night + draw.randint(0, 12), draw.randint(1, 9))] if draw.random() < 0.4 else []
    return {"orders": orders, "receipts": receipts, "asns": asns}
