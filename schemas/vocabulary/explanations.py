"""Why a line got tonight what it got: the closed vocabularies that explain a plan, line by line."""

from __future__ import annotations

from schemas.vocabulary.words import Term


class DecisionCode(Term):
    """Why open units of a line got nothing tonight, in the order of attribution."""

    ORDER_HOLD = "order_hold", "the order is on hold"
    ONLY_POSTED = "only_posted", "the night was caught up: it posted facts and decided nothing"
    NOT_DUE = "not_due", "the line is not due yet"
    PARCEL_MAY_FOLLOW = (
        "parcel_may_follow",
        "tonight's confirmation left units of it out, and they may still be told as shipped",
    )
    PAST_CANCEL_DATE = "past_cancel_date", "its goods would come after its last ship date"
    NOT_ASKING = "not_asking", "its segment keeps what it has reserved and asks for no more"
    NOT_A_MULTIPLE = "not_a_multiple", "the rest is less than a sell multiple"
    GROUP_INCOMPLETE = "group_incomplete", "it ships complete only, and not all of it is there"
    KEPT_BY_RESERVATION = "kept_by_reservation", "the units are reserved for other lines"
    RING_FENCE = "ring_fence", "the units are fenced for another channel"
    SAFETY_STOCK = "safety_stock", "the units are kept back as safety stock"
    SHELF_LIFE = "shelf_life", "the units that are there have expired or expire too soon"
    LOT_HOLD = "lot_hold", "the units are on hold"
    ITEM_HOLD = "item_hold", "the item is inactive or not yet available"
    OTHER_WAREHOUSE = "other_warehouse", "the units lie in a warehouse that the line may not use"
    RANK = "rank", "orders ahead of it took the units"
    NOT_COUNTED = "not_counted", "a warehouse that it may use has not been counted yet, and may have some"
    NO_STOCK = "no_stock", "there are no more units"


class ReservedReason(Term):
    """Why units that are there for a line stay reserved tonight; the first that holds."""

    ORDER_HOLD = "order_hold", "the order is on hold"
    PAST_CANCEL_DATE = "past_cancel_date", "it is past its last ship date, and the client has not answered"
    ITEM_HOLD = "item_hold", "an item it ships with is inactive or not yet available"
    NOT_DUE = "not_due", "it is not due yet"
    SHIP_NOT_BEFORE = "ship_not_before", "it may not leave before a later day"
    PARCEL_MAY_FOLLOW = (
        "parcel_may_follow",
        "tonight's confirmation left units of it out, and they may still be told as shipped",
    )
    GROUP_INCOMPLETE = "group_incomplete", "it ships complete only, and not all of it is there"
    REST_COMES_SOON = "rest_comes_soon", "the rest of it is promised so soon that it waits to ship together"
    SHIPMENTS_LEFT = "shipments_left", "its order has one shipment left, which must bring all the rest"
    SMALL_RELEASE = "small_release", "what could leave of its order is less than the least release"
    RELEASE_LIMIT = "release_limit", "the warehouse releases no more lines of the client in one run"
    ONLY_POSTED = "only_posted", "the night was caught up: it posted facts and decided nothing"


class LostReason(Term):
    """Why a line lost reserved units."""

    STOCK_FELL = "stock_fell", "fewer units are there than were reserved"
    NO_LONGER_ALLOWED = (
        "no_longer_allowed",
        "the line may no longer be served from that warehouse or with that sku",
    )
    NOT_TOGETHER = "not_together", "its order must leave together, and its units lay in several warehouses"
    TOO_EARLY = "too_early", "its release date is more than `reserve_ahead_days` away"
    GIVEN_UP = "given_up", "the policy gives reservations up every night, and better ranks took the units"


class OvertakingRule(Term):
    """Which rule let worse ranks get units that a line, short and due, could have used."""

    KEPT_BY_RESERVATION = "kept_by_reservation", "they had the units reserved"
    ORDER_HOLD = "order_hold", "its order is on hold"
    PAST_CANCEL_DATE = "past_cancel_date", "it is past its last ship date"
    ITEM_HOLD = "item_hold", "an item it ships with is inactive or not yet available"
    GROUP_INCOMPLETE = "group_incomplete", "it ships complete only, and not all of it is there"
    ONE_WAREHOUSE = "one_warehouse", "it ships from one warehouse only, and that is another one"
    SHARED = "shared", "the units could not be given to it in the share or multiple that its policy asks for"


class WaitReason(Term):
    """Why units of a line wait, as its buyer is told: the first that holds."""

    BEING_CHECKED = "being_checked", "something of the order, or the goods themselves, must be checked first"
    ON_HOLD = "on_hold", "the client stopped it: the order or the item"
    PRE_ORDER = "pre_order", "it is sold, or may leave, from a later day on; no back order"
    LATE = "late", "the goods were announced and are late"
    OUT_OF_STOCK = "out_of_stock", "no units are there that may be sold to it"
    KEPT_FOR_EARLIER = "kept_for_earlier", "the units that are there are kept for earlier orders"
    SHIPS_TOGETHER = "ships_together", "its units are there, and wait for what they ship with"
    READY = "ready", "its units are there and kept for it until its turn"
