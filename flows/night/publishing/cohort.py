"""What a version holds of a cohort of clients: their own documents, and what others are made of.

Like settling (`flows.night.planning.cohort`) it depends on the run and its clients, and only reads the books.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.night.publishing.analysts import tabulate_cohort
from flows.night.publishing.of_clients import Places, render_answers, render_rejections, render_status
from flows.night.publishing.of_messages import render_messages
from flows.night.publishing.owed import Missed
from flows.night.publishing.picking import Picking
from flows.outbound.analysts.analytics import AnalystParts
from flows.outbound.documents import write_documents
from flows.outbound.summary import NightFacts, count_night

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flows.night.publishing.analysts import Scope
    from flows.night.publishing.committed import CommittedNight
    from flows.outbound.documents import AnyDocument
    from flows.outbound.summary import NightCounts
    from schemas.table import Frame
    from transforms.allocation.frames import BinPlace

KINDS = (0, 1, 2, 4)
"""Where messages, rejected rows, answers and status stand among what could not be written."""


@dataclass(frozen=True)
class PublishedCohort:
    """What was published of a cohort, and what is gathered of all: large tables are files.

    Attributes:
        digests: SHA-256 of each document, by its path.
        missed: what could not be written.
        counts: for the summary.
        picking: for the warehouses.
        tables: for the analysts.
    """

    digests: dict[str, str]
    missed: Missed
    counts: NightCounts
    picking: Picking
    tables: AnalystParts


def publish_cohort(
    cohort: CommittedNight, scope: Scope, walk: Frame[BinPlace], folder: Path, scratch: Path
) -> PublishedCohort:
    """Write the documents of a cohort, and make what others are made of.

    Args:
        cohort: the run, of its clients.
        scope: of the analyst tables.
        walk: through the bins of all clients.
        folder: that documents are written into.
        scratch: a folder of its own for tables; these hold addresses.
    """
    missed, picking, tables = Missed(), Picking(scratch / "picks"), AnalystParts(scratch / "analysts")
    digests = write_documents(_render(cohort, missed), folder, missed=missed.skip)
    picking.add(cohort, walk)
    for part in tabulate_cohort(cohort, scope):
        tables.add(part)
    facts = NightFacts(
        files=cohort.added("files"),
        movements=cohort.added("movements"),
        allocations=cohort.added("allocations"),
        standings=cohort.decided("standings"),
        messages=cohort.added("messages"),
        books=cohort.books,
    )
    return PublishedCohort(digests, missed, count_night(facts, cohort.configured), picking, tables)


def _render(cohort: CommittedNight, missed: Missed) -> Iterator[AnyDocument]:
    """What is of some clients, a kind at a time; whatever is missed of one is told among its kind.

    What quarantine read again tells the answers and the status where rows stand.
    """
    files, places = cohort.added("files"), Places()
    kinds = (
        render_messages(cohort, missed),
        render_rejections(cohort, files, places, missed),
        render_answers(cohort, files, places, missed),
        render_status(cohort, files, places, missed),
    )
    for missed.place, documents in zip(KINDS, kinds, strict=True):
        yield from documents
