"""The books of a night beside the truth: units, lines, promises and findings."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from tests.warehouse.law import holding
from tests.warehouse.world import DAMAGED, RETURNED, SKUS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from tests.warehouse.law import CountTaken, Holding, Shelf
    from tests.warehouse.telling import File
    from tests.warehouse.world import World

NOT_JUDGED = frozenset(
    {
        "win_unserved",
        "past_cancel_date",
        "no_address",
        "no_language",
        "lost_reservation",
        "assumed_shipment",
        "overdue_release",
        "stock_held",
    }
)
"""Findings about plans, promises and what waits for a judgement, which this trial does not judge."""

SURELY_FEW = 8
"""A count is never held for less than one unit in so many; the program holds it from one in five."""

ANY_DOUBT = 1000
"""Units of doubt about a shelf of which the books can know nothing sure."""


class Open(NamedTuple):
    """A finding that is open after a night."""

    code: str
    subject: str
    cause: str
    detail: str
    opened_on: date

    @property
    def text(self) -> str:
        """What it says, and of what."""
        return f"{self.subject} {self.detail}"


@dataclass(frozen=True)
class Answer:
    """What the program says of a client after a night."""

    on_hand: dict[Shelf, int] = field(default_factory=dict)
    """Units in the books, whatever their account."""
    gaps: dict[Shelf, int] = field(default_factory=dict)
    """Open gaps: units that the books have and cannot explain."""
    shipped: dict[tuple[str, int], int] = field(default_factory=dict)
    """Shipped units of each order line."""
    wanted: dict[tuple[str, int], int] = field(default_factory=dict)
    """Ordered less cancelled units of each order line."""
    announced: dict[tuple[str, str], int] = field(default_factory=dict)
    """Announced units still to come, by announcement and SKU."""
    pegged: dict[tuple[str, str], int] = field(default_factory=dict)
    """Announced units promised tonight."""
    findings: list[Open] = field(default_factory=list)
    counts_taken: set[str] = field(default_factory=set)
    """Sheets of which a row was accepted tonight."""
    counts_held: set[str] = field(default_factory=set)
    """Sheets that wait for a person."""
    rejected: list[str] = field(default_factory=list)
    """Rejected rows in words."""


@dataclass(frozen=True)
class Replies:
    """What the program says after a night, by client."""

    answers: dict[str, Answer]
    releases: dict[str, list[dict[str, Any]]]
    """Pick rows: release, order and line, SKU, warehouse, lot, bin and quantity."""


class Program(Protocol):
    """The program under trial, however it is run."""

    def run(self, night: date, files: Sequence[File]) -> Replies:
        """What it says after a night to which these files were dropped."""
        ...


@dataclass
class Verdict:
    """What was wrong with the books of one seed, added up over its nights."""

    differences: int = 0
    nightly: int = 0
    lines: int = 0
    promised_twice: int = 0
    missed: int = 0
    false_findings: int = 0
    held: int = 0
    judged: set[tuple[str, str, str]] = field(default_factory=set)
    """False findings, by key: one that stands for many nights is one."""
    first: list[str] = field(default_factory=list)
    """The first thing that was wrong, with its story."""
    by_code: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    by_cause: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def say(self, cause: str, lines: list[str]) -> None:
        """Keep the first trouble."""
        self.by_cause[cause] += 1
        if not self.first:
            self.first = lines


def judge(world: World, night: date, answer: Answer, verdict: Verdict) -> None:
    """Compare the books of a night with what they must hold, and with what is there."""
    taken = _take_counts(world, night, answer, verdict)
    _judge_counts(world, night, answer, taken, verdict)
    _judge_shelves(world, night, answer, taken, verdict)
    _judge_lines(world, night, answer, verdict)
    _judge_promises(world, night, answer, verdict)
    _judge_findings(world, night, answer, verdict)


def _take_counts(world: World, night: date, answer: Answer, verdict: Verdict) -> list[CountTaken]:
    """The counts that the books took tonight."""
    taken = [world.sheets[sheet] for sheet in sorted(answer.counts_taken)]
    new = [count for count in taken if count.accepted_on is None]
    for count in new:
        count.accepted_on = night
    for sheet in sorted(answer.counts_held):
        count = world.sheets[sheet]
        verdict.held += 1
        if not _vanishes(world, night, count):
            verdict.false_findings += 1
            head = f"{night}: the count of {count.at:%m-%d %H:%M} is held without need"
            told = [one.text for one in answer.findings if one.code == "count_held"]
            stories = [line for sku in SKUS for line in world.story(count.warehouse_id, sku)]
            verdict.say("count held", [head, *told, *stories])
    return new


def _vanishes(world: World, night: date, count: CountTaken) -> bool:
    """Whether a count shows so much less than was told that a person should look.

    What is owned may be asked for then or now, when units have left since.
    """
    owned = owned_now = vanished = 0
    for sku in SKUS:
        before = holding(world.told, count.warehouse_id, sku, night, until=count.at, without=count)
        if not before.is_sure:
            return True
        seen = _seen_lots(count, sku)
        owned += before.total
        owned_now += holding(world.told, count.warehouse_id, sku, night, without=count).total
        vanished += sum(max(0, qty - seen.get(lot, 0)) for lot, qty in before.by_lot.items())
    return not count.is_full or vanished * SURELY_FEW > min(owned, owned_now)


def _judge_counts(
    world: World, night: date, answer: Answer, taken: list[CountTaken], verdict: Verdict
) -> None:
    """What a count shows and nobody told is a finding; what was told is none."""
    for count in taken:
        if world.told.last_full(count.warehouse_id, night, before=count) is None:
            world.excuse("count_difference", "", night)
            world.excuse("negative_stock", "", night)
            continue
        for sku in SKUS:
            _judge_count(world, night, answer, (count, sku), verdict)
        if count.is_full:
            for sku in SKUS:
                if world.shorts.get((count.warehouse_id, sku), night) < night:
                    world.shorts.pop((count.warehouse_id, sku), None)


def _judge_count(
    world: World, night: date, answer: Answer, counted: tuple[CountTaken, str], verdict: Verdict
) -> None:
    """Of one SKU; a count that is not the last any more need not be told of, nor what a short pick told."""
    count, sku = counted
    before = holding(world.told, count.warehouse_id, sku, night, until=count.at, without=count)
    lots = _seen_lots(count, sku)
    is_off = any(lots.get(lot, 0) != before.by_lot.get(lot, 0) for lot in {*lots, *before.by_lot})
    if is_off or not count.is_full or not before.is_sure:
        world.excuse("count_difference", sku, night)
    if before.any_lot:
        # of which lot those were the count shows; only what is missing of all lots must be told
        is_off = sum(lots.values()) != before.total
    is_old = any(
        other is not count
        and other.warehouse_id == count.warehouse_id
        and other.is_known(night)
        and other.at >= count.at
        for other in world.told.counts
    )
    must_tell = is_off and count.is_full and before.is_sure and not is_old
    if not must_tell or (count.warehouse_id, sku) in world.shorts:
        return
    told = [one for one in answer.findings if one.code == "count_difference" and one.opened_on == night]
    if not any(sku in one.text for one in told):
        verdict.missed += 1
        head = (
            f"{night}: the count of {count.at:%m-%d %H:%M} in {count.warehouse_id} found {lots} of {sku}, "
            f"told were {before.by_lot} and {before.any_lot} of any lot; no count_difference"
        )
        verdict.say("count difference untold", [head, *world.story(count.warehouse_id, sku)])


def _seen_lots(count: CountTaken, sku: str) -> dict[str, int]:
    lots: dict[str, int] = defaultdict(int)
    for place, qty in count.seen.items():
        if place[1] == sku:
            lots[place[2]] += qty
    return dict(lots)


def _judge_shelves(
    world: World, night: date, answer: Answer, taken: list[CountTaken], verdict: Verdict
) -> None:
    """Books less gaps are the law's sum each night: after a full count and at the end that is the truth."""
    fully = {count.warehouse_id for count in taken if count.is_full}
    if night == world.last_day:
        fully = set(world.style.warehouses)
    for warehouse_id in world.style.warehouses:
        for sku in SKUS:
            due = holding(world.told, warehouse_id, sku, night)
            _note_doubt(world, night, (warehouse_id, sku), due)
            books = {
                shelf[2]: answer.on_hand.get(shelf, 0) - answer.gaps.get(shelf, 0)
                for shelf in {*answer.on_hand, *answer.gaps}
                if shelf[:2] == (warehouse_id, sku)
            }
            off = _off(books, due.by_lot, due.any_lot) if due.is_sure else 0
            if not off:
                continue
            verdict.nightly += off
            verdict.differences += off if warehouse_id in fully else 0
            gaps = {shelf[2]: qty for shelf, qty in answer.gaps.items() if shelf[:2] == (warehouse_id, sku)}
            head = (
                f"{night}: {sku} in {warehouse_id}: books less gaps {books}, must be {due.by_lot} and "
                f"{due.any_lot} of any lot; really there {world.physical(warehouse_id, sku)}; gaps {gaps}"
            )
            since = world.told.last_full(warehouse_id, night)
            story = world.story(warehouse_id, sku, since.at if since else None)
            cause = "after a count" if warehouse_id in fully else "on a night"
            verdict.say(cause, [head, *story, *answer.rejected[:10]])


def _note_doubt(world: World, night: date, goods: tuple[str, str], due: Holding) -> None:
    """How far the books cannot know the truth about a SKU: what nobody told yet, what broke and is on hold.

    Of goods that are lost from a bin, those on hold are taken first, whichever they were: so returned ones
    may be for sale by then.
    """
    real = world.physical(*goods)
    untold = abs(sum(real.values()) - _untold_returns(world, night, goods) - due.total)
    wrong_lots = sum(abs(real.get(lot, 0) - due.by_lot.get(lot, 0)) for lot in {*real, *due.by_lot})
    returned = sum(world.units(*goods, RETURNED).values())
    held = sum(world.units(*goods, DAMAGED).values()) + min(returned, _lost_from_bins(world, night, goods))
    doubt = untold + wrong_lots + held
    world.unknown[goods] = doubt if due.is_sure else ANY_DOUBT
    if doubt or _lacks_released(world, goods, due):
        world.excuse("negative_stock", goods[1], night)


def _untold_returns(world: World, night: date, goods: tuple[str, str]) -> int:
    """Returned units that wait to be judged and that nobody told yet: none of them stand for lost ones."""
    untold = sum(
        fact.qty
        for fact in world.told.facts[goods]
        if fact.text.startswith("return") and not fact.is_told(night)
    )
    return min(untold, sum(world.units(*goods, RETURNED).values()))


def _lost_from_bins(world: World, night: date, goods: tuple[str, str]) -> int:
    """Units of a SKU that were told to be gone from a bin since the last full count."""
    full = world.told.last_full(goods[0], night)
    return -sum(
        fact.qty
        for fact in world.told.facts[goods]
        if fact.qty < 0 and fact.bin_id and fact.of_line is None and fact.is_told(night)
        if full is None or fact.at > full.at
    )


def _lacks_released(world: World, goods: tuple[str, str], due: Holding) -> bool:
    """Whether units are gone that were released to be picked: a short that is still to come."""
    waiting: dict[str, int] = defaultdict(int)
    for pick in world.outstanding.values():
        if (pick.warehouse_id, pick.sku) == goods:
            waiting[pick.lot_id] += pick.left
    return any(qty > due.by_lot.get(lot_id, 0) for lot_id, qty in waiting.items())


def _off(books: dict[str, int], due: dict[str, int], any_lot: int) -> int:
    """Units by which they differ, lot by lot where all is told by lot."""
    if any_lot:
        return abs(sum(books.values()) - sum(due.values()) - any_lot)
    return sum(abs(books.get(lot, 0) - due.get(lot, 0)) for lot in {*books, *due})


def _judge_lines(world: World, night: date, answer: Answer, verdict: Verdict) -> None:
    """What was told to have shipped is shipped in the books, as far as the line can take it."""
    if night != world.last_day:
        return
    for key, line in world.lines.items():
        shipped, wanted = answer.shipped.get(key, 0), answer.wanted.get(key, line.qty)
        least = line.qty - line.cancelled
        most = line.qty if line.is_late_wish else least
        off = abs(shipped - min(line.told, wanted)) + max(0, least - wanted) + max(0, wanted - most)
        if off:
            verdict.lines += off
            head = (
                f"{night}: {key[0]}/{key[1]} of {line.qty} {line.sku}, of which {line.cancelled} were "
                f"cancelled and {line.told} told as shipped: the books want {wanted} and shipped {shipped}"
            )
            verdict.say("shipped units of a line", [head, *_rows_about(world, key[0])])


def _rows_about(world: World, order_id: str) -> list[str]:
    """Rows of all files that name an order."""
    return [
        f"{day} {file.feed}: {text}"
        for day, files in world.sent
        for file in files
        for text in file.text.splitlines()
        if order_id in text.split(",")
    ]


def _judge_promises(world: World, night: date, answer: Answer, verdict: Verdict) -> None:
    """No announced unit is promised twice, nor one that has come."""
    still = {asn.asn_id: asn.still(night) for asn in world.asns}
    for (asn_id, sku), qty in answer.pegged.items():
        most = min(answer.announced.get((asn_id, sku), 0), still.get(asn_id, 0))
        if qty > most:
            verdict.promised_twice += qty - most
            verdict.say(
                "promised twice",
                [f"{night}: {qty} units of {asn_id} {sku} are promised, {most} are still to come"],
            )


def _is_counted(world: World, warehouse_id: str) -> bool:
    """Whether the books took a count of the warehouse by now."""
    of_warehouse = (count for count in world.sheets.values() if count.warehouse_id == warehouse_id)
    return any(count.accepted_on is not None for count in of_warehouse)


def _judge_findings(world: World, night: date, answer: Answer, verdict: Verdict) -> None:
    """A finding that nothing in the world explains is false."""
    world.excuses = [excuse for excuse in world.excuses if excuse.last >= night]
    true = [excuse for excuse in world.excuses if excuse.first <= night]
    for one in answer.findings:
        key = (one.code, one.subject, one.cause)
        if one.code in NOT_JUDGED or key in verdict.judged:
            continue
        is_of_rows = one.code == "rows_rejected" and one.subject.startswith("stock/")
        if one.code == "count_held" or (is_of_rows and answer.counts_held):
            continue  # judged with the count
        if one.code == "stock_not_counted" and not _is_counted(world, one.subject):
            continue
        if any(excuse.code == one.code and excuse.subject in one.text for excuse in true):
            continue
        verdict.judged.add(key)
        verdict.false_findings += 1
        verdict.by_code[one.code] += 1
        skus = [sku for sku in SKUS if sku in one.text]
        stories = [
            line for sku in skus for house in world.style.warehouses for line in world.story(house, sku)
        ]
        head = f"{night}: finding {one.code} {one.subject}: {one.detail}"
        verdict.say(f"false finding {one.code}", [head, *answer.rejected[:10], *stories[-40:]])
