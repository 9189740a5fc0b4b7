"""Tests of order rows that a client's policy has no place for."""

from __future__ import annotations

import pytest

from schemas.night import Books
from schemas.settings.policy import Policy
from tests.transforms.posting.nights import ACME, line, night, ordered, reasons, rows_of


@pytest.mark.parametrize(
    ("fair_share", "on_short", "refused"),
    [
        ("none", "cancel_order", False),
        ("water_filling", "cancel_rest", False),
        ("water_filling", "cancel_line", True),
        ("proportional", "cancel_rest", True),
        ("proportional", "backorder", False),
        ("proportional", None, False),
    ],
)
def test_an_order_of_a_client_that_shares_cannot_say_that_what_shares_falls(
    fair_share: str, on_short: str | None, *, refused: bool
) -> None:
    client = ACME.model_copy(update={"policy": Policy.model_validate({"fair_share": fair_share})})
    row = {"order_id": "o1", "qty": 5, "on_short": on_short}
    new = night(Books.blank(), rows_of(orders=[row]), client=client)
    assert reasons(new) == ["on_short_not_allowed"] * refused
    assert new.rejected_rows["column"].to_list() == ["on_short"] * refused
    change = {"action": "change", "on_short": on_short}
    changed = night(ordered({"qty": 5}), rows_of(orders=[row | change | {"qty": 6}]), client=client)
    assert reasons(changed) == ["on_short_not_allowed"] * refused
    assert line(changed.books) == {"ordered": 6 - refused, "open": 6 - refused}
