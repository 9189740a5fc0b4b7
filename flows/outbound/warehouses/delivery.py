"""Delivery: pick files lie where each warehouse fetches them, once.

A warehouse takes a file away as soon as it likes, so an empty place says nothing. Hence three steps,
each durable before the next: the whole file under a hidden name in the warehouse's folder; the mark
`ready` in the ledger; the rename that shows it. Whoever finds `ready` after a stop knows: the hidden
name is there, then it was never shown; neither name is there, then it was shown and taken. Nobody but
the program may touch hidden names in that folder; since it cannot know that nobody did, a file that is
taken as fetched without having been seen is named to a person (`pick_unseen`).

Known limit: power that fails within the moment between the rename and the sync of its folder, while
the warehouse has already taken the file, may bring the hidden name back.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from flows.disk import durable
from flows.ledger.runs.deliveries import Delivery, PickState, find_deliveries, move_picks
from flows.ledger.runs.handed_out import forget_handed_out
from flows.outbound.documents import path_label
from flows.outbound.warehouses.forms import name_in_form, write_picks
from flows.outbound.warehouses.handing_again import HandedOutError, choose_rows
from flows.outbound.warehouses.papers import facts_of, lay_paper, paper_of, show_paper
from flows.outbound.warehouses.picks import COUNT_LIST, name_in_outbox
from schemas.errors import InvariantError, PublicationError

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from flows.outbound.warehouses.pick_list import ListFacts
    from flows.workspace import Workspace
    from schemas.night import AsOf
    from schemas.settings.warehouse import PickForm, Warehouse

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class DeliveryDesk:
    """What delivering needs: where the outbox lies, the control database, which version, and the time."""

    workspace: Workspace
    connection: sqlite3.Connection
    version: int
    now: datetime


def deliver_picks(
    desk: DeliveryDesk, folder: Path, warehouses: Mapping[str, Warehouse], as_of: AsOf
) -> list[Path]:
    """Where the pick files of a published version were put, now or before, and its lists of bins to count.

    A file appears whole or not at all, is never replaced by other content, and once it was shown it is
    never put there again, whoever took it away.

    Raises:
        PublicationError: a folder cannot be written, or holds a file of that name with other content;
            the other warehouses have theirs.
    """
    settings = {path_label(warehouse_id): warehouse for warehouse_id, warehouse in warehouses.items()}
    made = find_deliveries(desk.connection, desk.version)
    with_releases = {path_label(picks.warehouse_id): picks for picks in made}
    delivered, failures = [], []
    for source in sorted(folder.glob("picks/*/*")):
        label = source.parent.name
        site = settings.get(label)
        form: PickForm = site.pick_files if site else "csv"
        name = name_in_form(name_in_outbox(label, source.name, as_of), form)
        place = _delivery_folder(desk.workspace, label, site) / name
        has_paper = site is not None and site.pick_list == "pdf" and source.name != COUNT_LIST
        target = PickTarget(place, form, facts_of(label, site, as_of) if has_paper else None)
        try:
            picks = None if source.name == COUNT_LIST else with_releases.get(label)
            if _deliver(desk, source, target, picks):
                delivered.append(place)
        except HandedOutError as error:
            failures.append(f"{label}: {error}")
        except OSError as error:
            failures.append(f"{label}: {place}: {error.strerror or error}")
    if failures:
        files = "pick file" if len(failures) == 1 else "pick files"
        message = (
            f"{len(failures)} {files} could not be delivered ({'; '.join(failures[:3])}). "
            f"They lie in {folder / 'picks'}. Mend what is named, and run again."
        )
        raise PublicationError(message)
    return delivered


def delivery_folders(workspace: Workspace, warehouses: Mapping[str, Warehouse]) -> list[Path]:
    """Every folder that pick files may lie in: those of the outbox, and those that warehouses name."""
    named = [workspace.root / site.delivery_folder for site in warehouses.values() if site.delivery_folder]
    return sorted({*(folder for folder in workspace.outbox.glob("*") if folder.is_dir()), *named})


class PickTarget(NamedTuple):
    """Where a file goes, in which form, and what its pick list says of it; None: it has none."""

    place: Path
    form: PickForm
    paper: ListFacts | None


def _deliver(desk: DeliveryDesk, source: Path, target: PickTarget, picks: Delivery | None) -> bool:
    """Show a file to its warehouse, unless that was done; false: there is nothing to count.

    What has no release is shown again if the night is stopped while it is fetched.
    """
    place, form, paper = target
    state = picks.state if picks else PickState.TO_SEND
    if state in {PickState.SENT, PickState.UNSEEN}:
        return True
    rows = pl.read_csv(source, infer_schema=False, glob=False)
    if source.name == COUNT_LIST:
        if rows.is_empty():
            return False
    else:
        _refuse_unmade(source, rows.height, picks)
    content = source.read_bytes() if form == "csv" else write_picks(rows, form)
    known = rows["release_id"].to_list() if picks else []
    if place.exists() and place.read_bytes() == content:
        durable.sync_folder(place.parent)
        reached = PickState.SENT
    elif state is PickState.READY and not (place.exists() or durable.partial_of(place).exists()):
        LOG.warning(
            "%s was put into %s and is gone; it is taken as fetched and not put there again. Ask the "
            "warehouse; if it does not have the file, give it %s.",
            *(place.name, place.parent, source),
        )
        reached = PickState.UNSEEN
    else:
        if picks:
            chosen = choose_rows(desk.connection, source.parent.name, rows)
            known = chosen.known
            content = content if chosen.rows.height == rows.height else write_picks(chosen.rows, form)
            rows = chosen.rows
        if paper and (state is PickState.TO_SEND or durable.partial_of(paper_of(place)).exists()):
            durable.make_folder(place.parent)
            lay_paper(paper_of(place), rows, paper, _mode_in(desk, place))
        _show(desk, content, place, picks)
        reached = PickState.SENT
    if paper:
        show_paper(paper_of(place))
    if picks:
        move_picks(desk.connection, picks, reached, desk.now)
        forget_handed_out(desk.connection, known)
    return True


def _refuse_unmade(source: Path, releases: int, picks: Delivery | None) -> None:
    """See to it that the releases of a pick file are those that were committed."""
    made = picks.releases if picks else 0
    if made != releases:
        message = f"{source} has {releases} releases, and {made} were committed; nothing of it was delivered"
        raise InvariantError(message)


def _show(desk: DeliveryDesk, content: bytes, place: Path, picks: Delivery | None) -> None:
    """Let a file appear in its place, whole; one that lies there must be the same."""
    if place.exists():
        if place.read_bytes() != content:
            message = f"{place} is there with other content; a warehouse may be picking from it"
            raise FileExistsError(message)
        durable.sync_folder(place.parent)
        return
    durable.make_folder(place.parent)
    durable.stage_file(place, [content], _mode_in(desk, place))
    if picks:
        move_picks(desk.connection, picks, PickState.READY, desk.now)
    durable.rename(durable.partial_of(place), place)


def _mode_in(desk: DeliveryDesk, place: Path) -> int | None:
    """Who may see a file: in a folder that a warehouse names that is decided by whoever made the folder."""
    return None if desk.workspace.outbox in place.parents else durable.OPEN_FILE


def _delivery_folder(workspace: Workspace, label: str, warehouse: Warehouse | None) -> Path:
    if warehouse is None or warehouse.delivery_folder is None:
        return workspace.outbox / label
    return workspace.root / warehouse.delivery_folder
