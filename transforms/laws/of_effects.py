"""Laws 4 to 6: effects happen once, each row of a file has one verdict, no movement joins two clients."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from schemas.vocabulary.words import AllocationKind, Cause, FileVerdict, LedgerName, LineAccount, Verdict
from transforms.keys import LINE
from transforms.laws.of_kits import count_kits
from transforms.laws.violations import FILE, PICK, broken_rows, line_subject, picks_of

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.books.journal import Movement
    from schemas.books.laws import Violation
    from schemas.intake.verdicts import FileOutcome, RowOutcome
    from schemas.night import Books, NightPlan
    from schemas.results import Allocation
    from schemas.table import Frame

IS_RELEASE = (pl.col("to_account") == LineAccount.RELEASED) & (pl.col("cause") == Cause.ALLOCATED)


class Strays(NamedTuple):
    """Movements that name what their client does not have.

    Attributes:
        of_files: `client_id`, `file_hash`, `seq`.
        of_lines: `client_id`, `order_id`, `line_no`, `seq`.
    """

    of_files: pl.DataFrame
    of_lines: pl.DataFrame


def check_effect_ids(before: Books, plan: NightPlan) -> list[Frame[Violation]]:
    """Law 4: every effect has an id, and no other has it: tonight, among open releases, as last message."""
    releases = plan.allocations.filter(pl.col("kind") == AllocationKind.RELEASE)
    kits = releases.filter(pl.col("kit_id").is_not_null()).unique([*LINE, "kit_id"])
    effects = pl.concat(
        [
            releases.select("client_id", effect_id="release_id"),
            kits.select("client_id", effect_id="kit_id"),
            plan.messages.select("client_id", effect_id="message_id"),
            plan.shipments.select("client_id", effect_id="shipment_id"),
        ]
    )
    made = [before.releases.select(effect_id=name) for name in ("release_id", "kit_id")]
    told = before.order_lines.select(effect_id="told_message_id")
    known = pl.concat([*made, told]).drop_nulls()
    subject = pl.format("effect {}", pl.col("effect_id").fill_null(""))
    return [
        broken_rows(4, effects.filter(pl.col("effect_id").fill_null("") == ""), subject, pl.lit("no id")),
        broken_rows(
            4, effects.filter(pl.col("effect_id").is_duplicated()), subject, pl.lit("made twice tonight")
        ),
        broken_rows(4, effects.join(known, on="effect_id", how="semi"), subject, pl.lit("made before")),
    ]


def check_picks(movements: DataFrame[Movement], allocations: DataFrame[Allocation]) -> list[Frame[Violation]]:
    """Law 4: the picks are exactly the release movements, in both ledgers, to the unit.

    The picks of a kit's parts are one movement of its line, in kits.
    """
    picks = picks_of(allocations)
    others = picks.filter(pl.col("kit_id").is_null()).group_by("effect_id", *LINE)
    of_lines = pl.concat([others.agg(pl.col("qty", "from_reserved_qty").sum()), count_kits(picks)])
    is_line = pl.col("ledger") == LedgerName.LINE
    was_reserved = pl.col("from_account") == LineAccount.RESERVED
    released = movements.filter(IS_RELEASE)
    from_shelves = released.filter(~is_line).group_by(PICK).agg(pl.col("qty").sum())
    parts = pl.col("qty").sum(), pl.col("qty").filter(was_reserved).sum().alias("from_reserved_qty")
    to_lines = released.filter(is_line).group_by("effect_id", *LINE).agg(parts)
    return [
        _unmatched(picks.select(*PICK, "qty"), from_shelves, PICK, "stock"),
        _unmatched(of_lines, to_lines, ["effect_id", *LINE], "line"),
    ]


def check_files(files: DataFrame[FileOutcome], outcomes: DataFrame[RowOutcome]) -> list[Frame[Violation]]:
    """Law 5: rows read = accepted + duplicate + set aside + rejected, and each row has one verdict."""
    verdicts = [f"rows_{verdict.value}" for verdict in Verdict]
    uneven = files.filter(pl.col("rows_read") != pl.sum_horizontal(verdicts))
    sums = pl.format("read {}, verdicts {}", "rows_read", pl.sum_horizontal(verdicts))
    twice = outcomes.select(*FILE, "row_no").filter(pl.struct(pl.all()).is_duplicated()).unique()
    loaded = files.filter(pl.col("verdict") == FileVerdict.LOADED).group_by(FILE).agg(pl.col(verdicts).sum())
    of_rows = outcomes.group_by(FILE).agg(
        pl.col("verdict").eq(verdict).sum().cast(pl.Int64).alias(f"{name}_found")
        for verdict, name in zip(Verdict, verdicts, strict=True)
    )
    both = loaded.join(of_rows, on=FILE, how="full", coalesce=True)
    told = [pl.col(name).fill_null(0) for name in verdicts]
    found = [pl.col(f"{name}_found").fill_null(0) for name in verdicts]
    differs = pl.any_horizontal(one != other for one, other in zip(told, found, strict=True))
    file = pl.format("{} file {}", *FILE[1:])
    detail = pl.format(
        "accepted, duplicate, set aside, rejected: {} {} {} {}, rows {} {} {} {}", *told, *found
    )
    return [
        broken_rows(5, uneven, file, sums),
        broken_rows(5, twice, file, pl.format("data row {} has two verdicts", "row_no")),
        broken_rows(5, both.filter(differs), file, detail),
    ]


def check_clients(plan: NightPlan, files: DataFrame[FileOutcome]) -> list[Frame[Violation]]:
    """Law 6: nothing that a movement names belongs to another client and not to its own."""
    effects = plan.movements.filter(pl.col("effect_id") != "")
    shared = effects.filter(pl.col("client_id").n_unique().over("effect_id") > 1)
    subject = pl.format("movement {}", "seq")
    return [
        broken_rows(6, shared, subject, pl.format("effect {} of two clients", "effect_id")),
        *foreign_names(find_strays(plan, files), files.lazy(), plan.books.order_lines.lazy()),
    ]


def find_strays(plan: NightPlan, files: DataFrame[FileOutcome]) -> Strays:
    """Movements that name a file or an order line which their client does not have."""
    named = plan.movements.select("client_id", "file_hash", *LINE[1:], "seq")
    return Strays(
        named.filter(pl.col("file_hash") != "").join(files, on=["client_id", "file_hash"], how="anti"),
        named.filter(pl.col("order_id") != "").join(plan.books.order_lines, on=LINE, how="anti"),
    )


def foreign_names(strays: Strays, files: pl.LazyFrame, lines: pl.LazyFrame) -> list[Frame[Violation]]:
    """Law 6 of what a client does not have: some other client has it.

    Args:
        strays: of some clients, or of all that are planned apart.
        files: `file_hash` of all files.
        lines: `order_id` and `line_no` of all order lines.
    """
    subject = pl.format("movement {}", "seq")
    from_files = strays.of_files.lazy().join(files, on="file_hash", how="semi").collect()
    to_lines = strays.of_lines.lazy().join(lines, on=LINE[1:], how="semi").collect()
    return [
        broken_rows(6, from_files, subject, pl.format("file {} of another client", "file_hash")),
        broken_rows(6, to_lines, subject, pl.format("line {}/{} of another client", *LINE[1:])),
    ]


def _unmatched(picks: pl.DataFrame, moved: pl.DataFrame, key: list[str], ledger: str) -> Frame[Violation]:
    """Picks without their movement, movements without their pick, and those of other quantities."""
    rest = [name for name in picks.columns if name not in key]
    both = picks.join(moved, on=key, how="full", coalesce=True, suffix="_moved")
    differs = pl.any_horizontal(pl.col(name).ne_missing(pl.col(f"{name}_moved")) for name in rest)
    picked, found = pl.col("qty").fill_null(0), pl.col("qty_moved").fill_null(0)
    detail = pl.format("release {}: picked {}, {} ledger {}", "effect_id", picked, pl.lit(ledger), found)
    return broken_rows(4, both.filter(differs), line_subject(), detail)
