"""Faults of how units that may still be told as shipped are kept a night, one at a time."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import polars as pl

from schemas.books.orders import Withheld
from schemas.table import conform
from tests.properties.planting import after, before, having, instead, with_pieces
from transforms.allocation import cancelling, plan
from transforms.allocation.demand import waiting, withholding
from transforms.allocation.explaining import standings

if TYPE_CHECKING:
    from schemas.night import AsOf, Books
    from tests.properties.planting import Fault, Step

OF_NOBODY = before(with_pieces(group_withheld=pl.lit(value=False)))


def judged(on: pl.Expr) -> Fault:
    """Units withheld as if they had been left out on another day."""

    def wrong(step: Step) -> Step:
        def count(books: Books, *, as_of: AsOf) -> pl.DataFrame:
            moved = conform(books.withheld.with_columns(judged_on=on), Withheld)
            told: pl.DataFrame = step(replace(books, withheld=moved), as_of=as_of)
            return told

        return count

    return withholding, "count_withheld", wrong


def whole_lines_too(step: Step) -> Step:
    """A line past its last ship date is cancelled but for what may be on its way."""
    is_past = pl.col("cancels_late") & pl.col("is_past") & ~pl.col("group_held")
    return lambda: pl.coalesce(pl.when(is_past).then(1), step())


def of_two_kinds(step: Step) -> Step:
    """What ships complete or by multiples is cut as well."""
    parts = {"ship_rule": pl.lit("partial")}

    def wrong(pieces: pl.DataFrame, *args: Any, **terms: Any) -> pl.DataFrame:  # noqa: ANN401 -- as the step
        rules = pieces.select("line", "ship_rule").unique("line")
        cut: pl.DataFrame = step(pieces.with_columns(**parts), *args, **terms)
        return (
            cut.drop("ship_rule")
            .join(rules, on="line", maintain_order="left")
            .select(*pieces.columns, "is_withheld")
        )

    return wrong


WITHHOLDING_FAULTS: dict[str, Fault] = {
    "nothing is withheld": (waiting, "rank_groups", before(having(is_withheld=pl.lit(value=False)))),
    "withheld a night later": judged(pl.col("judged_on").dt.offset_by("1d")),
    "withheld for ever": judged(pl.col("judged_on").max()),
    "withheld units leave": (plan, "choose_shipments", OF_NOBODY),
    "withheld units are explained like others": (plan, "explain_shortages", OF_NOBODY),
    "withheld units are back-ordered": (plan, "place_lines", OF_NOBODY),
    "withheld units are cancelled": (plan, "find_cancellations", OF_NOBODY),
    "a line is cancelled whose parcel may follow": (cancelling, "_stage", whole_lines_too),
    "withheld units date their line": (plan, "without_withheld", instead(lambda promised, _: promised)),
    "withheld units take the date of their line": (
        standings,
        "is_counted",
        instead(lambda _: pl.lit(value=True)),
    ),
    "withheld units are served before their like": (
        waiting,
        "split_withheld",
        after(having(portion=pl.col("portion") - 2 * pl.col("is_withheld").cast(pl.Int64) + 1)),
    ),
    "what ships complete is cut": (waiting, "split_withheld", of_two_kinds),
}
"""Where, what, and what stands there instead."""
