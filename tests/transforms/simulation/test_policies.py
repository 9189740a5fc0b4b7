"""A client and its books under another policy."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from schemas.settings.client import Client
from schemas.settings.policy import Fence, Policy
from tests.transforms.simulation.nights import books_of, later
from transforms.simulation.policies import restate_rules, under_policy

OWN = Client(client_id="acme", name="Acme", warehouses=("W1",), policy=Policy(ship_rule="line_complete"))
COMPLETE = Policy(ship_rule="order_complete")


def test_the_rest_of_the_client_stays_and_its_file_is_checked_again() -> None:
    other = under_policy(OWN, COMPLETE)
    assert other.policy == COMPLETE
    assert other.model_dump(exclude={"policy"}) == OWN.model_dump(exclude={"policy"})


def test_a_client_that_contradicts_itself_is_refused() -> None:
    twice = OWN.model_copy(update={"warehouses": ("W1", "W1")})
    with pytest.raises(ValidationError, match="names one twice"):
        under_policy(twice, COMPLETE)


def test_a_line_takes_the_other_policys_ship_rule_where_it_has_its_own_policys() -> None:
    lines = [
        {"line_no": 1, "ship_rule": "line_complete"},
        {"line_no": 2, "ship_rule": "partial"},
        {"client_id": "bolt", "line_no": 3, "ship_rule": "line_complete"},
    ]
    restated = restate_rules(books_of(order_lines=lines), {"acme": OWN}, COMPLETE)
    assert restated.order_lines["ship_rule"].to_list() == ["order_complete", "partial", "line_complete"]


def test_under_a_policy_that_shares_every_line_ships_in_parts() -> None:
    lines = [
        {"line_no": 1, "ship_rule": "line_complete"},
        {"line_no": 2, "ship_rule": "order_complete"},
        {"client_id": "bolt", "line_no": 3, "ship_rule": "order_complete"},
    ]
    shared = restate_rules(books_of(order_lines=lines), {"acme": OWN}, Policy(fair_share="water_filling"))
    assert shared.order_lines["ship_rule"].to_list() == ["partial", "partial", "order_complete"]


def test_a_fence_goes_on_where_both_policies_have_it_and_begins_anew_where_it_is_another() -> None:
    same = Fence(name="same", sku=("A",), channel=("web",), qty=5, until=later(9))
    other = same.model_copy(update={"name": "other"})
    own = under_policy(OWN, Policy(fences=(same, other)))
    tried = Policy(fences=(same, other.model_copy(update={"qty": 7})))
    balances = [{"fence": name, "left_qty": 3} for name in ("same", "other")]
    restated = restate_rules(books_of(fence_balances=balances), {"acme": own}, tried)
    assert restated.fence_balances["fence"].to_list() == ["same"]
