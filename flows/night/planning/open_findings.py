"""The list of what is open after a night: what its steps and its surroundings say, and what stays open."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.runs.done import read_done
from flows.night.planning.left_out import find_left_out
from flows.night.planning.unseen import find_unseen_picks
from flows.outbound.notices.addressing import find_unmailed
from schemas.results import Finding
from schemas.table import empty
from schemas.vocabulary.findings import FindingCode
from transforms.findings import fold_findings, make_findings
from transforms.night.caught_up import UNREAD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from flows.configuration import Configuration
    from flows.ledger.store.ledger import Ledger
    from schemas.books.laws import Violation
    from schemas.night import AsOf, NightPlan


OF_THE_DOOR = [FindingCode.FILE_HELD.value, FindingCode.FILE_REFUSED.value]
"""What is said of files before anything is planned; a client that is held hears of it all the same."""


def with_open_findings(
    plan: NightPlan,
    held: Mapping[str, DataFrame[Violation]],
    *,
    ledger: Ledger,
    configuration: Configuration,
    as_of: AsOf,
    changed_files: DataFrame[Finding],
) -> NightPlan:
    """The plan with all that is open after it as its findings.

    Of a client that is held, or has no settings, nothing is decided: what stands in its books still does.
    So it is with findings about waiting lines on a night that only posts.
    """
    is_undone = pl.col("client_id").is_in(list(held)) & ~pl.col("code").is_in(OF_THE_DOOR)
    unmailed = find_unmailed(plan, ledger.connection, configuration.clients, as_of=as_of)
    last, run = ledger.last_committed(), ledger.run(as_of)
    before = ledger.load_added("findings", last.version) if last and last.version else empty(Finding)
    unread = [code.value for code in UNREAD] if as_of.only_posts else []
    said = [
        before.filter(pl.col("code").is_in(unread)),
        plan.findings.filter(~is_undone),
        unmailed.filter(~is_undone),
        changed_files,
        find_unseen_picks(ledger, as_of),
        find_left_out(ledger, configuration, as_of),
        find_held(held, as_of),
    ]
    assert run is not None  # noqa: S101 -- only a frozen run is planned
    findings = fold_findings(
        pl.concat(said).pipe(Finding.validate),
        before.pipe(Finding.validate),
        read_done(ledger.connection, run.frozen_at),
        as_of=as_of,
        finding_nights=configuration.settings.finding_nights,
        absent=[*held, *(set(before["client_id"]) - set(configuration.clients))],
    )
    return replace(plan, findings=findings)


def find_held(held: Mapping[str, DataFrame[Violation]], as_of: AsOf) -> DataFrame[Finding]:
    """One finding for each held client: which laws, how many rows, one example."""
    told = [
        {
            "client_id": client_id,
            "subject": ", ".join(f"law {law}" for law in sorted(set(broken["law"]))),
            "cause": "",
            "detail": f"{broken.height} rows, for example {broken['subject'][0]}: {broken['detail'][0]}",
        }
        for client_id, broken in sorted(held.items())
    ]
    names = ("client_id", "subject", "cause", "detail")
    rows = pl.DataFrame(told, schema=dict.fromkeys(names, pl.String))
    return make_findings(rows, FindingCode.CLIENT_HELD, as_of=as_of)
