"""Faults of what the clients' rules cancel, one at a time: where, and what stands there instead."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.books.orders import OrderLine
from schemas.table import conform
from schemas.vocabulary.words import OnShort
from tests.properties.planting import (
    after,
    before,
    having,
    instead,
    with_pieces,
)
from transforms.allocation import cancelling, plan
from transforms.allocation.demand import lines, policies, waiting
from transforms.allocation.demand.policies import ON_SHORTS
from transforms.night import allocating

if TYPE_CHECKING:
    from schemas.night import Books
    from tests.properties.planting import Fault, Step


def without_own_word(step: Step) -> Step:
    """Orders that say nothing of what becomes of them."""

    def wrong(books: Books, **terms: Any) -> Any:  # noqa: ANN401 -- as the step itself
        silent = books.order_lines.with_columns(on_short=pl.lit(None, pl.String))
        return step(replace(books, order_lines=conform(silent, OrderLine)), **terms)

    return wrong


def without_promises(step: Step) -> Step:
    """Cancellations that see no announced goods."""

    def wrong(tonight: Any, waits: Any, promised: Any, *args: Any, **terms: Any) -> Any:  # noqa: ANN401 -- as the step
        return step(tonight, waits, promised.clear(), *args, **terms)

    return wrong


def once(books: Books, plan_once: Step, **_: Any) -> Any:  # noqa: ANN401 -- as the step itself
    """A plan that is not made again without what it cancels."""
    return plan_once(books)


all_at_once = pl.coalesce(
    pl.when(cancelling._stage().is_not_null()).then(pl.when(cancelling._stage() < 4).then(3).otherwise(5))  # noqa: SLF001 -- a fault is planted inside
)

CANCELLING_FAULTS: dict[str, Fault] = {
    "what is short always waits": (
        lines,
        "with_rules",
        after(having(on_short=pl.lit(OnShort.BACKORDER, ON_SHORTS))),
    ),
    "an order has no word of its own": (waiting, "waiting_lines", without_own_word),
    "what falls together is served apart": (policies, "UNITED_BY", instead({})),
    "cancelled lines and orders change places": (
        policies,
        "UNITED_BY",
        instead({"line_complete": OnShort.CANCEL_ORDER, "order_complete": OnShort.CANCEL_LINE}),
    ),
    "what falls holds back": (
        waiting,
        "order_serving",
        after(having(lets_pass=pl.col("lets_pass") & ~pl.col("group_cancelling"))),
    ),
    "an order falls by its own lines only": (
        waiting,
        "rank_groups",
        after(
            having(group_cancelling=pl.col("group_cancelling") & (pl.col("ship_rule") != "order_complete"))
        ),
    ),
    "cancelled before it is due": (
        plan,
        "find_cancellations",
        before(with_pieces(is_due=pl.lit(value=True))),
    ),
    "cancelled on hold": (plan, "find_cancellations", before(with_pieces(may_serve=pl.lit(value=True)))),
    "cancelled past its date on hold": (
        plan,
        "find_cancellations",
        before(with_pieces(group_held=pl.lit(value=False))),
    ),
    "the rest of a group stays": (cancelling, "is_complete", instead(pl.lit(value=False))),
    "the rest of a line falls, too": (cancelling, "is_complete", instead(pl.lit(value=True))),
    "all fall at once": (cancelling, "_stage", instead(lambda: all_at_once)),
    "not served anew": (allocating, "plan_without_cancelled", instead(once)),
    "losses before are forgotten": (
        allocating,
        "lost_movements",
        lambda step: lambda lost: step(lost.clear()),
    ),
    "always asked": (plan, "tabulate_policies", after(having(past_cancel=pl.lit("ask")))),
    "never asked": (plan, "tabulate_policies", after(having(past_cancel=pl.lit("cancel")))),
    "cancelled though goods come in time": (plan, "find_cancellations", without_promises),
}
"""Where, what, and what stands there instead."""
