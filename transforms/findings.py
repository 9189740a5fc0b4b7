"""Findings: made from what the steps of a night say, and folded into the list of what is open.

A finding is open on a night if its code is read from the books every night and was said tonight, or if it
was said once, not too many nights ago. Its key (client, code, subject, cause) tells whether it is the one of
the night before: then it keeps the date on which it opened, and its command.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import polars as pl

from schemas.results import DoneFinding, Finding
from schemas.table import conform, empty
from schemas.vocabulary.findings import FindingCode, Lasting
from transforms.published_paths import VERSION

if TYPE_CHECKING:
    from collections.abc import Collection

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf
    from transforms.terms import Terms

KEY = DoneFinding.key()
DETAILS_SHOWN = 3
OF_WORKSPACE = " --workspace ."
"""The folder of the workspace as stored commands name it; whoever shows them fills in where it is."""

UNSAFE = r"[^A-Za-z0-9@%+=:,./_-]"
"""What a shell would take apart or for a pattern, unless it is quoted."""

TOLD_ANYWAY = [FindingCode.CLIENT_HELD.value, FindingCode.CLIENT_LEFT_OUT.value, FindingCode.FILE_HELD.value]
"""Codes that are said of every client each night, also of one of whom nothing is decided."""

LASTING = {code.value: code.lasting.value for code in FindingCode}


def usual_cause(code: FindingCode, as_of: AsOf, cause: pl.Expr | None = None) -> pl.Expr:
    """`cause`; where none is given, of what is said once the run that says it, of what stands nothing."""
    if cause is not None:
        return cause
    run = f"/{as_of.run_no}" if as_of.run_no > 1 else ""
    return pl.lit(f"{as_of.business_date}{run}" if code.lasting is Lasting.ONCE else "")


def make_findings(told: pl.DataFrame, code: FindingCode, *, as_of: AsOf) -> DataFrame[Finding]:
    """Tonight's findings of one code, one for each client, subject and cause.

    `told` has `client_id`, `subject`, `cause`, `detail`, and what else the command names; of several facts
    the first is named there, and up to three are told.
    """
    named = [name for name in re.findall(r"{(\w+)}", code.command) if name not in KEY]
    key = ["client_id", "subject", "cause"]
    if told.is_empty():
        return empty(Finding)
    grouped = (
        told.select(*key, "detail", *named)
        .sort(*key, "detail", *named)
        .group_by(key, maintain_order=True)
        .agg(
            pl.col("detail").unique(maintain_order=True).head(DETAILS_SHOWN).str.join("; "),
            *(pl.col(name).first() for name in named),
            more=pl.col("detail").n_unique().cast(pl.Int64) - DETAILS_SHOWN,
        )
    )
    and_more = pl.when(pl.col("more") > 0).then(pl.format("; and {} more", "more")).otherwise(pl.lit(""))
    made = grouped.with_columns(
        detail=pl.col("detail") + and_more,
        command=_command(code),
        code=pl.lit(code.value),
        owner=pl.lit(code.owner.value),
        business_date=pl.lit(as_of.business_date),
        opened_on=pl.lit(as_of.business_date),
        run_no=pl.lit(as_of.run_no, pl.Int64),
    )
    return conform(made, Finding)


def findings_of(
    facts: pl.DataFrame,
    code: FindingCode,
    terms: Terms,
    *,
    subject: pl.Expr,
    detail: pl.Expr,
    cause: pl.Expr | None = None,
) -> DataFrame[Finding]:
    """One finding a client, subject and cause; the details of several facts stand in one line.

    Facts about a sku have its `decimals` when the detail is written: `units` tells of their quantities.
    Facts of a file have its name as `said_in`.
    """
    if facts.is_empty():
        return empty(Finding)
    known = terms.with_decimals(facts) if "sku" in facts.columns else facts
    known = terms.with_file_names(known) if "file_hash" in facts.columns else known
    told = known.with_columns(subject=subject, detail=detail, cause=usual_cause(code, terms.as_of, cause))
    return make_findings(told, code, as_of=terms.as_of)


def _command(code: FindingCode) -> pl.Expr:
    """What to type, with the values in their places as a shell reads them, and the workspace.

    A value that begins with a dash is no option: then the words stand last, behind two dashes. Nothing can be
    asked about a value that is empty, as the feed of a file above the folders of the feeds: then the command
    tells the finding.
    """
    program, _, rest = code.command.partition(" ")
    if program != "backorders":
        return _filled(code.command)
    verb, _, about = rest.partition(" ")
    names = re.findall(r"{(\w+)}", about)
    named = (pl.col(name).str.starts_with("-") for name in names)
    is_empty = (pl.col(name) == "" for name in names)
    dashed = f"backorders {verb}{OF_WORKSPACE} -- {about}"
    return (
        pl.when(pl.any_horizontal(pl.lit(value=False), *is_empty))
        .then(_filled(f"backorders findings{OF_WORKSPACE} -- {{client_id}} {code.value}"))
        .when(pl.any_horizontal(pl.lit(value=False), *named))
        .then(_filled(dashed))
        .otherwise(_filled(code.command + OF_WORKSPACE))
    )


def _filled(command: str) -> pl.Expr:
    """A command with its values in their places."""
    pieces = re.split(r"{(\w+)}", command)
    return pl.concat_str(
        _quoted(pl.col(piece)) if place % 2 else pl.lit(piece) for place, piece in enumerate(pieces)
    )


def _quoted(value: pl.Expr) -> pl.Expr:
    """A value as one word of a shell's command line."""
    bare = value.str.replace(VERSION, "", literal=True)
    is_safe = ~bare.str.contains(UNSAFE) & (bare != "")
    inside = value.str.replace_all("'", "'\"'\"'", literal=True)
    return pl.when(is_safe).then(value).otherwise(pl.concat_str(pl.lit("'"), inside, pl.lit("'")))


def fold_findings(
    said: DataFrame[Finding],
    before: DataFrame[Finding],
    done: DataFrame[DoneFinding],
    *,
    as_of: AsOf,
    finding_nights: int,
    absent: Collection[str] = (),
) -> DataFrame[Finding]:
    """All findings that are open tonight, by key.

    Args:
        said: by tonight's steps.
        before: those that were open after the run before.
        done: what people said is done; of no effect on what stands as long as its cause.
        as_of: the night.
        finding_nights: on how many nights a finding that is said once is open.
        absent: clients of whom nothing was decided tonight; what stands in their books still does.
    """
    night = pl.lit(as_of.business_date)
    lasting = pl.col("code").replace_strict(LASTING, default=Lasting.ONCE.value)
    merged = (
        said.sort(*KEY, "detail", "command")
        .group_by(KEY, maintain_order=True)
        .agg(
            pl.col("detail").unique(maintain_order=True).str.join("; "),
            pl.col("owner", "command").first(),
        )
    )
    known = merged.join(
        before.select(*KEY, "opened_on", known_command="command").unique(KEY, keep="first"),
        on=KEY,
        how="left",
        maintain_order="left",
    ).with_columns(
        opened_on=pl.col("opened_on").fill_null(night), command=pl.coalesce("known_command", "command")
    )
    is_fresh = (night - pl.col("opened_on")).dt.total_days() < finding_nights
    is_once = lasting == Lasting.ONCE
    is_unread = pl.col("client_id").is_in(list(absent)) & ~pl.col("code").is_in(TOLD_ANYWAY)
    is_kept = (is_once & is_fresh) | (~is_once & is_unread)
    kept = before.filter(is_kept).join(merged, on=KEY, how="anti")
    columns = [*KEY, "detail", "owner", "command", "opened_on"]
    closed = done.filter(lasting != Lasting.STANDING)
    listed = pl.concat([known.select(columns), kept.select(columns)]).join(closed, on=KEY, how="anti")
    stamped = listed.with_columns(business_date=night, run_no=pl.lit(as_of.run_no, pl.Int64))
    return conform(stamped.sort(KEY), Finding)
