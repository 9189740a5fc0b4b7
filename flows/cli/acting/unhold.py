"""`backorders unhold`: held units that somebody judged to be good are free from the next night on."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from flows.cli.acting.confirming import confirm
from flows.cli.numbers import PLAIN
from flows.cli.options import (
    DEFAULT_WORKSPACE,
    ClientArgument,
    JsonOption,
    SkuArgument,
    WarehouseArgument,
    WorkspaceOption,
)
from flows.cli.printing.paper import count_of, make_table, open_console, print_json
from flows.cli.reading import Units, open_published, require_known
from flows.pasting import say_workspace
from flows.workspace import Workspace
from schemas.errors import ConfigurationError
from schemas.vocabulary.words import NO_LOT, HoldReason, StockAccount

if TYPE_CHECKING:
    from datetime import datetime

    from rich.console import Console

    from flows.ledger.runs.unholds import Held
    from flows.ledger.store.ledger import Ledger

HEADINGS = ("reason", "lot", "bin", "held", "comes free")
NOTHING = "Nothing was changed."


class HeldUnits(NamedTuple):
    """Which held units are meant; what is None is not said."""

    client_id: str
    warehouse_id: str
    sku: str
    lot_id: str | None
    bin_id: str | None
    hold_reason: str | None
    qty: str | None


def unhold(  # noqa: PLR0913, PLR0917 -- a command has as many options as a person needs
    client_id: ClientArgument,
    warehouse_id: WarehouseArgument,
    sku: SkuArgument,
    by: Annotated[str, typer.Option("--by", metavar="WHO", help="Who judged the units.")],
    why: Annotated[str, typer.Option("--why", metavar="TEXT", help="Why they are good.")],
    lot: Annotated[str | None, typer.Option("--lot", help="Only of this lot.")] = None,
    bin_id: Annotated[str | None, typer.Option("--bin", help="Only in this bin.")] = None,
    reason: Annotated[str | None, typer.Option("--reason", help="Only held for this reason.")] = None,
    qty: Annotated[str | None, typer.Option("--qty", help="Only so many units, of one place.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002 -- an option of the command line
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """Release held units that somebody judged to be good: the next run has them free."""
    by, why = " ".join(by.split()), " ".join(why.split())
    refuse_unclear(by, why, is_asking=not yes, as_json=as_json)
    refuse_no_quantity(qty)
    asked = HeldUnits(client_id, warehouse_id, sku, lot, bin_id, reason, qty)
    place = Workspace(workspace.absolute())
    with open_published(place) as connection:
        require_known(connection, "client", client_id)
        require_known(connection, "sku", sku, client_id=client_id)
    from flows.clock import SYSTEM_CLOCK  # noqa: PLC0415 -- as above
    from flows.ledger.runs.unholds import put_unholds  # noqa: PLC0415 -- as above
    from flows.ledger.store.ledger import Ledger  # noqa: PLC0415 -- Polars takes time; help need not wait

    with Ledger.open(place) as ledger:
        now = SYSTEM_CLOCK.now()
        decimals = find_decimals(ledger, asked)
        held = find_held(ledger, asked, now)
        chosen = choose_units(asked, held, decimals)
        if not as_json:
            print_choice(open_console(), held, chosen, decimals)
        confirm("Release them?", is_asking=not yes)
        put_unholds(ledger.connection, chosen, by=by, why=why, now=now)
        effect = tell_effect(ledger)
    if as_json:
        units = [{**unit._asdict(), "qty": in_units(unit.qty, decimals)} for unit in chosen]
        print_json(
            {
                "unhold": units,
                "by": by,
                "why": why,
                "said_at": f"{now:%Y-%m-%d %H:%M:%S} UTC",
                "takes_effect": effect,
            }
        )
    else:
        total = in_units(sum(unit.qty for unit in chosen), decimals)
        open_console().print(
            f"{count_of(total, 'unit')} of {sku} come free. {effect}", markup=False, soft_wrap=True
        )


def refuse_unclear(by: str, why: str, *, is_asking: bool, as_json: bool) -> None:
    """See to it that somebody answers for it.

    Raises:
        ConfigurationError: nobody does, or without a reason, or a program would be asked.
    """
    if not by or not why:
        message = f"Say who judged the units (--by) and why they are good (--why). {NOTHING}"
        raise ConfigurationError(message)
    if is_asking and as_json:
        message = f"--json cannot ask; add --yes. {NOTHING}"
        raise ConfigurationError(message)


def refuse_no_quantity(qty: str | None) -> None:
    """See to it that a quantity that was said is one.

    Raises:
        ConfigurationError: it is no number, or none above 0.
    """
    if qty is not None and not PLAIN.fullmatch(qty):
        message = f"--qty {qty!r} is no quantity; write units as in 4 or 2.5. {NOTHING}"
        raise ConfigurationError(message)
    if qty is not None and Decimal(qty) <= 0:
        message = f"--qty must be more than 0, not {qty}: it says how many units come free. {NOTHING}"
        raise ConfigurationError(message)


def find_decimals(ledger: Ledger, asked: HeldUnits) -> int:
    """By how many places the quantities of the sku are scaled."""
    items = ledger.load_table("items", [asked.client_id])
    found = [places for sku, places in items.select("sku", "decimals").iter_rows() if sku == asked.sku]
    return max(found, default=0)


def find_held(ledger: Ledger, asked: HeldUnits, now: datetime) -> list[Held]:
    """Units of the client's sku that are on hold, less those that come free with the next run already."""
    from flows.ledger.runs.unholds import Held, read_unholds  # noqa: PLC0415 -- Polars takes time

    followed = set(ledger.load_table("unholds", [asked.client_id])["unhold_id"])
    coming: dict[tuple[str, ...], int] = {}
    for row in read_unholds(ledger.connection, now).iter_rows(named=True):
        if row["unhold_id"] not in followed:
            key = tuple(row[name] for name in Held._fields[:-1])
            coming[key] = coming.get(key, 0) + row["qty"]
    stock = ledger.load_table("stock_balances", [asked.client_id])
    held = [
        Held(**{name: row[name] for name in Held._fields})
        for row in stock.iter_rows(named=True)
        if row["account"] == StockAccount.HOLD and row["sku"] == asked.sku
    ]
    left = [unit._replace(qty=unit.qty - coming.get(unit[:-1], 0)) for unit in held]
    return [unit for unit in left if unit.qty > 0]


def choose_units(asked: HeldUnits, held: list[Held], decimals: int) -> list[Held]:
    """The held units that are meant.

    Raises:
        ConfigurationError: they cannot come off hold in this way, there are not so many, or it is not
            clear which of them are meant; the message says what is there.
    """
    if asked.hold_reason is not None:
        refuse_other_doors(asked.hold_reason)
    there = [unit for unit in held if unit.warehouse_id == asked.warehouse_id and _is_meant(unit, asked)]
    judged = [unit for unit in there if unit.hold_reason in HoldReason.judged()]
    if there and not judged:
        refuse_other_doors(there[0].hold_reason)
    if not judged:
        message = (
            f"Nothing of {asked.sku} that comes off hold is there as asked at {asked.warehouse_id}. "
            f"On hold: {_tell(held, decimals)}. {NOTHING}"
        )
        raise ConfigurationError(message)
    return judged if asked.qty is None else [_so_many(asked.qty, judged, decimals)]


def refuse_other_doors(hold_reason: str) -> None:
    """See to it that a reason is one of held units that somebody can judge.

    Raises:
        ConfigurationError: it is not; the message says what ends such a hold.
    """
    known = {reason.value: reason for reason in HoldReason}
    names = ", ".join(reason.value for reason in HoldReason.judged())
    if hold_reason not in known:
        message = (
            f"No hold has the reason {hold_reason!r}; units that can be released have {names}. {NOTHING}"
        )
        raise ConfigurationError(message)
    if hold_reason not in names.split(", "):
        reason = known[hold_reason]
        message = (
            f"{hold_reason} ({reason.meaning}) is not ended by a word. What ends it: "
            f"{reason.way_out.format(sku='the SKU')}. {NOTHING}"
        )
        raise ConfigurationError(message)


def _is_meant(unit: Held, asked: HeldUnits) -> bool:
    """Whether units are of the lot, bin and reason that were asked for."""
    pairs = (
        (asked.lot_id, unit.lot_id),
        (asked.bin_id, unit.bin_id),
        (asked.hold_reason, unit.hold_reason),
    )
    return all(wanted is None or wanted == found for wanted, found in pairs)


def _so_many(asked_qty: str, judged: list[Held], decimals: int) -> Held:
    """So many units of one place.

    Raises:
        ConfigurationError: the item has no such part of a unit, the place is not clear, or fewer are there.
    """
    scaled = Decimal(asked_qty).scaleb(decimals)
    if scaled != scaled.to_integral_value():
        counted = f"to {count_of(decimals, 'decimal')}" if decimals else "in whole units"
        message = f"--qty {asked_qty}: the item is counted {counted}. {NOTHING}"
        raise ConfigurationError(message)
    if len(judged) > 1:
        message = (
            f"--qty needs one place: say which with --lot, --bin or --reason. On hold: "
            f"{_tell(judged, decimals)}. {NOTHING}"
        )
        raise ConfigurationError(message)
    (place,) = judged
    if place.qty < scaled:
        message = f"--qty {asked_qty} is more than is on hold: {_tell(judged, decimals)}. {NOTHING}"
        raise ConfigurationError(message)
    return place._replace(qty=int(scaled))


def _tell(held: list[Held], decimals: int) -> str:
    """Held units in words, with where they are and what ends their hold."""
    ends = {reason.value: reason.way_out for reason in HoldReason}
    told = [
        f"{in_units(unit.qty, decimals):,} {unit.hold_reason} in {unit.bin_id} at {unit.warehouse_id}"
        + (f", lot {unit.lot_id}" if unit.lot_id != NO_LOT else "")
        + ("" if unit.hold_reason in HoldReason.judged() else f" (ends by {ends.get(unit.hold_reason)})")
        for unit in held
    ]
    return "; ".join(told) or "nothing that does not come free with the next run already"


def in_units(qty: int, decimals: int) -> int | Decimal:
    """A scaled quantity as people know it."""
    return Units(Decimal(qty).scaleb(-decimals)) if decimals else qty


def print_choice(console: Console, held: list[Held], chosen: list[Held], decimals: int) -> None:
    """The held units of the sku at the warehouse, and which of them come free."""
    free = {unit[:-1]: unit.qty for unit in chosen}
    here = [unit for unit in held if unit.warehouse_id == chosen[0].warehouse_id]
    rows = [
        (
            unit.hold_reason,
            unit.lot_id or None,
            unit.bin_id,
            in_units(unit.qty, decimals),
            in_units(free.get(unit[:-1], 0), decimals),
        )
        for unit in here
    ]
    first = chosen[0]
    title = f"On hold: {first.client_id} · {first.sku} · {first.warehouse_id}"
    console.print(make_table(title, HEADINGS, rows))


def tell_effect(ledger: Ledger) -> str:
    """From which run on the units are free."""
    last, workspace = ledger.last_committed(), say_workspace(ledger.folder.parent)
    waiting = [run for run in ledger.unfinished() if run.version is None]
    if waiting:
        begun = waiting[-1].as_of
        return (
            f"Night {begun.business_date} run {begun.run_no} is frozen already and does not see it; the run "
            "after it does."
        )
    assert last is not None  # noqa: S101 -- what is on hold was committed
    following = last.as_of.business_date + timedelta(days=1)
    return (
        f"It takes effect with the next run: the night of {following}, or "
        f"`backorders run --again{workspace}` for {last.as_of.business_date}."
    )
