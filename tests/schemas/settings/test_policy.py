"""Tests of a policy's fences and fair share: what contradicts itself is refused, with both keys named."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.settings.client import Client
from schemas.settings.policy import Fence, Policy


def fence(**keys: Any) -> dict[str, Any]:  # noqa: ANN401 -- keys of a fence, of any type
    """The keys of a fence, with others."""
    return {"name": "launch", "sku": ("A",), "channel": ("shop",), "until": "2026-03-05"} | keys


def client(**keys: Any) -> Client:  # noqa: ANN401 -- keys of a fence, of any type
    """A client with a fence of units."""
    stated = {
        "name": "Acme",
        "warehouses": ("LEEDS", "BRISTOL"),
        "policy": {"fences": [fence(qty=5, **keys)]},
    }
    return Client.model_validate({"client_id": "acme"} | stated)


@pytest.mark.parametrize("size", [{"qty": 5}, {"pct": 1}, {"pct": 100}])
def test_a_fence_has_one_size(size: dict[str, int]) -> None:
    made = Fence.model_validate(fence(**size))
    assert (made.qty, made.pct) == (size.get("qty"), size.get("pct"))


@pytest.mark.parametrize("size", [{}, {"qty": 5, "pct": 10}])
def test_a_fence_without_a_size_or_with_two_is_refused(size: dict[str, int]) -> None:
    with pytest.raises(ValidationError, match="fence launch needs a size: qty or pct, one of them"):
        Fence.model_validate(fence(**size))


@pytest.mark.parametrize(
    "keys",
    [
        {"qty": 0},
        {"qty": 10**9 + 1},
        {"pct": 0},
        {"pct": 101},
        {"qty": 1, "sku": ()},
        {"qty": 1, "channel": ()},
    ],
)
def test_a_fence_that_keeps_nothing_or_more_than_there_can_be_is_refused(keys: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Fence.model_validate(fence(**keys))


@pytest.mark.parametrize("key", ["sku", "channel", "warehouse"])
def test_what_a_fence_names_twice_would_be_kept_twice(key: str) -> None:
    with pytest.raises(ValidationError, match=f"{key} of fence launch names one twice: X, X"):
        Fence.model_validate(fence(qty=5, **{key: ("X", "X")}))


def test_fences_have_names_of_their_own() -> None:
    one = Fence.model_validate(fence(qty=5))
    with pytest.raises(ValidationError, match="fences has a name twice: launch, launch"):
        Policy(fences=(one, one))


def test_a_fence_in_a_warehouse_that_the_client_does_not_use_is_refused_with_the_nearest() -> None:
    says = 'policy.fences, fence launch: warehouse "LEED" is not among .* did you mean "LEEDS"'
    with pytest.raises(ValidationError, match=says):
        client(warehouse=("BRISTOL", "LEED"))
    assert client(warehouse=("LEEDS",)).policy.fences[0].warehouse == ("LEEDS",)


@pytest.mark.parametrize(("rule", "sku"), [("upper", "a-1"), ("upper_trim", " A-1")])
def test_a_fence_of_a_sku_as_none_is_ever_spelled_is_refused(rule: str, sku: str) -> None:
    keys = client(sku=(sku,)).model_dump() | {"sku_rule": rule}
    with pytest.raises(
        ValidationError, match=f'under sku_rule = "{rule}" no sku is ever "{sku}"; write "A-1"'
    ):
        Client.model_validate(keys)


@pytest.mark.parametrize("share", ["water_filling", "proportional"])
@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"rank": ("due_on", "priority")}, "rank begins with due_on: put priority first"),
        ({"ship_rule": "line_complete"}, 'ship_rule = "line_complete": make it "partial"'),
        ({"ship_rule": "order_complete"}, 'ship_rule = "order_complete": make it "partial"'),
        ({"holdback": "strict"}, 'holdback = "strict": make it "none"'),
        ({"holdback": "bounded", "holdback_days": 3}, 'holdback = "bounded": make it "none"'),
        ({"split": False}, "split = false: make it true"),
    ],
)
def test_who_shares_can_have_no_rule_that_waits_or_binds(
    share: str, rules: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValidationError, match=f'fair_share = "{share}" .*, but {says}'):
        Policy(fair_share=share, **rules)
    assert Policy(**rules).fair_share == "none"


def test_who_shares_may_have_fences_and_loose_rests() -> None:
    made = Policy(fair_share="proportional", fences=(Fence.model_validate(fence(pct=5)),), loose_rest=False)
    assert made.fences[0].pct == 5
