"""A client whose every cell is marked, over some nights: taken, rejected, refused, late and contradicted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from flows.daytime import look_by_day
from schemas.vocabulary.words import Feed
from tests.flows.canaries.expected import Kind
from tests.flows.canaries.feeds import file_of, full_row, kept_rows, rejected_rows
from tests.flows.night.small_world import CLIENT, MONDAY, clock_at, drop, make_world, run_night

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workspace import Workspace
    from tests.flows.canaries.markers import Cage

ACME = (
    CLIENT.format(client_id="acme").replace("[feeds", 'pick_contacts = ["phone", "email"]\n\n[feeds', 1)
    + """
[notices]
mode = "live"
from_address = "care@acme.test"
tell_after_days = 0
tell_on = ["on_back_order", "eta_changed", "pre_order", "cancelled", "shipping_part", "shipping_now"]
"""
)
MAPPED = """
name = "Bolt"
warehouses = ["W1"]
spreadsheets = "xlsx"

[feeds.orders.columns]
order_id = '"Order Number"'
sku = "Article"
qty = "CAST(Pieces AS INT)"
ordered_at = '"Ordered at"'

[[feeds.orders.routes]]
to = "set_aside"
where = "Kind = 'note'"
"""
BARE = """
name = "Cole"
warehouses = ["W1"]

[feeds.orders]
header = ["order_id", "sku", "qty", "ordered_at", "ship_to_name"]
"""
PEOPLE_DAYS = 4
LAST_DAY = 2


def make_marked_world(root: Path, cage: Cage) -> Workspace:
    """Three nights of it."""
    workspace = make_world(root)
    workspace.settings_file.write_text(
        f"settle_seconds = 0\nmin_free_bytes = 0\npeople_days = {PEOPLE_DAYS}\n", "utf-8"
    )
    with (workspace.warehouses / "W1.toml").open("a", encoding="utf-8") as site:
        site.write('pick_list = "pdf"\n')
    for client_id, settings in (("acme", ACME), ("bolt", MAPPED), ("cole", BARE)):
        (workspace.clients / f"{client_id}.toml").write_text(settings, "utf-8")
    _drop_first_day(workspace, cage)
    run_night(workspace, MONDAY)
    _drop_second_day(workspace, cage)
    run_night(workspace, MONDAY + timedelta(days=1))
    drop_refused(workspace, cage)
    look_by_day(workspace, clock_at(MONDAY + timedelta(days=LAST_DAY), hour=12))
    run_night(workspace, MONDAY + timedelta(days=LAST_DAY))
    return workspace


def _drop_first_day(workspace: Workspace, cage: Cage) -> None:
    """Files of every feed but shipments: good ones, and ones of which every row is rejected."""
    for feed in Feed:
        if feed not in (Feed.SHIPMENTS, Feed.CANCELLATIONS):
            drop(workspace, f"acme/{feed.value}/kept.csv", file_of(kept_rows(cage, feed), cage, feed))
        drop(
            workspace,
            f"acme/{feed.value}/bad.csv",
            file_of(rejected_rows(cage, feed), cage, feed) + _broken_lines(cage, feed),
        )


def _broken_lines(cage: Cage, feed: Feed) -> str:
    """Lines that are no rows: too few fields, and a quotation mark that nobody closes."""
    few, open_mark = (cage.mark(Kind.REJECTED, feed.value, "a broken line", "BAD1") for _ in range(2))
    return f'BAD1,{few}\n"BAD1,{open_mark}\n'


def _drop_second_day(workspace: Workspace, cage: Cage) -> None:
    """Shipments and cancellations, and orders that contradict what is known."""
    for feed in (Feed.SHIPMENTS, Feed.CANCELLATIONS):
        drop(workspace, f"acme/{feed.value}/kept.csv", file_of(kept_rows(cage, feed), cage, feed))
    late = full_row(cage, Feed.ORDERS, "KEPT0") | {"action": "change"}
    other = full_row(cage, Feed.ORDERS, "KEPT0") | {"ordered_at": "2026-02-01 09:00"}
    for name, row in {"late": late, "other": other}.items():
        drop(workspace, f"acme/orders/{name}.csv", file_of([row], cage, Feed.ORDERS))
    both = [full_row(cage, Feed.ORDERS, "TWO") | {"line_no": number} for number in "12"]
    drop(workspace, "acme/orders/disagree.csv", file_of(both, cage, Feed.ORDERS))
    unknown = [full_row(cage, Feed.CANCELLATIONS) | {"order_id": "NOBODY"}]
    drop(workspace, "acme/cancellations/unknown.csv", file_of(unknown, cage, Feed.CANCELLATIONS))
    bolt, cole = _mapped_file(cage), _bare_file(cage)
    drop(workspace, "bolt/orders/mapped.csv", bolt)
    drop(workspace, "cole/orders/bare.csv", cole)


def _mapped_file(cage: Cage) -> str:
    """A file under a mapping: a row set aside, and one whose CAST fails."""
    note, name, many = (cage.mark(Kind.UNDECLARED, "orders", "a mapped cell") for _ in range(3))
    return (
        "Order Number,Article,Pieces,Ordered at,Kind,Remark\n"
        f"M1,A,1,2026-03-02 09:00,note,{note}\nM2,A,{many},2026-03-02 09:00,sale,{name}\n"
    )


def _bare_file(cage: Cage) -> str:
    """A file without a header under settings that name its columns; one row is rejected."""
    name, wrong = (cage.mark(Kind.REJECTED, "orders", "a cell without header") for _ in range(2))
    return f"C1,A,{wrong},2026-03-02 09:00,{name}\n"


def drop_refused(workspace: Workspace, cage: Cage) -> None:
    """Files of which no row can be read, in every way that there is; those of orders name one of acme."""

    def mark(order_id: str = "KEPT0") -> str:
        return cage.mark(Kind.REFUSED, "orders", "refused", order_id)

    def other() -> str:
        return mark("")

    good = "order_id,line_no,sku,qty,ordered_at"
    row = "KEPT0,1,A,1,2026-03-02 09:00"
    files = {
        "acme/orders/no_header": f"{row},{mark()},{mark()}\nKEPT0,2,A,1,{mark()},{mark()}\n",
        "acme/orders/near": f"order_id_{mark()},sku_{mark()},ordered_at_{mark()}\nKEPT0,A,{mark()}\n",
        "acme/orders/twice": f"{good},{(twice := mark())},{twice}\n{row},{mark()},{mark()}\n",
        "acme/orders/no_name": f"{good},,{mark()}\n{row},{mark()},{mark()}\n",
        "acme/orders/our_name": f"{good},bo_fault,{mark()}\n{row},{mark()},{mark()}\n",
        "acme/orders/open_header": f'{good},"{mark()}\n{row},{mark()}\n',
        "acme/orders/nul": f"{good},{mark()}\n{row},{mark()}\x00\n",
        "acme/orders/latin": f"{good},{mark()}\n{row},{mark()}\udce9\n",
        "acme/orders/semicolons": f"order_id;sku;qty;{mark()}\nKEPT0;A;1;{mark()}\n",
        "acme/shipments/no_qty": f"order_id,sku,shipped_qty_{mark()}\nKEPT0,A,{mark()}\n",
        "acme/cancellations/no_order": f"order_{mark()},reason\nKEPT0,{mark()}\n",
        "acme/items/no_sku": f"article_{other()},name\n{other()},{other()}\n",
        "acme/stock/no_sku": f"sku_{other()},qty,{other()}\n{other()},1,{other()}\n",
        "acme/adjustments/no_reason": f"sku,qty,reason_{other()}\nA,1,{other()}\n",
        "acme/receipts/no_day": f"receipt_id,sku,received_qty,received_on_{other()}\nR7,A,1,{other()}\n",
        "acme/asns/no_day": f"asn_id,sku,qty,expected_on_{other()}\nP7,A,1,{other()}\n",
        "bolt/orders/near": (
            f"Order Number {other()},Article {other()},Pieces,Ordered at,Kind\n"
            f"M5,A,{other()},{other()},{other()}\n"
        ),
        "cole/orders/short": f"{other()}\x00,{other()}\n",
    }
    for name, text in files.items():
        path = workspace.inbound / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8", "surrogateescape"))
