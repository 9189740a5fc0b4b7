"""The night as one pure function: from the books and the rows of tonight's files to the plan."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeVar

import polars as pl

from schemas.intake.verdicts import RejectedRow, RowHash, RowOutcome
from schemas.night import NightPlan
from schemas.results import Decision, Finding
from schemas.table import Table
from schemas.vocabulary.words import Feed
from transforms.allocation.releasing.releases import name_releases
from transforms.first_counts import note_empty_counts
from transforms.intake.identity.new_facts import Remembered, identify_rows, keys_of_accepted
from transforms.intake.identity.told_again import find_told_again, hash_facts, under_first_tries
from transforms.intake.keys.line_numbers import ROW
from transforms.intake.tally import find_bad_files, tally_files
from transforms.keys import LINE
from transforms.night.allocating import allocate_night
from transforms.night.caught_up import keep_reserved
from transforms.night.moved_dates import remember_moves
from transforms.night.remembering import note_line_nights, remember_standings
from transforms.night.retiring import note_closed
from transforms.night.standing_findings import find_standing
from transforms.night.told_again import leave_corrected
from transforms.night.uncorrected import remember_uncorrected, with_origins
from transforms.notices.messages import decide_messages, tell_nobody
from transforms.posting.night import post_rows
from transforms.posting.orders.policy_refusals import ship_in_parts
from transforms.posting.planned.fences import grant_fences, spend_fences
from transforms.posting.planned.plan import find_past_dates, find_unserved, post_plan
from transforms.posting.planned.unmade_kits import find_unmade_kits
from transforms.posting.planned.withdrawals import post_withdrawals
from transforms.posting.shelf.unholds import post_unholds
from transforms.shipping_days import ShippingDays, date_releases
from transforms.terms import Terms, name_files

if TYPE_CHECKING:
    from collections.abc import Callable

    from pandera.typing.polars import DataFrame

    from schemas.books.journal import Movement
    from schemas.books.orders import Withheld
    from schemas.night import AsOf, Books, NightInputs
    from transforms.allocation import AllocationPlan
    from transforms.intake.identity.new_facts import Identified
    from transforms.notices.messages import Told
    from transforms.posting.core.posting import Posting

T = TypeVar("T", bound=Table)

DECIDED = ("lost_reservations", "pegs", "decisions", "reservations", "overtakings", "standings")
"""Tables of the allocation that the night hands on as they are."""


def plan_night(inputs: NightInputs, *, post_facts: Callable[..., Posting] = post_rows) -> NightPlan:
    """All that a night decides: what the day's files mean, who gets what, and who is told.

    First the facts that are new are told from those that were accepted before, then they are posted in
    the order of the ledger, then tonight's stock is allocated, the plan is posted, and what is news is
    told. Nothing depends on the order of rows, and no client on another. A simulation posts the facts in
    a way of its own. A night that only posts decides and tells nothing (`transforms.night.caught_up`).
    """
    as_of, clients, warehouses = inputs.as_of, inputs.clients, inputs.warehouses
    inputs = leave_corrected(inputs)
    terms = _terms_of(inputs)
    new = _identify(inputs)
    posted = _post_day(inputs, new, post_facts, terms)
    decide = keep_reserved if as_of.only_posts else allocate_night
    allocated = decide(posted.books, as_of=as_of, clients=clients, warehouses=warehouses)
    named = name_releases(allocated.allocations)
    allocations = date_releases(named, as_of=as_of, warehouses=warehouses)
    lost, cancelled = allocated.lost_reservations, allocated.cancellations
    planned = (
        posted.then(partial(post_plan, allocations=allocations, lost_reservations=lost, as_of=as_of))
        .then(partial(post_withdrawals, cancellations=cancelled, as_of=as_of))
        .numbered()
    )
    settled, waiting, told = _settle(planned, allocated, posted.movements, inputs)
    outcomes = _joined(RowOutcome, inputs.outcomes, new.outcomes, terms.with_noted_places(planned.outcomes))
    rejected = _joined(RejectedRow, inputs.rejected_rows, new.rejected, posted.rejected_rows)
    owed = remember_uncorrected(
        replace(settled, order_lines=told.order_lines),
        inputs,
        facts=new.rows,
        hashes=_hashes_of(inputs, new, posted.rejected_rows),
        rejected=with_origins(rejected, inputs.rows),
        outcomes=outcomes,
    )
    return NightPlan(
        books=replace(owed.books, closed_orders=note_closed(owed.books, as_of)),
        ship_to=posted.ship_to,
        outcomes=owed.outcomes,
        rejected_rows=owed.rejected,
        row_keys=keys_of_accepted(new.facts, posted.rejected_rows),
        movements=planned.movements,
        allocations=allocations,
        **{name: getattr(allocated, name) for name in DECIDED},
        line_nights=note_line_nights(told.order_lines, allocated, as_of=as_of),
        shipments=posted.shipments,
        receipts=posted.receipts,
        messages=told.messages,
        message_lines=told.message_lines,
        findings=_joined(
            Finding,
            find_bad_files(tally_files(inputs.files, owed.outcomes), as_of=as_of),
            find_standing(owed.books, Terms(as_of, clients, warehouses, owed.books.items)),
            new.findings,
            planned.findings,
            *waiting,
            told.findings,
        ),
    )


def _terms_of(inputs: NightInputs) -> Terms:
    """What holds for the whole night."""
    return Terms(
        inputs.as_of,
        inputs.clients,
        inputs.warehouses,
        items=inputs.books.items,
        ship_to=inputs.ship_to,
        files=_names_of(inputs),
        row_places=inputs.row_places,
    )


def _post_day(
    inputs: NightInputs, new: Identified, post_facts: Callable[..., Posting], terms: Terms
) -> Posting:
    """The day's facts, and what the policies make of them before tonight's stock is given out."""
    as_of, clients = inputs.as_of, inputs.clients
    hashes = pl.concat([inputs.row_hashes, new.row_hashes]).pipe(RowHash.validate)
    told = find_told_again(hashes, inputs.books.rejected_before)
    opened = replace(note_empty_counts(inputs), pending_rows=under_first_tries(new.pending_rows, told))
    posted = post_unholds(opened, inputs.unholds, terms).then(partial(post_facts, rows=new.rows, terms=terms))
    shared = ship_in_parts(posted.books, clients=clients)
    days = ShippingDays.of(as_of, inputs.warehouses)
    granted = grant_fences(shared, posted.movements, clients=clients, days=days)
    return replace(posted, books=granted)


def _settle(
    planned: Posting, allocated: AllocationPlan, posted: DataFrame[Movement], inputs: NightInputs
) -> tuple[Books, list[pl.DataFrame], Told]:
    """What the books remember of tonight's plan, the findings about who waits, and what is told.

    A night that only posts has none of them; what it confirmed is told by the next one.
    """
    as_of, clients = inputs.as_of, inputs.clients
    if as_of.only_posts:
        return planned.books, [], tell_nobody(planned.books, posted)
    settled = _remember(planned, allocated, inputs.books.withheld, as_of=as_of)
    waiting = _find_waiting(settled, allocated, inputs)
    told = decide_messages(
        settled, allocated, posted, clients=clients, warehouses=inputs.warehouses, as_of=as_of
    )
    return settled, waiting, told


def _remember(
    planned: Posting, allocated: AllocationPlan, doubted: DataFrame[Withheld], *, as_of: AsOf
) -> Books:
    """The books after tonight's plan, with what their order lines remember of it."""
    promises = remember_moves(planned.books, allocated, planned.movements, doubted=doubted, as_of=as_of)
    lines = remember_standings(
        planned.books.order_lines, allocated.standings, allocated.cancellations, as_of=as_of
    )
    spent = spend_fences(planned.books, allocated.fence_uses)
    return replace(spent, order_lines=lines, promises=promises)


def _find_waiting(books: Books, allocated: AllocationPlan, inputs: NightInputs) -> list[pl.DataFrame]:
    """Findings about lines that wait after tonight's plan; what it says of uncounted stock is none yet."""
    as_of, days = inputs.as_of, ShippingDays.of(inputs.as_of, inputs.warehouses)
    uncounted = allocated.standings.filter(pl.col("awaits_count").is_not_null())
    sure = allocated.decisions.join(uncounted, on=LINE, how="anti", maintain_order="left")
    return [
        find_unserved(books, allocated.standings, as_of=as_of),
        find_past_dates(books, sure.pipe(Decision.validate), days=days, as_of=as_of),
        find_unmade_kits(books, allocated.standings, clients=inputs.clients, as_of=as_of),
    ]


def _identify(inputs: NightInputs) -> Identified:
    """Tonight's rows, judged against what was accepted before."""
    return identify_rows(
        inputs.rows,
        Remembered(
            row_keys=inputs.row_keys,
            books=inputs.books,
            pending_rows=inputs.pending_rows,
            clients=inputs.clients,
            as_of=inputs.as_of,
            ship_to=inputs.ship_to,
            files=_names_of(inputs),
            row_places=inputs.row_places,
        ),
    )


def _hashes_of(inputs: NightInputs, new: Identified, rejected: DataFrame[RejectedRow]) -> DataFrame[RowHash]:
    """What all rejected rows of the night say; `rejected` are those that posting rejected."""
    refused = rejected.select(*ROW, file_feed="feed").unique()
    facts = new.facts.join(refused, on=[*ROW, "file_feed"], how="semi", maintain_order="left")
    posted = [hash_facts(facts.filter(pl.col("feed") == feed.value), feed) for feed in Feed]
    return pl.concat([inputs.row_hashes, new.row_hashes, *posted]).pipe(RowHash.validate)


def _names_of(inputs: NightInputs) -> pl.DataFrame:
    """Tonight's files by their names, and earlier ones that somebody must still correct."""
    return name_files(inputs.files, inputs.books.uncorrected_rows, inputs.clients)


def _joined(contract: type[T], *parts: pl.DataFrame) -> DataFrame[T]:
    """The parts as one table, sorted by all its columns."""
    return pl.concat(parts).sort(contract.names()).pipe(contract.validate)
