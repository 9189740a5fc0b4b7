"""First nights without stock: what happens before a warehouse is counted.

A client moves in. Its orders come on Monday, the goods stand in the hall since Friday, and the count that
says so comes on Wednesday. To the program the shelves are empty: without this rule it would write to every
buyer on Monday that the goods are not there, or cancel the orders. Where the client's file has
`[feeds.stock]`, it waits until something was counted: lines are planned and dated, goods that were received
ship, but nobody is told, no rule cancels, and no waiting counts. The list of what needs a person says which
count is missing.
"""

from __future__ import annotations

from tests.spec.tables import Example, Expect

NONE_YET = "warehouse"
CANCELS = {"on_short": "cancel_line"}
CANCELLED = "order qty cause"


def test_what_is_short_before_the_first_count_is_no_back_order(expect: Expect) -> None:
    """Until a warehouse is counted, its lines lack units and are no back orders yet."""
    expect(
        Example(demand="order qty\nO1 9", counted=NONE_YET),
        decisions="order reason qty\nO1 not_counted 9",
        standings="order is_due short_qty backordered_qty awaits_count\nO1 yes 9 0 W1",
    )
    expect(
        Example(demand="order qty\nO1 9", counted="warehouse\nW1"),
        decisions="order reason qty\nO1 no_stock 9",
        standings="order is_due short_qty backordered_qty awaits_count\nO1 yes 9 9 -",
    )


def test_lines_are_served_and_dated_before_the_first_count(expect: Expect) -> None:
    """Goods that were received ship, and what is announced is promised, as on any other night."""
    expect(
        Example(
            demand="order qty\nO1 9", supply="qty\n4", inbound="qty expected_on\n5 03-04", counted=NONE_YET
        ),
        allocations="order qty kind\nO1 4 release",
        pegs="order qty eta_on\nO1 5 03-05",
        standings="order short_qty eta_on\nO1 5 03-05",
    )


def test_no_rule_cancels_before_the_first_count(expect: Expect) -> None:
    """`on_short` and `past_cancel` wait for the first count, and are followed from then on."""
    expect(
        Example(demand="order qty\nO1 9", policy=CANCELS, counted=NONE_YET),
        cancellations=CANCELLED,
    )
    expect(
        Example(demand="order qty\nO1 9", policy=CANCELS, counted="warehouse\nW1"),
        cancellations="order qty cause\nO1 9 cancelled_short",
    )
    late = "order qty cancel_after\nO1 9 03-01"
    expect(
        Example(demand=late, policy={"past_cancel": "cancel"}, counted=NONE_YET),
        cancellations=CANCELLED,
    )


def test_a_line_waits_for_every_warehouse_that_may_serve_it(expect: Expect) -> None:
    """What one warehouse lacks may stand in another: a line waits until all that may serve it are counted."""
    expect(
        Example(
            demand="order qty warehouse_ids\nO1 9 W1|W2\nO2 9 W1",
            counted="warehouse\nW1",
            warehouses=("W1", "W2"),
        ),
        standings="order backordered_qty awaits_count\nO1 0 W2\nO2 9 -",
    )


def test_what_ships_together_waits_together(expect: Expect) -> None:
    """An order that ships complete waits for the counts of all its lines, and falls or stays as one."""
    lines = "order qty ship_rule warehouse_ids\nO1 9 order_complete W1\nO1 2 order_complete W2"
    expect(
        Example(
            demand=lines,
            policy={"on_short": "cancel_order"},
            counted="warehouse\nW1",
            warehouses=("W1", "W2"),
        ),
        cancellations=CANCELLED,
        standings="order line backordered_qty awaits_count\nO1 1 0 W2\nO1 2 0 W2",
    )


def test_what_was_received_for_others_is_told_as_it_is(expect: Expect) -> None:
    """Where units came and went to better ranks, that is the reason; only the rest waits for the count."""
    expect(
        Example(demand="order qty\nO1 3\nO2 5", supply="qty\n3", counted=NONE_YET),
        allocations="order qty kind\nO1 3 release",
        decisions="order reason qty\nO2 rank 3\nO2 not_counted 2",
    )
