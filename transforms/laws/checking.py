"""The laws of the ledger, checked before every commit: each is a frame of what breaks it.

An empty frame is a law that holds. A row that stands in one is our bug, whatever the clients sent.
Laws 1, 2, 3 and 5 hold their client; 4 and 6 reach across clients and stop the night. That the state
is the state before and the journal is recomputed another way in `flows.ledger.store.recompute`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from schemas.books.laws import NIGHT_LAWS, Violation
from schemas.night import STATE_TABLES
from schemas.table import conform, repeated
from schemas.vocabulary.words import Cause, LedgerName, LineAccount, StockAccount
from transforms.keys import CELL, LINE, SHELF
from transforms.laws.of_effects import check_clients, check_effect_ids, check_files, check_picks
from transforms.laws.of_kits import check_kits, count_needed
from transforms.laws.violations import broken_rows, line_subject, picks_of
from transforms.shipping_days import ShippingDays

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.books.journal import Movement
    from schemas.books.orders import LineBalance, OrderLine, Release
    from schemas.intake.verdicts import FileOutcome
    from schemas.night import AsOf, Books, NightPlan
    from schemas.results import Allocation
    from schemas.settings.warehouse import Warehouse
    from schemas.table import Frame

PARTS = {
    LineAccount.OPEN: "open_qty",
    LineAccount.RESERVED: "reserved_qty",
    LineAccount.RELEASED: "released_qty",
    LineAccount.SHIPPED: "shipped_qty",
    LineAccount.CANCELLED: "cancelled_qty",
}
"""The five quantities that the ordered quantity is the sum of."""

WAITING = ["open_qty", "reserved_qty", "released_qty"]


def check_laws(
    before: Books,
    plan: NightPlan,
    files: DataFrame[FileOutcome],
    as_of: AsOf,
    *,
    warehouses: Mapping[str, Warehouse],
) -> DataFrame[Violation]:
    """Everything in a night's plan that breaks a law, by law, client and subject.

    Args:
        before: the books before the night.
        plan: what it decides.
        files: its files.
        as_of: the night.
        warehouses: their calendars, which say when a last usable day is past.
    """
    days = ShippingDays.of(as_of, warehouses)
    books, movements, allocations = plan.books, plan.movements, plan.allocations
    broken = [
        *check_movements(movements, as_of),
        *check_keys(books),
        *check_quantities(books.order_lines, books.line_balances),
        *check_negatives(books),
        *check_picked_cells(before, movements, allocations),
        *check_expiry(books, allocations, days),
        *check_reservations(books, days),
        *check_lines(books.order_lines, books.releases),
        *check_effect_ids(before, plan),
        *check_picks(movements, allocations),
        *check_kits(allocations, books),
        *check_files(files, plan.outcomes),
        *check_clients(plan, files),
    ]
    return conform(pl.concat(broken), Violation).sort(pl.all()).pipe(Violation.validate)


def split_by_reach(
    violations: DataFrame[Violation],
) -> tuple[dict[str, DataFrame[Violation]], DataFrame[Violation]]:
    """The clients to hold, each with its violations, and the violations that stop the night."""
    stops = pl.col("law").is_in(NIGHT_LAWS)
    of_clients = violations.filter(~stops).partition_by("client_id", maintain_order=True)
    held = {str(part["client_id"][0]): part.pipe(Violation.validate) for part in of_clients}
    return held, violations.filter(stops).pipe(Violation.validate)


def check_movements(movements: DataFrame[Movement], as_of: AsOf) -> list[Frame[Violation]]:
    """Law 1: each movement balances by itself: two accounts of one ledger, posted tonight."""
    accounts = {LedgerName.STOCK: StockAccount.values(), LedgerName.LINE: LineAccount.values()}
    of_ledger = pl.any_horizontal(
        (pl.col("ledger") == ledger) & pl.col("from_account").is_in(names) & pl.col("to_account").is_in(names)
        for ledger, names in accounts.items()
    )
    is_tonight = (pl.col("business_date") == as_of.business_date) & (pl.col("run_no") == as_of.run_no)
    moves = pl.col("from_account") != pl.col("to_account")
    subject = pl.format("movement {}", "seq")
    detail = pl.format("{} {} -> {} on {}", "ledger", "from_account", "to_account", "business_date")
    return [broken_rows(1, movements.filter(~(of_ledger & is_tonight & moves)), subject, detail)]


def check_quantities(lines: DataFrame[OrderLine], balances: DataFrame[LineBalance]) -> list[Frame[Violation]]:
    """Law 1: the quantities of a line are the sums of its balances."""
    sums = balances.group_by(LINE).agg(
        pl.col("qty").filter(pl.col("account") == account).sum().alias(f"{name}_sum")
        for account, name in PARTS.items()
    )
    both = lines.select(*LINE, *PARTS.values()).join(sums, on=LINE, how="full", coalesce=True)
    differs = pl.any_horizontal(
        pl.col(name).fill_null(0) != pl.col(f"{name}_sum").fill_null(0) for name in PARTS.values()
    )
    detail = pl.format("quantities {}, balances {}", *_lists(both.columns))
    return [broken_rows(1, both.filter(differs), line_subject(), detail)]


def check_keys(books: Books) -> list[Frame[Violation]]:
    """Law 1: a row stands once in its table of the books."""
    broken = []
    for name, contract in STATE_TABLES.items():
        twice = repeated(books.tables()[name], contract)
        if not twice.is_empty():
            key = contract.key()
            said = pl.concat_str(
                pl.col(key).exclude("client_id").cast(pl.String).fill_null(""), separator="/"
            )
            subject = pl.format(f"{name} {{}}", said)
            broken.append(broken_rows(1, twice.unique(key), subject, pl.lit("the row stands twice")))
    return broken


def check_negatives(books: Books) -> list[Frame[Violation]]:
    """Law 2: no inner account below zero."""
    below = pl.col("qty") < 0
    cell = pl.format("{} {} lot {} bin {}", *CELL[1:])
    detail = pl.format("{} {}", "account", "qty")
    return [
        broken_rows(2, books.stock_balances.filter(below), cell, detail),
        broken_rows(2, books.line_balances.filter(below), line_subject(), detail),
    ]


def check_picked_cells(
    before: Books, movements: DataFrame[Movement], allocations: DataFrame[Allocation]
) -> list[Frame[Violation]]:
    """Law 2: no more is picked from a lot and bin than was free there when allocation began."""
    picked = picks_of(allocations).group_by(CELL).agg(pl.col("qty").sum().alias("picked_qty"))
    posted = movements.filter((pl.col("ledger") == LedgerName.STOCK) & (pl.col("cause") != Cause.ALLOCATED))
    is_free = pl.col("account") == StockAccount.FREE
    legs = [
        before.stock_balances.filter(is_free).select(*CELL, "qty"),
        posted.filter(pl.col("to_account") == StockAccount.FREE).select(*CELL, "qty"),
        posted.filter(pl.col("from_account") == StockAccount.FREE).select(*CELL, -pl.col("qty")),
    ]
    free = pl.concat(legs).join(picked, on=CELL, how="semi").group_by(CELL).agg(pl.col("qty").sum())
    over = picked.join(free, on=CELL, how="left").filter(pl.col("picked_qty") > pl.col("qty").fill_null(0))
    detail = pl.format("picked {} of {} free", "picked_qty", pl.col("qty").fill_null(0))
    return [broken_rows(2, over, pl.format("{} {} lot {} bin {}", *CELL[1:]), detail)]


def check_expiry(
    books: Books, allocations: DataFrame[Allocation], days: ShippingDays
) -> list[Frame[Violation]]:
    """Law 2: nothing is picked of a lot whose last usable day is past when its warehouse ships."""
    late = picks_of(allocations).join(_expired(books, days), on=[*SHELF, "lot_id"])
    subject = pl.format("{} {} lot {} bin {}", *CELL[1:])
    return [broken_rows(2, late, subject, pl.format("picked {} expired on {}", "qty", "expiry_on"))]


def _expired(books: Books, days: ShippingDays) -> pl.DataFrame:
    """Lots whose last usable day is past when their warehouse ships."""
    return books.stock_lots.filter(pl.col("expiry_on") < days.ships_on()).select(
        *SHELF, "lot_id", "expiry_on"
    )


def check_reservations(books: Books, days: ShippingDays) -> list[Frame[Violation]]:
    """Law 2: what is reserved of a warehouse and sku lies there: free, and not expired when that ships.

    A kit lies there too if its parts do.
    """
    reserved = (
        books.line_balances.filter(pl.col("account") == LineAccount.RESERVED)
        .group_by(SHELF)
        .agg(pl.col("qty").sum().alias("reserved_qty"))
    )
    usable = (
        books.stock_balances.filter(pl.col("account") == StockAccount.FREE)
        .join(_expired(books, days), on=[*SHELF, "lot_id"], how="anti")
        .group_by(SHELF)
        .agg(pl.col("qty").sum())
    )
    needed = count_needed(reserved, usable, books)
    over = needed.join(usable, on=SHELF, how="left").filter(
        pl.col("reserved_qty") > pl.col("qty").fill_null(0)
    )
    detail = pl.format("reserved {} of {} unexpired free", "reserved_qty", pl.col("qty").fill_null(0))
    return [broken_rows(2, over, pl.format("{} {}", *SHELF[1:]), detail)]


def check_lines(lines: DataFrame[OrderLine], releases: DataFrame[Release]) -> list[Frame[Violation]]:
    """Law 3: ordered = open + reserved + released + shipped + cancelled; a closed line holds nothing."""
    unequal = lines.filter(pl.col("ordered_qty") != pl.sum_horizontal(PARTS.values()))
    sums = pl.format("ordered {}, parts {}", "ordered_qty", pl.sum_horizontal(PARTS.values()))
    closed = lines.filter(pl.sum_horizontal(WAITING) == 0).select(LINE)
    unconfirmed = pl.col("released_qty") > pl.col("shipped_qty") + pl.col("short_qty")
    unanswered = releases.filter(pl.col("is_open") & unconfirmed)
    holding = unanswered.join(closed, on=LINE, how="semi").join(
        _answered_kits(releases), on=["client_id", "kit_id"], how="anti"
    )
    return [
        broken_rows(3, unequal, line_subject(), sums),
        broken_rows(3, holding, line_subject(), pl.format("closed, but release {} is open", "release_id")),
    ]


def _answered_kits(releases: DataFrame[Release]) -> pl.DataFrame:
    """Kits of which every one is shipped or short: a part that is still out is none of their line's."""
    released, shipped, short = (pl.col(f"{name}_qty").sum() for name in ("released", "shipped", "short"))
    kits = pl.col("kit_qty").first()
    of_parts = releases.filter(pl.col("kit_id").is_not_null()).group_by("client_id", "kit_id", "sku")
    whole = of_parts.agg(shipped=shipped * kits // released, possible=(released - short) * kits // released)
    of_kits = whole.group_by("client_id", "kit_id").agg(pl.col("shipped", "possible").min())
    return of_kits.filter(pl.col("shipped") == pl.col("possible"))


def _lists(columns: list[str]) -> list[pl.Expr]:
    """The quantities and the sums, each as one text."""
    texts = [pl.col(name).fill_null(0).cast(pl.String) for name in columns if name not in LINE]
    middle = len(texts) // 2
    return [pl.concat_str(texts[:middle], separator=" "), pl.concat_str(texts[middle:], separator=" ")]
