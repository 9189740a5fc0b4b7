"""Tests of settings files: what contradicts itself is refused, with both keys named."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from schemas.settings.client import Client, FeedSettings, NoticeSettings, Route
from schemas.settings.policy import Policy
from schemas.settings.segment import Segment
from schemas.settings.warehouse import Warehouse
from schemas.settings.workspace import AlertSettings, WorkspaceSettings
from schemas.vocabulary.words import Feed

SEGMENT = {"name": "s", "priority": [1]}
"""A segment without a rule."""


def client(**keys: Any) -> Client:  # noqa: ANN401 -- keys of a settings file, of any type
    """A client of one warehouse, with other keys."""
    return Client.model_validate({"client_id": "acme", "name": "Acme", "warehouses": ("W1",)} | keys)


def test_a_workspace_keeps_fourteen_nights_and_shows_ninety_days() -> None:
    settings = WorkspaceSettings()
    assert (settings.keep_nights, settings.analyst_days, settings.time_zone) == (14, 90, "UTC")


def test_an_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="keep_night"):
        WorkspaceSettings.model_validate({"keep_night": 3})


def test_settings_do_not_change_after_they_are_read() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        WorkspaceSettings().keep_nights = 1  # type: ignore[misc]  # what the test is about


def test_a_time_zone_that_nobody_knows_is_refused_with_an_example() -> None:
    with pytest.raises(
        ValidationError, match="'Europe/Londinium' is not a time zone, for example Europe/London"
    ):
        WorkspaceSettings(time_zone="Europe/Londinium")


def test_a_time_zone_of_the_database_is_taken() -> None:
    assert client(time_zone="Europe/London").time_zone == "Europe/London"


def test_an_alert_may_be_a_script_of_several_lines_and_have_no_nought_byte() -> None:
    script = ("sh", "-c", "read night\nlogger night failed\n")
    assert AlertSettings(command=script).command == script
    with pytest.raises(ValidationError, match="a word has a nought byte"):
        AlertSettings(command=("logger", "night\0failed"))


@pytest.mark.parametrize("text", ["Item", "Item {n} of {n}"])
def test_lines_side_by_side_are_numbered_once_in_the_names_of_their_columns(text: str) -> None:
    assert FeedSettings(wide={"sku": "Item {n}"}).wide == {"sku": "Item {n}"}
    with pytest.raises(ValidationError, match=r"needs \{n\} once, as in"):
        FeedSettings(wide={"sku": text})


def test_a_rank_key_named_twice_could_never_decide() -> None:
    with pytest.raises(ValidationError, match="rank names a key twice: due_on, due_on"):
        Policy(rank=("due_on", "due_on"))


@pytest.mark.parametrize(
    ("rules", "says"),
    [
        ({"holdback": "bounded"}, 'holdback = "bounded" needs a bound: set holdback_nights, holdback_days'),
        ({"holdback_days": 3}, 'holdback_days is set, but holdback = "none"'),
        ({"rank": ("channel",)}, "rank has the key channel, but channel_order is empty"),
        ({"channel_order": ("shop",)}, "channel_order is set, but rank has no key channel"),
        (
            {"rank": ("channel",), "channel_order": ("web", "web")},
            "channel_order names a channel twice: web, web",
        ),
        (
            {"max_shipments": 2, "ship_rule": "order_complete"},
            'max_shipments = 2 lets an order ship in parts, but ship_rule = "order_complete"',
        ),
        (
            {"max_shipments": 3, "fair_share": "water_filling"},
            'fair_share = "water_filling" gives parts, but max_shipments = 3 asks for a whole',
        ),
    ],
)
def test_rules_that_contradict_each_other_are_refused_with_both_keys(
    rules: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValidationError, match=says):
        Policy(**rules)


def test_a_segment_names_at_least_one_attribute() -> None:
    with pytest.raises(ValidationError, match="segment all names no attribute: one of order_type, channel"):
        Segment(name="all", standing="win")


def test_segments_have_names_of_their_own() -> None:
    vip = Segment(name="vip", channel=("shop",), standing="win")
    with pytest.raises(ValidationError, match="segments has a name twice: vip, vip"):
        Policy(segments=(vip, vip))


def test_a_warehouse_says_who_owns_the_shelf() -> None:
    with pytest.raises(ValidationError, match="allocator"):
        Warehouse.model_validate({"warehouse_id": "W1"})
    assert Warehouse(warehouse_id="W1", allocator="us").pick_level == "bin"


def test_a_warehouse_that_allocates_itself_is_not_half_obeyed() -> None:
    with pytest.raises(ValidationError, match='"wms" is not supported yet'):
        Warehouse(warehouse_id="W1", allocator="wms")


def test_a_client_needs_a_warehouse() -> None:
    with pytest.raises(ValidationError, match="warehouses"):
        client(warehouses=())


def test_a_warehouse_named_twice_is_refused() -> None:
    with pytest.raises(ValidationError, match="warehouses names one twice: W1, W1"):
        client(warehouses=("W1", "W1"))


def test_a_shipment_that_is_assumed_is_never_told() -> None:
    with pytest.raises(ValidationError, match=r'names shipping_now.*confirm = "assume"'):
        client(notices={"tell_on": ("shipping_now",)}, feeds={"shipments": {"confirm": "assume"}})


def test_assumed_shipments_go_with_messages_that_do_not_speak_of_them() -> None:
    assert client(feeds={"shipments": {"confirm": "assume"}}).feeds.shipments.confirm == "assume"


def test_shipments_are_told_where_they_are_confirmed() -> None:
    assert client(notices={"tell_on": ("shipping_now",)}).notices.tell_on == ("shipping_now",)


@pytest.mark.parametrize("sender", [{}, {"reply_to": "our desk"}, {"from_address": "A <a@b.example>"}])
def test_live_notices_need_a_sender(sender: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=r"write reply_to = .* or from_address, as a bare mail address"):
        NoticeSettings(mode="live", **sender)
    assert NoticeSettings(mode="live", reply_to="care@acme.example").sender == "care@acme.example"
    assert NoticeSettings(**sender).mode == "preview"


def test_notices_in_a_language_that_nobody_wrote_are_refused() -> None:
    with pytest.raises(ValidationError, match=r"in English \(\"en\"\) only; take the key out, or set mode"):
        NoticeSettings(language="de")
    assert NoticeSettings(language="en-GB").language == "en-GB"


def test_only_a_cancellation_looks_for_lines_by_attributes() -> None:
    with pytest.raises(ValidationError, match=r'match is for to = "cancellations", but to = "receipts"'):
        Route(to="receipts", where="Quantity < 0", match=("sku",))


def test_a_route_of_cancellations_may_match() -> None:
    assert Route(to="cancellations", where="Quantity < 0", match=("sku",)).match == ("sku",)


@pytest.mark.parametrize("feed", list(Feed))
def test_every_feed_has_settings(feed: Feed) -> None:
    assert isinstance(client().feeds.of(feed), FeedSettings)


def test_a_count_says_nothing_until_the_client_says_what_it_means() -> None:
    stock = client().feeds.stock
    assert (stock.count_basis, stock.count_scope) == (None, None)


@pytest.mark.parametrize(
    ("rules", "names"),
    [
        (
            {"on_short": "cancel_rest", "ship_rule": "line_complete"},
            '"cancel_rest" .* ship_rule = "line_complete" .*: make it "cancel_line", or ship_rule "partial"',
        ),
        (
            {"on_short": "cancel_line", "ship_rule": "order_complete"},
            '"cancel_line" .* ship_rule = "order_complete" .*: make it "cancel_order", or .* "line_complete"',
        ),
        (
            {
                "ship_rule": "order_complete",
                "segments": [{"name": "s", "priority": [1], "on_short": "cancel_rest"}],
            },
            'on_short of segment s = "cancel_rest" .* ship_rule = "order_complete"',
        ),
        ({"on_short": "cancel_rest", "standing": "fill"}, 'on_short = "cancel_rest" .* standing = "fill"'),
        (
            {"segments": [SEGMENT | {"on_short": "cancel_rest", "standing": "fill"}]},
            'segment s: on_short = "cancel_rest" .* standing = "fill"',
        ),
        (
            {"fair_share": "water_filling", "on_short": "cancel_line"},
            'fair_share = "water_filling" has no place for on_short = "cancel_line": make it "backorder"',
        ),
        (
            {"fair_share": "proportional", "segments": [SEGMENT | {"on_short": "cancel_rest"}]},
            'fair_share = "proportional" has no place for on_short of segment s = "cancel_rest"',
        ),
        (
            {"fair_share": "proportional", "past_cancel": "cancel"},
            'fair_share = "proportional" deals by what is wanted, and past_cancel = "cancel" cuts that',
        ),
        ({"segments": [SEGMENT]}, "segment s names no rule: one of standing, on_short, ship_rule"),
    ],
)
def test_rules_of_short_lines_that_contradict_another_rule_are_refused(
    rules: dict[str, Any], names: str
) -> None:
    with pytest.raises(ValidationError, match=names):
        Policy.model_validate(rules)


@pytest.mark.parametrize(
    "rules",
    [
        {"on_short": "cancel_order", "ship_rule": "line_complete"},
        {"on_short": "cancel_line", "ship_rule": "line_complete"},
        {"on_short": "backorder", "standing": "fill"},
        {"fair_share": "water_filling", "on_short": "cancel_rest", "past_cancel": "cancel"},
        {
            "ship_rule": "order_complete",
            "segments": [SEGMENT | {"on_short": "backorder"}],
        },
    ],
)
def test_what_falls_together_may_be_more_than_what_ships_together(rules: dict[str, Any]) -> None:
    assert Policy.model_validate(rules)
