"""The words of an order status: why a line stands where it stands, what happens next, who must act."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.vocabulary.explanations import DecisionCode, ReservedReason
from schemas.vocabulary.words import Cause, HoldReason
from transforms.hints import CLIENT_HOLD_STEP, HOLD_STEPS, KEPT_STEPS, NO_DATE_STEPS, Step

if TYPE_CHECKING:
    from collections.abc import Mapping


def with_words(lines: pl.DataFrame) -> pl.DataFrame:
    """`lines` with `reason`, `next_step` and `who_acts`; quantities as text stand in `<name>_text`.

    What is open speaks first, then what is kept, then what is released: the first is what hurts. Of goods
    that are overdue `overdue_since` says when they were expected.
    """
    return lines.with_columns(_case().alias("case")).with_columns(
        _reason().alias("reason"), _next_step().alias("next_step"), _who_acts().alias("who_acts")
    )


def _case() -> pl.Expr:
    """Which one of eight things is to be said of a line."""
    waits = (pl.col("open_qty") + pl.col("reserved_qty")) > 0
    is_open = pl.col("open_qty") > 0
    cases = {
        "held": waits & pl.col("hold_reason").is_not_null(),
        "overdue": is_open & pl.col("overdue_since").is_not_null(),
        "dated": is_open & pl.col("eta_on").is_not_null(),
        "uncounted": is_open & pl.col("awaits_count").is_not_null(),
        "undated": is_open,
        "reserved": pl.col("reserved_qty") > 0,
        "released": pl.col("released_qty") > 0,
        "closed": pl.lit(True),
    }
    return pl.coalesce(pl.when(holds).then(pl.lit(case)) for case, holds in cases.items())


def _say(texts: Mapping[str, pl.Expr | str]) -> pl.Expr:
    """The text of each line's case."""
    return pl.coalesce(
        pl.when(pl.col("case") == case).then(pl.lit(text) if isinstance(text, str) else text)
        for case, text in texts.items()
    )


def _reason() -> pl.Expr:
    """Why the line stands where it stands, and what a rule of the client cancelled of it tonight."""
    decisions = {code.value: code.meaning for code in DecisionCode}
    holds = {reason.value: reason.meaning for reason in HoldReason}
    why = pl.col("short_reason").replace(decisions).fill_null("not decided")
    short = _part("open", "waiting: {}", why)
    meanings = {reason.value: f": {reason.meaning}" for reason in ReservedReason}
    kept = pl.col("reserved_reason").replace_strict(meanings, default="", return_dtype=pl.String)
    standing = {
        "held": pl.format("on hold: {}", pl.col("hold_reason").replace(holds)),
        **dict.fromkeys(("overdue", "dated", "uncounted", "undated"), short),
        "reserved": _part("reserved", "kept for it{}", kept),
        "released": _part("released", "handed to the warehouse"),
        "closed": pl.when(pl.col("newly_shipped_qty") > 0)
        .then(_part("shipped", "shipped"))
        .otherwise(_part("cancelled", "cancelled")),
    }
    causes = {cause.value: cause.meaning for cause in Cause}
    by_rule = pl.format("; {} cancelled tonight: {}", "by_rule_text", pl.col("cancel_cause").replace(causes))
    return pl.concat_str(_say(standing), pl.when(pl.col("by_rule_qty") > 0).then(by_rule), ignore_nulls=True)


def _part(of: str, words: str, *more: pl.Expr) -> pl.Expr:
    """So many of the ordered units, and what is true of them; fits one unit and many."""
    return pl.format(f"{{}} of {{}} {words}", f"{of}_text", "ordered_text", *more)


def _next_step() -> pl.Expr:
    """What happens next."""
    day, overdue_since = (pl.col(name).dt.to_string("%Y-%m-%d") for name in ("eta_on", "overdue_since"))
    return _say(
        {
            "held": _of_hold("next_step"),
            "overdue": pl.format("the goods were expected on {}; send their new date", overdue_since),
            "dated": pl.format("it is expected to ship on {}", day),
            "uncounted": pl.format(
                "drop the first count of {}; nobody is told before",
                pl.col("awaits_count").str.replace_all("|", " and ", literal=True),
            ),
            "undated": _of_decision("next_step"),
            "reserved": pl.format("it ships when {}, {}", _of_reservation("next_step"), _expected(day)),
            "released": "the warehouse picks and confirms it",
            "closed": "nothing; the line is closed",
        }
    )


def _expected(day: pl.Expr) -> pl.Expr:
    return pl.coalesce(pl.format("expected on {}", day), pl.lit("no date yet"))


def _who_acts() -> pl.Expr:
    """Who must act."""
    return _say(
        {
            "held": _of_hold("who_acts"),
            "overdue": "client",
            "uncounted": NO_DATE_STEPS[DecisionCode.NOT_COUNTED].who_acts,
            "undated": _of_decision("who_acts"),
            "reserved": _of_reservation("who_acts"),
            "released": "warehouse",
            **dict.fromkeys(("dated", "closed"), "nobody"),
        }
    )


def _of_hold(part: str) -> pl.Expr:
    """A hold that is not one of ours is the client's own."""
    return _looked_up("hold_reason", HOLD_STEPS, part, default=CLIENT_HOLD_STEP)


def _of_decision(part: str) -> pl.Expr:
    return _looked_up("short_reason", NO_DATE_STEPS, part, default=NO_DATE_STEPS[DecisionCode.NO_STOCK])


def _of_reservation(part: str) -> pl.Expr:
    default = KEPT_STEPS[ReservedReason.GROUP_INCOMPLETE]
    return _looked_up("reserved_reason", KEPT_STEPS, part, default=default)


def _looked_up(column: str, steps: Mapping[str, Step], part: str, *, default: Step) -> pl.Expr:
    texts = {key: getattr(step, part) for key, step in steps.items()}
    return pl.col(column).replace_strict(texts, default=getattr(default, part), return_dtype=pl.String)
