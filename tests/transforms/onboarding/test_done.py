"""Tests of rows of a known export that ask for nothing any more: a person says what becomes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schemas.vocabulary.words import Feed
from tests.transforms.onboarding.tables import KNOWN, sample_of
from tests.transforms.onboarding.test_feeds import rows
from tests.transforms.onboarding.test_section import TOLD
from transforms.onboarding.feeds import match_feed
from transforms.onboarding.section import describe_section

if TYPE_CHECKING:
    from tests.transforms.onboarding.test_feeds import Row
    from transforms.onboarding.guesses import Guess

SHOPIFY = "Name|Lineitem sku|Lineitem quantity|Created at|Lineitem fulfillment status|Cancelled at"
SALES = "Sales Record Number|Custom Label|Quantity|Sale Date|Shipped On Date"
OPEN = "#1|A|1|2026-03-02|pending|"
CANCELLED = "#3|A|1|2026-03-02|pending|2026-03-04"
FULFILLED = "#2|A|1|2026-03-02|fulfilled|"
IS_FULFILLED = "\"Lineitem fulfillment status\" = 'fulfilled'"


def asked(table: list[Row]) -> list[Guess]:
    """What a person decides about rows of an export of orders."""
    sample = sample_of(table)
    match = match_feed(sample, Feed.ORDERS, KNOWN, skus=())
    assert match.export is not None
    section = describe_section(Feed.ORDERS, [(sample, match)], KNOWN, TOLD)
    return [guess for guess in section.open if guess.key == "routes"]


def routes(table: list[Row]) -> list[list[dict[str, Any]]]:
    """The routes among which a person chooses."""
    (guess,) = asked(table)
    return [choice.value for choice in guess.choices]


def test_where_every_row_is_open_nobody_is_asked() -> None:
    assert asked(rows(SHOPIFY, OPEN)) == []
    without = "Name|Lineitem sku|Lineitem quantity|Created at"
    assert asked(rows(without, "#1|A|1|2026-03-02")) == []


def test_what_is_fulfilled_may_be_set_aside_and_is_counted() -> None:
    table = rows(SHOPIFY, OPEN, FULFILLED, FULFILLED)
    assert routes(table) == [[{"to": "set_aside", "where": IS_FULFILLED}]]
    assert asked(table)[0].why.startswith("2 with Lineitem fulfillment status fulfilled: what of such rows?")


def test_what_is_cancelled_may_cancel_its_order_or_be_set_aside() -> None:
    is_cancelled = '"Cancelled at" IS NOT NULL'
    cancels = {
        "to": "cancellations",
        "where": is_cancelled,
        "columns": {"cancelled_at": '"Cancelled at"'},
    }
    assert routes(rows(SHOPIFY, OPEN, CANCELLED)) == [
        [cancels],
        [{"to": "set_aside", "where": is_cancelled}],
    ]
    assert routes(rows(SHOPIFY, FULFILLED, CANCELLED)) == [
        [cancels, {"to": "set_aside", "where": IS_FULFILLED}],
        [{"to": "set_aside", "where": f"{IS_FULFILLED} OR {is_cancelled}"}],
    ]


def test_a_column_that_is_filled_with_anything_may_say_that_a_row_is_done() -> None:
    table = rows(SALES, "7|A|1|2026-03-02|", "8|A|1|2026-03-02|Mar-04-26")
    assert routes(table) == [[{"to": "set_aside", "where": '"Shipped On Date" IS NOT NULL'}]]
    assert "1 with Shipped On Date filled" in asked(table)[0].why
