"""What a ledger finds of earlier nights for tonight's rows, without a ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.intake.verdicts import RowKey
from schemas.table import conform, empty
from transforms.intake.identity.remembering import keep_named, name_facts, want_files, want_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf, FeedRows
    from transforms.intake.identity.remembering import Wanted


def recalled(
    history: Sequence[pl.DataFrame], rows: FeedRows, as_of: AsOf, *, without: str = ""
) -> DataFrame[RowKey]:
    """The facts that matter to rows of a night.

    `history` are those that each night before accepted; `without` is a kind of name that nobody asks for.
    """
    wanted = _less(want_for(rows, as_of), without)
    return _find(history, _less(want_files(wanted, _find(history, wanted)), without))


def _less(wanted: Wanted, kind: str) -> Wanted:
    """Without names of a kind."""
    is_other = ~pl.col("name").str.contains(f"|{kind}|", literal=True) | (pl.lit(kind) == "")
    return replace(wanted, always=wanted.always.filter(is_other), recent=wanted.recent.filter(is_other))


def _find(history: Sequence[pl.DataFrame], wanted: Wanted) -> DataFrame[RowKey]:
    """The facts that have one of the names, of the nights that know one."""
    found = [empty(RowKey)]
    for night in history:
        facts = night.pipe(RowKey.validate)
        is_recent = facts.select((pl.col("business_date") >= wanted.since).any()).item()
        asked = pl.concat([wanted.always, wanted.recent]) if is_recent else wanted.always
        if not name_facts(facts).join(asked, on=["client_id", "name"], how="semi").is_empty():
            found.append(keep_named(facts, wanted))
    return conform(pl.concat(found), RowKey)
