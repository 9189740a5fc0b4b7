"""The list of what is open after a night: what its steps and its surroundings say, and what stays open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

import polars as pl

from flows.ledger.runs.done import read_done
from flows.night.planning.changed_files import find_changed_files
from flows.night.planning.left_out import find_left_out
from flows.night.planning.unseen import find_unseen_picks
from flows.outbound.notices.addressing import find_unmailed
from schemas.results import Finding
from schemas.table import empty
from schemas.vocabulary.findings import FindingCode
from transforms.findings import fold_findings, make_findings
from transforms.night.caught_up import UNREAD

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from flows.configuration import Configuration
    from flows.ledger.store.ledger import Ledger
    from flows.workspace import Workspace
    from schemas.books.laws import Violation
    from schemas.night import AsOf, NightPlan
    from schemas.results import DoneFinding


OF_THE_DOOR = [FindingCode.FILE_HELD.value, FindingCode.FILE_REFUSED.value]
"""What is said of files before anything is planned; a client that is held hears of it all the same."""


@dataclass(frozen=True)
class Surroundings:
    """What stands around the plans of a night, for every cohort of its clients.

    Attributes:
        configuration: of the whole workspace.
        as_of: the night.
        before: what was open after the run before.
        around: what files, pick files and settings say of clients.
        done: what people said is done.
    """

    connection: sqlite3.Connection
    configuration: Configuration
    as_of: AsOf
    before: DataFrame[Finding]
    around: DataFrame[Finding]
    done: DataFrame[DoneFinding]

    @classmethod
    def of(cls, workspace: Workspace, ledger: Ledger, configuration: Configuration, as_of: AsOf) -> Self:
        """As they are for a frozen run."""
        last, run = ledger.last_committed(), ledger.run(as_of)
        assert run is not None  # noqa: S101 -- only a frozen run is planned
        before = ledger.load_added("findings", last.version) if last and last.version else empty(Finding)
        around = [
            find_changed_files(workspace, ledger, as_of),
            find_unseen_picks(ledger, as_of),
            find_left_out(ledger, configuration, as_of),
        ]
        return cls(
            ledger.connection,
            configuration,
            as_of,
            before.pipe(Finding.validate),
            pl.concat(around).pipe(Finding.validate),
            read_done(ledger.connection, run.frozen_at),
        )

    def open_findings(
        self, plan: NightPlan, held: Mapping[str, DataFrame[Violation]], is_ours: pl.Expr
    ) -> DataFrame[Finding]:
        """All that is open after the plan of some clients.

        Of a client that is held, or has no settings, nothing is decided: what stands in its books still does.
        So it is with findings about waiting lines on a night that only posts.

        Args:
            plan: of these clients; its books have orders that leave them with it.
            held: those that are.
            is_ours: tells their rows.
        """
        as_of, clients, before = self.as_of, self.configuration.clients, self.before.filter(is_ours)
        is_undone = pl.col("client_id").is_in(list(held)) & ~pl.col("code").is_in(OF_THE_DOOR)
        unmailed = find_unmailed(plan, self.connection, clients, as_of=as_of)
        unread = [code.value for code in UNREAD] if as_of.only_posts else []
        said = [
            before.filter(pl.col("code").is_in(unread)),
            plan.findings.filter(~is_undone),
            unmailed.filter(~is_undone),
            self.around.filter(is_ours),
            find_held(held, as_of),
        ]
        return fold_findings(
            pl.concat(said).pipe(Finding.validate),
            before.pipe(Finding.validate),
            self.done,
            as_of=as_of,
            finding_nights=self.configuration.settings.finding_nights,
            absent=[*held, *(set(before["client_id"]) - set(clients))],
        )


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
