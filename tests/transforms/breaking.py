"""A lawful plan in which one thing is changed, and the laws that it then breaks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import polars as pl

from schemas.intake.verdicts import FileOutcome
from schemas.night import AsOf, Books, NightPlan
from tests.frames import NIGHT
from tests.plans import books_before, lawful_files
from tests.transforms.posting.nights import WAREHOUSES
from transforms.laws.checking import check_laws

TONIGHT = AsOf(NIGHT)


def broken_by(
    plan: NightPlan, *, before: Books | None = None, files: pl.DataFrame | None = None
) -> list[tuple[Any, ...]]:
    """Law and subject of what the plan breaks."""
    outcomes = lawful_files("acme") if files is None else files.pipe(FileOutcome.validate)
    violations = check_laws(before or books_before("acme"), plan, outcomes, TONIGHT, warehouses=WAREHOUSES)
    return violations.select("law", "subject").unique(maintain_order=True).rows()


def changed(rows: pl.DataFrame, where: pl.Expr, **values: object) -> pl.DataFrame:
    """`rows` with other values where the condition holds."""
    return rows.with_columns(
        pl.when(where).then(pl.lit(value)).otherwise(pl.col(name)).alias(name)
        for name, value in values.items()
    )


def with_books(plan: NightPlan, **tables: pl.DataFrame) -> NightPlan:
    """The plan with other tables in its books."""
    return replace(plan, books=in_books(plan.books, **tables))


def in_books(books: Books, **tables: pl.DataFrame) -> Books:
    """Books with other tables; a broken one need not keep its contract."""
    return replace(books, **cast("dict[str, Any]", tables))


def with_tables(plan: NightPlan, **tables: pl.DataFrame) -> NightPlan:
    """The plan with other tables of its own."""
    return replace(plan, **cast("dict[str, Any]", tables))


def everything() -> pl.Expr:
    return pl.lit(True)
