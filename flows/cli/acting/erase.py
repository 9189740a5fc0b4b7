"""`backorders erase`: forget who an order goes to, at once and everywhere."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from flows.cli.acting.confirming import confirm
from flows.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption
from flows.cli.printing.paper import count_of, open_console, print_json
from flows.cli.reading import describe_unknown
from flows.workspace import Workspace, require_workspace
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from rich.console import Console

    from flows.erasing.tracing import Traces
    from flows.ledger.forgetting.erasures import Order
    from flows.ledger.store.ledger import Ledger

WHAT = {
    "landing": ("received file", "deleted as a whole; its hash stays"),
    "archive": ("archived file", "deleted as a whole"),
    "published": ("published file", "rewritten without the person, or deleted; erased.json says which"),
    "outbox": ("pick file not fetched yet", "rewritten without the person"),
    "staging": ("staged plan", "deleted; the run makes it again"),
}
"""What becomes of the files of each folder."""

EXAMPLES = 3


def erase(
    client_id: Annotated[
        str | None, typer.Argument(metavar="CLIENT", help="Name of the client's file.", show_default=False)
    ] = None,
    order_id: Annotated[
        str | None, typer.Argument(metavar="ORDER", help="The client's order number.", show_default=False)
    ] = None,
    email: Annotated[
        str | None,
        typer.Option("--email", metavar="ADDRESS", help="All orders with this mail address instead."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,  # noqa: FBT002 -- an option of the command line
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """Forget who an order goes to: its address, and every kept file that holds it. It cannot be undone."""
    refuse_unclear(client_id, order_id, email, is_asking=not yes, as_json=as_json)
    place = Workspace(workspace.absolute())
    require_workspace(place)
    from flows.clock import SYSTEM_CLOCK  # noqa: PLC0415 -- as above
    from flows.disk.lock import hold_lock  # noqa: PLC0415 -- as above
    from flows.erasing import erasing, tracing  # noqa: PLC0415 -- Polars takes time; help need not wait
    from flows.inbound.taking.door import hold_door  # noqa: PLC0415 -- as above
    from flows.ledger.databases.migrating import bring_to_today  # noqa: PLC0415 -- as above
    from flows.ledger.store.ledger import Ledger  # noqa: PLC0415 -- as above

    with ExitStack() as held:
        held.enter_context(hold_lock(place.lock_file))
        bring_to_today(place)
        ledger = held.enter_context(Ledger.open(place))
        orders = find_orders(ledger, client_id, order_id, email)
        search = tracing.Search(place, ledger, orders)
        traces = tracing.find_traces(search)
        open_orders = find_open(ledger, orders)
        refuse_unknown(ledger, traces)
        if not as_json:
            print_traces(open_console(), place, traces, open_orders)
        confirm("Erase this? It cannot be undone.", is_asking=not yes)
        with hold_door(place, SYSTEM_CLOCK):
            erasing.erase(search, traces, SYSTEM_CLOCK.now())
    if as_json:
        print_json(describe_traces(place, traces, open_orders))
    else:
        open_console().print("Erased. No later night takes an address of it again.")


def refuse_unclear(
    client_id: str | None, order_id: str | None, email: str | None, *, is_asking: bool, as_json: bool
) -> None:
    """See to it that one thing is asked for.

    Raises:
        ConfigurationError: neither or both of an order and a mail address, or a question to a program.
    """
    if (email is None) == (order_id is None) or (order_id is not None and not client_id):
        message = (
            "Name CLIENT and ORDER, or an address with --email (and perhaps CLIENT). Nothing was changed."
        )
        raise ConfigurationError(message)
    if is_asking and as_json:
        message = "--json cannot ask; add --yes. Nothing was changed."
        raise ConfigurationError(message)


def find_orders(
    ledger: Ledger, client_id: str | None, order_id: str | None, email: str | None
) -> list[Order]:
    """The orders that are meant.

    Raises:
        ConfigurationError: nobody has the mail address.
    """
    from flows.ledger.forgetting.erasures import Order, find_orders_of  # noqa: PLC0415 -- Polars takes time

    if client_id is not None and order_id is not None:
        return [Order(client_id, order_id)]
    orders = find_orders_of(ledger.connection, email or "", client_id)
    if not orders:
        message = (
            "No order that is kept has this mail address. Nothing was changed. Addresses of orders that "
            "closed long ago are gone already; a rejected row has none: name its CLIENT and ORDER."
        )
        raise ConfigurationError(message)
    return orders


def refuse_unknown(ledger: Ledger, traces: Traces) -> None:
    """See to it that each order exists, unless something of it was found.

    Raises:
        ConfigurationError: one does not; the message has the nearest known names.
    """
    from difflib import get_close_matches  # noqa: PLC0415 -- only for a mistyped name

    if not traces.is_empty():
        return
    for order in traces.orders:
        known = ledger.load_table("order_lines", [order.client_id])["order_id"].unique().to_list()
        if order.order_id not in known and not has_left(ledger, order):
            nearest = get_close_matches(order.order_id, known, EXAMPLES)
            unknown = describe_unknown("order", order.order_id, nearest, order.client_id)
            message = f"{unknown} Nothing was changed."
            raise ConfigurationError(message)


def has_left(ledger: Ledger, order: Order) -> bool:
    """Whether an order was in the books and has left them."""
    from flows.night.planning.recalling import recall_by_id  # noqa: PLC0415 -- Polars takes time

    return not recall_by_id(ledger.recall_orders, order.client_id, [order.order_id]).order_lines.is_empty()


def find_open(ledger: Ledger, orders: list[Order]) -> list[Order]:
    """Orders of which something is still to be shipped: that would be without an address."""
    import polars as pl  # noqa: PLC0415 -- takes time that help need not wait for

    lines = ledger.load_table("order_lines", {order.client_id for order in orders})
    is_open = pl.sum_horizontal("open_qty", "reserved_qty", "released_qty") > 0
    waiting = set(lines.filter(is_open).select("client_id", "order_id").iter_rows())
    return [order for order in orders if (order.client_id, order.order_id) in waiting]


def describe_traces(place: Workspace, traces: Traces, open_orders: list[Order]) -> dict[str, Any]:
    """What was erased, as machines read it; paths are those below the workspace."""
    return {
        "orders": [vars(order) for order in traces.orders],
        "people": traces.people,
        **{kind: [_shown(path, place) for path in paths] for kind, paths in traces.paths().items()},
        "left": [{"path": _shown(left.path, place), "reason": left.reason} for left in traces.left],
        "still_open": [vars(order) for order in open_orders],
    }


def print_traces(console: Console, place: Workspace, traces: Traces, open_orders: list[Order]) -> None:
    """The page: what goes, what stays for now, and what to think of."""
    names = ", ".join(f"{order.client_id} {order.order_id}" for order in traces.orders)
    heading = f"{count_of(len(traces.orders), 'order')}:"
    console.print(Text.assemble((heading, "bold"), f" {names}"), soft_wrap=True)
    console.print(f"  {count_of(traces.people, 'address', 'addresses')} in people.sqlite: deleted")
    for kind, paths in traces.paths().items():
        if paths:
            noun, fate = WHAT[kind]
            console.print(f"  {count_of(len(paths), noun)}: {fate}")
            for path in paths:
                console.print(f"      {_shown(path, place)}", soft_wrap=True)
    for left in traces.left:
        where = _shown(left.path, place)
        words = Text.assemble(("  stays:", "bold yellow"), f" {where}: {left.reason}")
        console.print(words, soft_wrap=True)
    for order in open_orders:
        name = f"  {order.client_id} {order.order_id}"
        advice = " is not closed: what is still to be shipped has no address any more; cancel it, too"
        console.print(Text.assemble((name, "bold yellow"), advice), soft_wrap=True)


def _shown(path: Any, place: Workspace) -> str:  # noqa: ANN401 -- a path; pathlib is not imported for a name
    """A path below the workspace, or where a warehouse has its own folder."""
    return str(path.relative_to(place.root)) if path.is_relative_to(place.root) else str(path)
