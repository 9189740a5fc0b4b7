"""The nights of many stories in one go, without a disk: files are read, rows posted, stock given out.

It is what a night does between freezing and commit, with books and memories in hand instead of a ledger;
that the written workspace says the same is a test of its own (`test_published`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from flows.configuration import parse_configuration
from flows.ledger.runs.runs import InputFile
from flows.night.planning.reading import ReadingDesk, read_files
from flows.workspace import Workspace
from schemas.books.people import ShipTo
from schemas.intake.verdicts import RowOutcome
from schemas.night import DECIDED_TABLES, HISTORY_TABLES, TONIGHT_TABLES, AsOf, Books, NightInputs
from schemas.outputs.analyst import ANALYST_TABLES, Night, VersionTables
from schemas.results import DoneFinding, Finding
from schemas.table import Table, conform, empty, repeated
from schemas.vocabulary.words import FileVerdict
from tests.remembering import recalled
from tests.trials.worked_cases import files_of, find_differences, runs_of, settings_of
from transforms.findings import fold_findings
from transforms.intake.tally import tally_files
from transforms.laws.checking import check_laws
from transforms.night.planning import plan_night
from transforms.reports.analyst import build_analyst_tables

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.configuration import Configuration
    from flows.ledger.runs.seen import Said
    from schemas.night import NightPlan
from tests.trials.worked_cases import Case, CaseRun, Difference

ORDER = ["client_id", "order_id"]
NOWHERE = Workspace(Path("no-such-workspace"))
FINDING_NIGHTS = 7
OFTEN_ASKED = ("order_lines", "stock", "inbound", "findings", "rejected_rows", "allocations")
"""Analyst tables that a story may speak of."""

DECIDED: dict[str, type[Table]] = TONIGHT_TABLES | {"outcomes": RowOutcome, "ship_to": ShipTo}
"""What a night decides beside the books, whose keys are law, and the histories."""


def assert_keyed(frame: pl.DataFrame, contract: type[Table]) -> None:
    """See to it that each row's key stands once."""
    twice = repeated(frame, contract)
    assert twice.is_empty(), (contract, twice)


@dataclass
class World:
    """What a ledger would hold of all clients between the nights."""

    configuration: Configuration
    books: Books = field(default_factory=Books.blank)
    seen: dict[Said, str] = field(default_factory=dict)
    ship_to: pl.DataFrame = field(default_factory=lambda: empty(ShipTo))
    history: dict[str, list[pl.DataFrame]] = field(
        default_factory=lambda: {name: [empty(table)] for name, table in HISTORY_TABLES.items()}
    )
    decided: dict[str, list[pl.DataFrame]] = field(
        default_factory=lambda: {name: [] for name in DECIDED_TABLES}
    )
    """What each night decided, with the number of its version."""
    runs: list[AsOf] = field(default_factory=list)

    def live(self, as_of: AsOf, files: dict[InputFile, bytes]) -> duckdb.DuckDBPyConnection:
        """Close a run over these files; what analysts see after it."""
        contents = {file.file_hash: content for file, content in files.items()}
        desk = ReadingDesk(NOWHERE, as_of, self.configuration, self.seen, contents)
        reading = read_files(desk, files, self.books)
        named = reading.rows.orders.select(ORDER).unique()
        known = self.ship_to.join(named, on=ORDER, how="semi").sort(ORDER)
        inputs = NightInputs(
            as_of=as_of,
            clients=self.configuration.clients,
            warehouses=self.configuration.warehouses,
            books=self.books,
            rows=reading.rows,
            row_keys=recalled(self.history["row_keys"], reading.rows, as_of),
            pending_rows=reading.pending_rows,
            files=reading.files,
            outcomes=reading.outcomes,
            rejected_rows=reading.rejected_rows,
            ship_to=known.pipe(ShipTo.validate),
        )
        plan = plan_night(inputs)
        tallied = tally_files(reading.files, plan.outcomes)
        broken = check_laws(self.books, plan, tallied, as_of, warehouses=inputs.warehouses)
        assert broken.is_empty(), broken
        for name, contract in DECIDED.items():
            assert_keyed(getattr(plan, name), contract)
        self._remember(plan, tallied, as_of)
        return self._tell(plan, as_of)

    def _remember(self, plan: NightPlan, files: pl.DataFrame, as_of: AsOf) -> None:
        """What the next night will know."""
        findings = fold_findings(
            plan.findings,
            self.history["findings"][-1].pipe(Finding.validate),
            empty(DoneFinding),
            as_of=as_of,
            finding_nights=FINDING_NIGHTS,
        )
        made = {"files": files, "findings": findings}
        for name, parts in self.history.items():
            parts.append(made[name] if name in made else getattr(plan, name))
            assert_keyed(pl.concat(parts), HISTORY_TABLES[name])
        loaded = files.filter(pl.col("verdict") == FileVerdict.LOADED)
        self.seen |= dict.fromkeys(loaded.select("client_id", "feed", "cells_hash").iter_rows(), "a file")
        both = pl.concat([plan.ship_to, self.ship_to])
        personal = [pl.col(name).drop_nulls().first() for name in ShipTo.names() if name not in ORDER]
        self.ship_to = both.group_by(ORDER, maintain_order=True).agg(personal)
        self.books = plan.books
        self.runs.append(as_of)
        for name, parts in self.decided.items():
            parts.append(getattr(plan, name).with_columns(version=pl.lit(len(self.runs), pl.Int64)))

    def _tell(self, plan: NightPlan, as_of: AsOf) -> duckdb.DuckDBPyConnection:
        """The analyst tables after a run."""
        nights = [
            {
                "business_date": run.business_date,
                "run_no": run.run_no,
                "version": version,
                "seconds": None,
                "laws_checked": 0,
                "clients_held": 0,
                "held_clients": "",
                "only_posts": run.only_posts,
            }
            for version, run in enumerate(self.runs, 1)
        ]
        version = VersionTables(
            books=self.books,
            standings=plan.standings,
            pegs=plan.pegs,
            decisions=plan.decisions,
            reservations=plan.reservations,
            overtakings=plan.overtakings,
            lost_reservations=plan.lost_reservations,
            history={name: pl.concat(parts) for name, parts in self.history.items()},
            nights=conform(pl.DataFrame(nights, schema=Night.dtypes()), Night),
            warehouses=self.configuration.warehouses,
            decided={name: pl.concat(parts) for name, parts in self.decided.items()},
        )
        tables = build_analyst_tables(
            version, as_of=as_of, clients=self.configuration.clients, analyst_days=90
        )
        for name, table in ANALYST_TABLES.items():
            assert_keyed(tables[name], table.contract)
        published = duckdb.connect()
        for name in OFTEN_ASKED:
            published.register(name, tables[name].to_arrow())
        return published


def live_cases(cases: Sequence[Case]) -> dict[str, list[Difference]]:
    """What is not as each case says, after the nights of all of them."""
    world = World(parse_configuration(settings_of(cases)))
    assert not world.configuration.refused, world.configuration.refused
    differences: dict[str, list[Difference]] = {case.name: [] for case in cases}
    for run in runs_of(cases):
        frozen_at = _frozen_at(run)
        files = {
            InputFile(case.client_id, feed, hashlib.sha256(content).hexdigest(), name, frozen_at): content
            for case in cases
            for (feed, name), content in files_of(case, run).items()
        }
        with world.live(AsOf(run.on, run.run_no, frozen_at), files) as published:
            for case in cases:
                differences[case.name] += find_differences(published, case, run)
    return differences


def _frozen_at(run: CaseRun) -> datetime:
    """A run closes its date in the morning after, the second one an hour later."""
    morning = datetime(run.on.year, run.on.month, run.on.day, 3, tzinfo=UTC) + timedelta(days=1)
    return morning + timedelta(hours=run.run_no)
