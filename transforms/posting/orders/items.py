"""Step 0: the item master. It holds for all files of the night."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.catalogue import Item, ItemAlias, ItemUnit
from schemas.table import conform
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Verdict
from transforms.keys import ITEM
from transforms.posting.core.posting import Posting
from transforms.posting.core.rows import in_posting_order, outcomes_of, rejections_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pandera.typing.polars import DataFrame

    from schemas.intake.feeds import ItemRow
    from schemas.night import Books
    from transforms.terms import Terms

DEFAULTS = {"sell_multiple": 1, "decimals": 0, "safety_stock_qty": 0, "is_active": True}
UNITS_PATTERN = r"^[^:|]+:[1-9][0-9]*(\|[^:|]+:[1-9][0-9]*)*$"


def post_items(books: Books, rows: DataFrame[ItemRow], terms: Terms) -> Posting:
    """The catalogue after tonight's item files: an empty cell leaves what is known as it is.

    Places of a fraction cannot change once quantities of the item stand in the books: every figure
    there is a whole number of the old fraction. Successors that lead back to their item are none.
    """
    if rows.is_empty():
        return Posting.of(books)
    ordered = in_posting_order(rows, terms).with_columns(_fault(books).alias("fault"))
    ordered = _refuse_circles(books, ordered)
    accepted = ordered.filter(pl.col("fault").is_null())
    after = replace(
        books,
        items=_items_after(books, accepted),
        item_units=_units_after(books, accepted),
        item_aliases=_aliases_after(books, accepted, terms),
    )
    rejected = ordered.filter(pl.col("fault").is_not_null())
    return Posting.of(
        after,
        outcomes=pl.concat(
            [outcomes_of(accepted, Verdict.ACCEPTED), outcomes_of(rejected, Verdict.REJECTED)]
        ),
        rejected_rows=pl.concat(
            [
                rejections_of(rejected.filter(pl.col("fault") == "uoms"), ReasonCode.OUT_OF_RANGE, "uoms"),
                rejections_of(
                    rejected.filter(pl.col("fault") == "decimals"), ReasonCode.NOT_SUPPORTED, "decimals"
                ),
                rejections_of(
                    rejected.filter(pl.col("fault") == "replaced_by"),
                    ReasonCode.REPLACES_ITSELF,
                    "replaced_by",
                ),
            ]
        ),
    )


def name_items(books: Books, named: pl.DataFrame) -> Books:
    """Books in which every (client_id, sku) of `named` is an item; new ones get the items' defaults."""
    new = named.select(ITEM).unique().join(books.items, on=ITEM, how="anti")
    if new.is_empty():
        return books
    made = new.with_columns(is_listed=False, **{name: pl.lit(value) for name, value in DEFAULTS.items()})
    typed = conform(
        made.cast({"sell_multiple": pl.Int64, "decimals": pl.Int64, "safety_stock_qty": pl.Int64}), Item
    )
    return replace(books, items=pl.concat([books.items, typed]).sort(ITEM).pipe(Item.validate))


def _fault(books: Books) -> pl.Expr:
    """The column at fault, or null."""
    used = pl.concat(
        [table.select(ITEM) for table in (books.stock_balances, books.order_lines, books.used_items)]
    ).unique()
    fixed = books.items.join(used, on=ITEM, how="semi").select(*ITEM, "decimals")
    known = pl.struct(*ITEM).replace_strict(
        fixed.select(pl.struct(*ITEM)).to_series(), fixed["decimals"], default=None, return_dtype=pl.Int64
    )
    return (
        pl.when(~pl.col("uoms").str.contains(UNITS_PATTERN))
        .then(pl.lit("uoms"))
        .when(pl.col("decimals") != known)
        .then(pl.lit("decimals"))
    )


def _refuse_circles(books: Books, rows: pl.DataFrame) -> pl.DataFrame:
    """`rows` with a fault where a successor leads back to its item, as the catalogue would be with them.

    What is refused leaves the successor that was known before, so the rest is looked at again.
    """
    known = dict(_successors(books.items))
    while True:
        told = known | dict(_successors(rows.filter(pl.col("fault").is_null())))
        circling = [key for key in told if _leads_back(key, told) and told[key] != known.get(key)]
        if not circling:
            return rows
        marked = pl.DataFrame(circling, schema=ITEM, orient="row").with_columns(circles=pl.lit("replaced_by"))
        told_circle = pl.when(pl.col("replaced_by").is_not_null()).then("circles")
        rows = (
            rows.join(marked, on=ITEM, how="left", maintain_order="left")
            .with_columns(pl.coalesce("fault", told_circle).alias("fault"))
            .drop("circles")
        )


def _successors(items: pl.DataFrame) -> Iterator[tuple[tuple[str, str], str]]:
    """Who follows whom: (client, sku) and the SKU that comes after it."""
    followed = items.filter(pl.col("replaced_by").is_not_null())
    for client_id, sku, successor in followed.select(*ITEM, "replaced_by").iter_rows():
        yield (client_id, sku), successor


def _leads_back(key: tuple[str, str], successors: Mapping[tuple[str, str], str]) -> bool:
    """Whether the item follows itself."""
    client_id, sku = key
    seen = {sku}
    while (following := successors.get((client_id, sku))) and following not in seen:
        seen.add(following)
        sku = following
    return following == key[1]


def _latest(rows: pl.DataFrame) -> pl.DataFrame:
    """One row a SKU: of each column the last value that was given."""
    return rows.group_by(ITEM, maintain_order=True).agg(pl.all().exclude(ITEM).drop_nulls().last())


def _items_after(books: Books, rows: pl.DataFrame) -> DataFrame[Item]:
    """Items with the given values over the known ones over the defaults."""
    latest = _latest(rows.rename({"active": "is_active"}))
    names = [name for name in Item.names() if name not in (*ITEM, "is_listed")]
    listed = (
        latest.select(*ITEM, *names)
        .join(books.items, on=ITEM, how="left", suffix="_known")
        .select(
            *ITEM,
            *(
                pl.coalesce(name, f"{name}_known", *([pl.lit(DEFAULTS[name])] if name in DEFAULTS else []))
                for name in names
            ),
            is_listed=pl.lit(True),
        )
    )
    untouched = books.items.join(listed, on=ITEM, how="anti")
    return pl.concat([untouched, conform(listed, Item)]).sort(ITEM).pipe(Item.validate)


def _units_after(books: Books, rows: pl.DataFrame) -> DataFrame[ItemUnit]:
    """Units of measure: an item whose row names any gets exactly those."""
    stated = _latest(rows).filter(pl.col("uoms").is_not_null())
    parts = pl.col("uoms").str.split(":").list
    made = (
        stated.select(*ITEM, pl.col("uoms").str.split("|"))
        .explode("uoms", empty_as_null=True)
        .select(*ITEM, uom=parts.get(0).str.strip_chars(), each_qty=parts.get(1).cast(pl.Int64))
        .unique(subset=[*ITEM, "uom"], keep="last", maintain_order=True)
    )
    kept = books.item_units.join(stated, on=ITEM, how="anti")
    return pl.concat([kept, conform(made, ItemUnit)]).sort(*ITEM, "uom").pipe(ItemUnit.validate)


def _aliases_after(books: Books, rows: pl.DataFrame, terms: Terms) -> DataFrame[ItemAlias]:
    """Aliases, spelled by the client's rule for SKUs; an alias given again means its newer SKU."""
    rule = terms.of_clients(sku_rule=lambda client: client.sku_rule)
    trimmed = (
        pl.when(pl.col("sku_rule") == "upper_trim").then(pl.col("alias").str.strip_chars()).otherwise("alias")
    )
    spelled = (
        pl.when(pl.col("sku_rule").str.starts_with("upper"))
        .then(trimmed.str.to_uppercase())
        .otherwise("alias")
    )
    made = (
        rows.filter(pl.col("aliases").is_not_null())
        .select(*ITEM, alias=pl.col("aliases").str.split("|"))
        .explode("alias", empty_as_null=True)
        .join(rule, on="client_id", how="left", maintain_order="left")
        .select("client_id", alias=spelled, sku="sku")
        .filter(pl.col("alias") != "")
    )
    both = pl.concat([books.item_aliases, conform(made, ItemAlias)])
    return (
        both.unique(["client_id", "alias"], keep="last", maintain_order=True)
        .sort("client_id", "alias")
        .pipe(ItemAlias.validate)
    )
