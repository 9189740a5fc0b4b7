"""Which announced line each receipt counts for, and how many units came beyond what was announced.

Purpose
    One calculation over the announced lines of some SKUs and all receipts of them that are kept. It looks
    at what they say, never at which of them came first; so it gives the same in every order of files and
    nights.

Stages
    1. Corrections take back units of receipts: of the same receipt line (first of one with the same names),
       else of the same announced line, else of the same announcement; what finds none is taken from the
       settled units of the line it names.
    2. Receipts that name a line of their SKU count for it, whatever it still lacks. One that names only an
       announcement fills its lines of the SKU in turn, then their allowances; the rest counts for the first.
    3. All others but transfers, day by day, take what open lines of their warehouse and SKU still lack:
       those of the announcement they name first, then the oldest.
    4. What counts by name beyond the announced quantity and its allowance is over, the last units first.

Limits
    A line that was announced after a receipt which does not name it takes that receipt only if it is
    expected at most `EARLY_DAYS` after it: else it announces other goods. Here alone the night of a row
    counts. A line that announces 0 units has nothing to be beyond.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.inbound import InboundLine
from schemas.books.stock import LATE_DAYS
from schemas.vocabulary.words import InboundStatus
from transforms.calendars import add_working_days
from transforms.keys import SHELF
from transforms.matching import match_in_order
from transforms.posting.core.taking import Tier, take_by_names

if TYPE_CHECKING:
    from datetime import date

    from pandera.typing.polars import DataFrame

    from schemas.books.inbound import InboundReceipt
    from transforms.terms import Terms

ASN_LINE = InboundLine.key()
ASN_SKU = ["client_id", "asn_id", "sku"]
EARLY_DAYS = 7
"""Goods that name no line are at most so many days early for one that was announced after them."""

IN_TURN = [
    "received_on",
    "received_at",
    "receipt_id",
    "line_no",
    "received_qty",
    "posted_on",
    "file_feed",
    "file_hash",
    "row_no",
]
"""The order of receipts by what they say; night, file and row only settle what is equal."""

PART = ["receipt", "line", "qty", "on"]
TAKEN_FROM = [
    Tier(pl.lit(True)),
    Tier(pl.lit(True), overlook=("asn_id", "asn_line_no")),
    Tier(pl.lit(True), overlook=("receipt_id", "line_no")),
    Tier(pl.lit(True), overlook=("receipt_id", "line_no", "asn_line_no")),
]
"""Whose units a correction takes back; those that name no announcement are one announcement."""


@dataclass(frozen=True)
class Credits:
    """What came of the announced lines.

    Attributes:
        lines: the announced lines, numbered in `line`, with `is_cancelled`, `allowed_qty`, `base_qty`
            (settled units that no correction took), and `ended_on` as all receipts say it.
        receipts: the receipts, numbered in `receipt`, with `left_qty`, units that no correction took.
        named: units that count for a line by its name: receipt, line, qty, `on`.
        placed: units of receipts without a right name, likewise.
        taken: units of receipts that corrections took back: `correction`, receipt, qty.
        taken_back: settled units that corrections took back: `correction`, line, qty.
    """

    lines: pl.DataFrame
    receipts: pl.DataFrame
    named: pl.DataFrame
    placed: pl.DataFrame
    taken: pl.DataFrame
    taken_back: pl.DataFrame

    @property
    def parts(self) -> pl.DataFrame:
        """All units that count for a line."""
        return pl.concat([self.named, self.placed])


def credit_receipts(
    lines: DataFrame[InboundLine], receipts: DataFrame[InboundReceipt], terms: Terms
) -> Credits:
    """What counts for which line. Both sides hold all there is of some clients' SKUs."""
    numbered = _numbered(lines, terms)
    came = receipts.sort(IN_TURN).with_row_index("receipt").cast({"receipt": pl.Int64})
    taken, missing = _take_back(came)
    taken_back = _of_settled(missing, numbered)
    left = _less(came, taken, "receipt", of=pl.col("received_qty").clip(0), name="left_qty")
    based = _less(numbered, taken_back, "line", of=pl.col("settled_qty"), name="base_qty")
    ended = _with_ends(based, left, terms.as_of.business_date)
    named = _count_by_name(ended, left)
    nameless = left.filter(~pl.col("is_transfer")).join(named, on="receipt", how="anti")
    placed = _place_by_day(ended, nameless, named, terms)
    return Credits(ended, left, named, placed, taken, taken_back)


def over_units(lines: pl.DataFrame, named: pl.DataFrame) -> pl.DataFrame:
    """Units of each receipt beyond what its lines announced and allow: receipt, `over_qty`.

    Args:
        lines: as `Credits.lines`.
        named: as `Credits.named`.
    """
    limits = lines.filter(pl.col("announced_qty") > 0).select("line", "allowed_qty", "base_qty")
    so_far = pl.col("base_qty") + pl.col("qty").cum_sum().over("line")  # the frame is sorted by then
    return (
        named.join(limits, on="line")
        .sort("line", "receipt")
        .with_columns(over_qty=pl.min_horizontal((so_far - pl.col("allowed_qty")).clip(0), "qty"))
        .group_by("receipt")
        .agg(pl.col("over_qty").sum())
    )


def _numbered(lines: DataFrame[InboundLine], terms: Terms) -> pl.DataFrame:
    rules = terms.of_clients(
        over_pct=lambda client: client.policy.over_receipt_pct,
        rest_days=lambda client: client.policy.asn_rest_days,
    )
    allowed = pl.col("announced_qty") + pl.col("announced_qty") * pl.col("over_pct") // 100
    return (
        lines.sort(ASN_LINE)
        .with_row_index("line")
        .cast({"line": pl.Int64})
        .join(rules, on="client_id", how="left", maintain_order="left")
        .with_columns(allowed_qty=allowed, is_cancelled=pl.col("status") == InboundStatus.CANCELLED)
    )


def _less(side: pl.DataFrame, taken: pl.DataFrame, key: str, *, of: pl.Expr, name: str) -> pl.DataFrame:
    """`side` with `name`: what is left of a quantity, never below zero."""
    gone = taken.group_by(key).agg(gone=pl.col("qty").sum())
    return (
        side.join(gone, on=key, how="left", maintain_order="left")
        .with_columns((of - pl.col("gone").fill_null(0)).clip(0).alias(name))
        .drop("gone")
    )


def _take_back(receipts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Stage 1: what corrections take of the latest receipts, and corrections that lack some."""
    names = ["receipt_id", "line_no", "asn_id", "asn_line_no"]
    lost = receipts.filter(pl.col("received_qty") < 0)
    came = receipts.filter(pl.col("received_qty") > 0).reverse()
    taking = take_by_names(
        lost.select(*SHELF, *names, want_id="receipt", qty=-pl.col("received_qty")),
        came.select(*SHELF, *names, offer_id="receipt", qty="received_qty"),
        TAKEN_FROM,
        on=SHELF,
        named=names,
    )
    return taking.taken.rename({"want_id": "correction", "offer_id": "receipt"}), taking.missing


def _of_settled(missing: pl.DataFrame, lines: pl.DataFrame) -> pl.DataFrame:
    """Units that corrections take from the settled units of the line they name: correction, line, qty."""
    is_its = (pl.col("asn_line_no") == 0) | (pl.col("asn_line_no") == pl.col("its_no"))
    return (
        missing.join(lines.select(*ASN_SKU, "line", its_no="asn_line_no"), on=ASN_SKU)
        .filter(is_its)
        .group_by("want_id")
        .agg(pl.col("line").min(), pl.col("qty").first())
        .rename({"want_id": "correction"})
        .sort("correction")
    )


def _with_ends(lines: pl.DataFrame, receipts: pl.DataFrame, night: date) -> pl.DataFrame:
    """`lines` with `ended_on`: the last day on which a receipt said that nothing more comes.

    A receipt without a line number speaks of all lines of its announcement and SKU. One whose units were
    all taken back is void.
    """
    is_void = (pl.col("received_qty") > 0) & (pl.col("left_qty") == 0)
    said = receipts.filter(pl.col("is_final") & ~is_void).select(
        *ASN_SKU, "received_on", its_no="asn_line_no"
    )
    ends = (
        lines.join(said, on=ASN_SKU)
        .filter((pl.col("its_no") == 0) | (pl.col("its_no") == pl.col("asn_line_no")))
        .group_by("line")
        .agg(said_on=pl.col("received_on").max())
    )
    is_settled = pl.col("ended_on") <= pl.lit(night).dt.offset_by(f"-{LATE_DAYS}d")
    return (
        lines.join(ends, on="line", how="left", maintain_order="left")
        .with_columns(ended_on=pl.coalesce("said_on", pl.when(is_settled).then("ended_on")))
        .drop("said_on")
    )


def _count_by_name(lines: pl.DataFrame, receipts: pl.DataFrame) -> pl.DataFrame:
    """Stage 2: units of receipts that name a line of their SKU, or an announcement that has one."""
    came = receipts.filter(pl.col("left_qty") > 0).select(
        "receipt", *ASN_SKU, "asn_line_no", qty="left_qty", on="received_on"
    )
    exact = came.join(lines.select(*ASN_LINE, "sku", "line"), on=[*ASN_LINE, "sku"]).select(PART)
    loose = came.filter(pl.col("asn_line_no") == 0).join(lines, on=ASN_SKU, how="semi").sort("receipt")
    used = exact.group_by("line").agg(used=pl.col("qty").sum())
    counted = pl.col("base_qty") + pl.col("used").fill_null(0)
    open_lines = lines.join(used, on="line", how="left").with_columns(counted=counted)
    lacking = (pl.col("announced_qty") - pl.col("counted")).clip(0)
    more = pl.col("allowed_qty") - pl.max_horizontal("announced_qty", "counted")
    offers = (
        pl.concat(
            open_lines.filter(~pl.col("is_cancelled")).select(*ASN_SKU, "line", qty=qty.clip(0), tier=tier)
            for tier, qty in enumerate((lacking, more))
        )
        .sort("tier", "line")
        .with_row_index("offer_id")
        .cast({"offer_id": pl.Int64})
    )
    filled = match_in_order(loose.rename({"receipt": "want_id"}), offers, on=ASN_SKU)
    spread = filled.join(offers.select("offer_id", "line"), on="offer_id").select(
        "line", "qty", receipt="want_id"
    )
    first = lines.sort("is_cancelled", "line").unique(ASN_SKU, keep="first", maintain_order=True)
    rest = _less(loose, spread, "receipt", of=pl.col("qty"), name="qty").join(
        first.select(*ASN_SKU, "line"), on=ASN_SKU
    )
    shared = pl.concat([spread, rest.filter(pl.col("qty") > 0).select("line", "qty", "receipt")])
    dated = shared.join(came.select("receipt", "on"), on="receipt").select(PART)
    return (
        pl.concat([exact, dated])
        .group_by("receipt", "line", "on")
        .agg(pl.col("qty").sum())
        .select(PART)
        .sort(PART)
    )


def _place_by_day(
    lines: pl.DataFrame, receipts: pl.DataFrame, named: pl.DataFrame, terms: Terms
) -> pl.DataFrame:
    """Stage 3: units without a right name, day by day: a line is open only until its rest is given up."""
    lacking = _less(lines, named, "line", of=pl.col("announced_qty") - pl.col("base_qty"), name="lacking_qty")
    lines = lacking.filter(~pl.col("is_cancelled"), pl.col("lacking_qty") > 0)
    waiting = receipts.filter(pl.col("left_qty") > 0).join(lines, on=SHELF, how="semi")
    parts = [named.join(lines, on="line", how="semi")]
    for day in waiting.sort("received_on", "posted_on", "receipt").partition_by(
        "received_on", "posted_on", maintain_order=True
    ):
        parts.append(_place(_open_lines(lines, pl.concat(parts), day, terms), day))
    return pl.concat([named.clear(), *parts[1:]])


def _open_lines(lines: pl.DataFrame, parts: pl.DataFrame, day: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """What lines still lack that were open on the day of some receipts, the oldest first."""
    received_on, posted_on = day.row(0, named=True)["received_on"], day.row(0, named=True)["posted_on"]
    so_far = parts.group_by("line").agg(
        used=pl.col("qty").sum(), came_on=pl.col("on").filter(pl.col("on") <= received_on).max()
    )
    settled_on = pl.when(pl.col("base_qty") > 0).then("last_received_on")
    dated = (
        lines.join(so_far, on="line", how="left", maintain_order="left")
        .with_columns(came_on=pl.max_horizontal("came_on", settled_on))
        .pipe(with_rest_until, came_on="came_on", terms=terms)
    )
    is_its = (pl.col("announced_on") <= posted_on).fill_null(value=True) | (
        pl.col("expected_on") <= pl.lit(received_on).dt.offset_by(f"{EARLY_DAYS}d")
    )
    return (
        dated.with_columns(qty=pl.col("announced_qty") - pl.col("base_qty") - pl.col("used").fill_null(0))
        .filter(pl.col("qty") > 0, is_its)
        .filter((pl.col("ended_on") >= received_on).fill_null(value=True))
        .filter((pl.col("rest_until") >= received_on).fill_null(value=True))
        .sort("expected_on", *ASN_LINE)
        .select(*SHELF, "asn_id", "line", "qty", offer_id="line")
    )


def with_rest_until(lines: pl.DataFrame, *, came_on: str, terms: Terms) -> pl.DataFrame:
    """Lines with `rest_until`, the last day on which the rest of a part-received one is expected.

    That is `rest_days` working days after the last of: what came, its date, and when that was changed. Null
    where nothing came: such a line stays open, however late.
    """
    since = pl.when(pl.col(came_on).is_not_null()).then(
        pl.max_horizontal(came_on, "expected_on", "changed_on")
    )
    return add_working_days(
        lines.with_columns(rest_since=since),
        date_column="rest_since",
        days=pl.col("rest_days"),
        name="rest_until",
        warehouses=terms.warehouses,
    ).drop("rest_since")


def _place(offers: pl.DataFrame, day: pl.DataFrame) -> pl.DataFrame:
    """Units of receipts in open lines: of the announcement they name, else in the oldest."""
    wants = day.select(*SHELF, "asn_id", want_id="receipt", qty="left_qty")
    taking = take_by_names(
        wants,
        offers,
        [Tier(pl.lit(True)), Tier(pl.lit(True), overlook=("asn_id",))],
        on=SHELF,
        named=["asn_id"],
    )
    on = pl.lit(day["received_on"][0], pl.Date)
    return taking.taken.select(receipt="want_id", line="offer_id", qty="qty", on=on)
