"""Faults of posting and identity that the warehouse trial must notice.

Each is planted where the night calls a step, so that it stays the same fault however the step is built.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.intake.verdicts import RowKey
from schemas.table import empty
from schemas.vocabulary.words import FactKind
from transforms.intake.rows import feed_rows
from transforms.night import planning as night
from transforms.posting import night as posting_night
from transforms.posting.confirmations import late_shipments
from transforms.posting.core import rows as posting_rows
from transforms.posting.core.posting import Posting
from transforms.posting.facts import shelf_law
from transforms.posting.facts.shelf_facts import facts_of
from transforms.posting.inbound import meeting
from transforms.posting.shelf import settling as shelf

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.night import Books
    from schemas.settings.warehouse import Warehouse
    from tests.properties.planting import Fault, Step
    from transforms.posting.facts.reckoning import Reckoned
    from transforms.terms import Terms


def of_rows(change: Callable[[pl.DataFrame], pl.DataFrame]) -> Callable[[Step], Step]:
    """A step of posting whose rows are changed; it gets them by name."""
    return lambda step: lambda books, rows, *args, **kwargs: step(books, change(rows), *args, **kwargs)


def having(**values: Any) -> Callable[[pl.DataFrame], pl.DataFrame]:  # noqa: ANN401 -- expressions or literals
    """Rows with columns replaced."""
    return lambda rows: rows.with_columns(**values)


def forgetful(step: Step) -> Step:
    """Facts of earlier nights are not remembered."""
    return lambda rows, memory: step(rows, replace(memory, row_keys=empty(RowKey)))


def in_utc(step: Step) -> Step:
    """Local times are taken for those of Greenwich."""

    def read(texts: pl.Series, settings: Any, _: str, **kwargs: Any) -> Any:  # noqa: ANN401 -- as the step
        return step(texts, settings, "UTC", **kwargs)

    return read


def uncredited(step: Step) -> Step:
    """Receipts that fulfil no announcement."""
    return lambda lines, receipts, terms: step(lines, receipts.head(0), terms)


def undone(_: Step) -> Step:
    """A step that is forgotten."""
    return lambda books, *_args, **_kwargs: Posting.of(books)


def before_its_facts(step: Step) -> Step:
    """A count is ordered before what happened at its instant."""
    return lambda fact: (fact.at, -1, *step(fact)[2:]) if fact.kind == FactKind.COUNTED else step(fact)


def of_greenwich(step: Step) -> Step:
    """All warehouses lie in Greenwich."""

    def dated(rows: pl.DataFrame, *, warehouses: dict[str, Warehouse], **kwargs: Any) -> Any:  # noqa: ANN401 -- as the step
        utc = {name: one.model_copy(update={"time_zone": "UTC"}) for name, one in warehouses.items()}
        return step(rows, warehouses=utc, **kwargs)

    return dated


def with_gaps_as_facts(step: Step) -> Step:
    """What a shelf lacks is remembered as if it had come."""

    def reckoned(books: Books, tonight: pl.DataFrame, terms: Terms) -> Reckoned:
        right: Reckoned = step(books, tonight, terms)
        at = pl.lit(terms.as_of.business_date).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
        came = facts_of(right.gaps.with_columns(at=at), pl.col("qty"), terms)
        return right._replace(facts=pl.concat([right.facts, came]))

    return reckoned


no_text = pl.lit(None, pl.String)
SAID = ("lot_id", "bin_id")

WAREHOUSE_FAULTS: dict[str, Fault] = {
    "facts of earlier nights are forgotten": (night, "identify_rows", forgetful),
    "local times are taken in UTC": (feed_rows, "read_instants", in_utc),
    "losses are finds": (posting_night, "post_adjustments", of_rows(having(qty=pl.col("qty").abs()))),
    "the bin of an adjustment is forgotten, and its lot": (
        posting_night,
        "post_adjustments",
        of_rows(having(**dict.fromkeys(SAID, no_text))),
    ),
    "damaged units are not received": (
        meeting,
        "post_receipts",
        of_rows(
            having(
                received_qty=pl.col("received_qty") - pl.col("damaged_qty"), damaged_qty=pl.lit(0, pl.Int64)
            )
        ),
    ),
    "returns are for sale": (meeting, "post_receipts", of_rows(having(receipt_type=no_text))),
    "one receipt of a night is lost": (
        meeting,
        "post_receipts",
        of_rows(lambda rows: rows.filter(pl.int_range(pl.len()).over("client_id", "sku") < 1)),
    ),
    "damaged units are not counted": (
        posting_night,
        "judge_counts",
        of_rows(lambda rows: rows.filter(pl.col("status") == "available")),
    ),
    "an empty place is not counted": (
        posting_night,
        "judge_counts",
        of_rows(lambda rows: rows.filter(pl.col("qty") > 0)),
    ),
    "a count was an hour later": (
        posting_night,
        "judge_counts",
        of_rows(
            having(
                **dict.fromkeys(("counted_at", "effective_at"), pl.col("counted_at") + pl.duration(hours=1))
            )
        ),
    ),
    "what was in a count is outside": (
        posting_night,
        "judge_counts",
        of_rows(
            having(
                **dict.fromkeys(("counted_at", "effective_at"), pl.col("counted_at") - pl.duration(seconds=1))
            )
        ),
    ),
    "another lot than told is not noticed": (
        posting_night,
        "post_shipments",
        of_rows(having(**dict.fromkeys(SAID, no_text))),
    ),
    "all of a line is cancelled instead of a part": (
        posting_night,
        "post_cancellations",
        of_rows(having(qty=pl.lit(None, pl.Int64))),
    ),
    "goods that came are still announced": (meeting, "credit_receipts", uncredited),
    "a count has its own instant outside": (shelf_law, "_turn", before_its_facts),
    "a gap is a movement": (shelf, "reckon", with_gaps_as_facts),
    "what shipped late is picked again": (late_shipments, "_stop_picks", undone),
    "a wish is forgotten": (posting_night, "grant_wishes", undone),
    "days are those of Greenwich": (posting_rows, "with_instant_of_day", of_greenwich),
}
"""Where, what, and what stands there instead."""
