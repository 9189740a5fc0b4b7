"""Tests of kits that are not made of parts: who hears of it, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl
import pytest

from schemas.results import QueuePosition
from schemas.settings.policy import Policy
from tests.frames import frame_of
from tests.transforms.posting.nights import ACME, AS_OF, books_of
from transforms.kits import list_parts
from transforms.posting.planned.unmade_kits import find_unmade_kits

if TYPE_CHECKING:
    from schemas.settings.client import Client

WHOLE = {"sku": "K", "kit": "A:2|B:1"}
ITEMS: list[dict[str, Any]] = [{"sku": "A"}, {"sku": "B"}]


def found(*items: dict[str, Any], client: Client = ACME, lacked: int = 3) -> list[tuple[str, str, str]]:
    """Findings where a due line of K lacks some."""
    books = books_of(order_lines=[{"order_id": "o1", "sku": "K"}], items=list(items))
    standings = frame_of(QueuePosition, {"order_id": "o1", "eta_reason": "", "backordered_qty": lacked})
    findings = find_unmade_kits(books, standings, clients={"acme": client}, as_of=AS_OF)
    return findings.select("code", "subject", "detail").rows()


def test_a_kit_that_can_be_made_is_no_news() -> None:
    assert found(WHOLE, *ITEMS) == []


@pytest.mark.parametrize(
    ("items", "fault"),
    [
        ([WHOLE, {"sku": "A"}], "its part B is not in the item master"),
        ([WHOLE, {"sku": "A"}, {"sku": "B", "kit": "A:2"}], "its part B is a kit itself"),
        ([WHOLE | {"decimals": 1}, *ITEMS], "it is counted in fractions"),
        ([WHOLE], "its part A is not in the item master; its part B is not in the item master"),
    ],
)
def test_a_kit_that_cannot_be_made_is_told_with_its_fault(items: list[dict[str, Any]], fault: str) -> None:
    assert found(*items) == [("kit_not_made", "K", fault)]
    assert list_parts(books_of(items=items).items).filter(pl.col("sku") == "K").is_empty()


def test_a_kit_that_nobody_lacks_is_not_told() -> None:
    assert found(WHOLE, lacked=0) == []
    assert found({"sku": "K"}) == []


def test_a_client_that_shares_stock_hears_that_its_kits_are_not_made_of_parts() -> None:
    sharing = ACME.model_copy(update={"policy": Policy(fair_share="water_filling")})
    says = 'fair_share = "water_filling" of the policy makes none of the parts A:2|B:1'
    assert found(WHOLE, *ITEMS, client=sharing) == [("kit_not_shared", "K", says)]
