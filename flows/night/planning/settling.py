"""From a frozen run to settled plans: batch after batch of its clients, so that memory is that of one.

Clients are independent: of each batch the files are read, its books loaded, the rules asked and the laws
checked, and what follows is laid down (`flows.night.planning.staging`) before the next one begins. What a
batch depends on is the run, its clients and its files, so another process could settle it as well. Only two
laws reach across clients: no effect twice (4), which the commit sees to, and nothing of another client (6).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from flows.configuration import parse_configuration
from flows.inbound.taking.landing import landed_path
from flows.ledger.forgetting.erasures import look_again
from flows.ledger.store.commit import Settled
from flows.ledger.store.recompute import recompute_balances
from flows.night.announcing import announce_stage, each_told
from flows.night.planning.changed_files import find_changed_files
from flows.night.planning.open_findings import OpenFindings
from flows.night.planning.planning import inputs_of, plan_clients
from flows.night.planning.reading import ReadingDesk, read_files
from flows.night.planning.recalling import orders_named
from flows.night.planning.staging import Staging
from schemas.books.laws import Violation
from schemas.errors import ConfigurationError, InvariantError
from schemas.vocabulary.words import FileVerdict
from transforms.batches import batches_of
from transforms.intake.tally import tally_files
from transforms.laws.across import find_strays
from transforms.laws.checking import check_laws, split_by_reach
from transforms.night.retiring import retire_orders, unite_orders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.configuration import Configuration
    from flows.ledger.runs.freezing import FrozenRun
    from flows.ledger.runs.runs import InputFile
    from flows.ledger.store.ledger import Ledger
    from flows.night.planning.reading import FilesRead
    from flows.workspace import Workspace
    from schemas.night import AsOf

LINES = 200_000
"""Order lines of a batch, those of tonight's files among them; a client is never divided."""

BYTES_A_LINE = 60
"""Of a file, to know how many lines it has without reading it."""

REFREEZE = (
    "The run keeps the files and settings it was frozen with: if one of them is the cause, mend it or take "
    "it out of inbound, then run with --refreeze."
)


class Batch(NamedTuple):
    """Clients that are settled together, and tonight's files of theirs."""

    clients: list[str]
    files: list[InputFile]


@dataclass(frozen=True)
class Run:
    """What all batches of a run have in common."""

    workspace: Workspace
    ledger: Ledger
    as_of: AsOf
    configuration: Configuration
    findings: OpenFindings


def settle_night(workspace: Workspace, ledger: Ledger, as_of: AsOf, *, lines: int = LINES) -> None:
    """Lay down the plans of a frozen run, checked against every law, batch after batch.

    A client whose rules fail or whose part breaks a law is held; the others go on.

    Raises:
        InvariantError: a law across clients is broken, or every plan failed; nothing of the night becomes
            true.
    """
    frozen = ledger.frozen(as_of)
    configuration = _configuration_of(frozen)
    changed = find_changed_files(workspace, ledger, frozen.as_of)
    findings = OpenFindings.of(ledger, configuration, frozen.as_of, changed)
    run = Run(workspace, ledger, frozen.as_of, configuration, findings)
    batches = divide_clients(run, frozen.files, lines)
    failed = 0
    with Staging.begin(workspace, frozen.as_of) as staging:
        for batch in each_told(batches, "batch") if len(batches) > 1 else batches:
            settled = settle_batch(run, batch, is_last=batch is batches[-1])
            failed += sum("failed" in "".join(rows["detail"]) for rows in settled.held.values())
            staging.lay(settled)
        _refuse_foreign(staging)
