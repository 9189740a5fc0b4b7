"""Which feed each row of a file belongs to, and what its columns say there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from schemas.errors import ConfigurationError
from schemas.intake.refusal import Refusal
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed
from transforms.intake.mapping.expressions import (
    Mapping,
    UnknownColumnError,
    cell_names,
    compile_mapping,
    nearest_name,
)
from transforms.intake.mapping.feed_columns import NEW_ONLY, ONE_OF, needed_columns, sent_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from schemas.settings.client import FeedSettings, Route
    from transforms.intake.file_form import SourceFile

SET_ASIDE = "set_aside"

MAX_MAPPING = 20_000
"""Characters of all expressions of a feed together; compiling them is done for each file."""

FREE = 300_000_000
"""Characters that the mappings of any file may make beside those that it has; and as many as it has."""


@dataclass(frozen=True)
class Target:
    """A feed that rows of the file go to, and how its columns are read; no feed: set aside."""

    feed: Feed | None
    columns: dict[str, Mapping]
    match_on: str | None = None
    where: Mapping | None = None
    """Null for the last one, which takes what no route took."""


def compile_targets(settings: FeedSettings, source: SourceFile, headers: Sequence[str]) -> list[Target]:
    """The routes in their order, then the file's own feed.

    Raises:
        UnknownColumnError: the file lacks a column that is mapped or needed.
        ConfigurationError: a key that no feed has, or an expression that is not allowed.
    """
    place = f"clients/{source.client_id}.toml: feeds.{source.feed}"
    _refuse_unknown_keys(settings, source.feed, place)
    _refuse_long_mapping(settings, place)
    compiler = _Compiler(headers)
    shared = compiler.columns(settings.columns, f"{place}.columns")
    targets = [
        _compile_route(route, shared, compiler, f"{place}.routes[{number}]")
        for number, route in enumerate(settings.routes, start=1)
    ]
    if compiler.unknown:
        raise compiler.unknown[0]
    return [*targets, Target(source.feed, _columns_of(source.feed, shared, headers))]


def all_mappings(targets: Sequence[Target]) -> list[Mapping]:
    """Each mapping and condition once, though routes share those of the file."""
    conditions = [target.where for target in targets if target.where is not None]
    columns = [mapping for target in targets for mapping in target.columns.values()]
    return list({id(mapping): mapping for mapping in (*conditions, *columns)}.values())


def refuse_growth(mappings: Iterable[Mapping], cells: pl.DataFrame) -> Refusal | None:
    """Why a file is not mapped: of these cells its expressions would make more text than a file may."""
    asked = list(mappings)
    used = sorted({name for mapping in asked for name in mapping.cells})
    if not used or cells.is_empty():
        return None
    lengths = cells.select(pl.col(used).str.len_bytes().fill_null(0).cast(pl.Int64))
    growing = [mapping for mapping in asked if mapping.cells]
    longest = {str(number): pl.max_horizontal(mapping.cells).sum() for number, mapping in enumerate(growing)}
    has, *most = lengths.select(pl.sum_horizontal(pl.all()).sum().alias("has"), **longest).row(0)
    made = sum(mapping.length[0] for mapping in asked) * cells.height - has
    made += sum(mapping.length[1] * length for mapping, length in zip(growing, most, strict=True))
    if made <= FREE + has:
        return None
    return Refusal(
        ReasonCode.TOO_LARGE,
        f"its mappings could make {made:,} characters of text beside the {has:,} of the mapped columns, at "
        f"most {FREE + has:,}; name a long column once, join and replace less, or split "
        "the file",
    )


def assign_rows(cells: pl.DataFrame, targets: Sequence[Target]) -> pl.DataFrame:
    """For each row of `cells` the `place` of its target, and `is_lost`: a condition could not be computed.

    A lost row falls to the file's own feed; conditions behind the route that took a row do not matter.
    """
    routes = [target.where for target in targets if target.where is not None]
    if not routes:
        return cells.select(place=pl.repeat(0, pl.len()), is_lost=pl.repeat(value=False, n=pl.len()))
    judged = cells.select(
        pl.col("bo_row_no"),
        *[route.value.fill_null(value=False).alias(f"hit_{number}") for number, route in enumerate(routes)],
        *[route.failed.alias(f"lost_{number}") for number, route in enumerate(routes)],
    )
    place = pl.lit(len(routes))
    for number in reversed(range(len(routes))):
        place = pl.when(f"hit_{number}").then(number).otherwise(place)
    lost = [pl.col(f"lost_{number}") & (pl.col("place") >= number) for number in range(len(routes))]
    return (
        judged.with_columns(place=place)
        .with_columns(is_lost=pl.any_horizontal(pl.lit(False), *lost))
        .select(place=pl.when("is_lost").then(len(routes)).otherwise("place"), is_lost="is_lost")
    )


def missing_columns(target: Target) -> list[str]:
    """Columns that a file must bring for `target` and does not; where one of several would do, the first."""
    if target.feed is None:
        return []
    by_row = NEW_ONLY.get(target.feed, ()) if "action" in target.columns else ()
    missing = [
        name for name in needed_columns(target.feed) if name not in target.columns and name not in by_row
    ]
    choices = ONE_OF.get(target.feed, ())
    if choices and not any(set(names) <= set(target.columns) for names in choices):
        missing.append(choices[0][0])
    if target.feed == Feed.CANCELLATIONS and target.match_on is None and "order_id" not in target.columns:
        missing.append("order_id")
    return missing


@dataclass(frozen=True)
class _Compiler:
    """Compiles the mappings of a file with these headers, and keeps those of columns that it lacks.

    All are compiled before one of them refuses the file: so an expression that no file could satisfy is
    found where the first column is unknown, too, as each is where a client's settings are read.
    """

    headers: Sequence[str]
    unknown: list[UnknownColumnError] = field(default_factory=list)

    def mapping(self, value: str, place: str) -> Mapping | None:
        """A compiled value; None where the file lacks a column that it names."""
        try:
            return compile_mapping(value, headers=self.headers, place=place)
        except UnknownColumnError as error:
            self.unknown.append(error)
            return None

    def columns(self, columns: dict[str, str], place: str) -> dict[str, Mapping]:
        """Each mapped column that can be compiled."""
        compiled = {name: self.mapping(value, f"{place}.{name}") for name, value in columns.items()}
        return {name: mapping for name, mapping in compiled.items() if mapping}


def _compile_route(route: Route, shared: dict[str, Mapping], compiler: _Compiler, place: str) -> Target:
    """A route with the columns that it inherits and its own."""
    where = compiler.mapping(route.where, f"{place}.where")
    if where:
        _refuse_other_than_condition(where, route.where, place, compiler.headers)
    if route.to == SET_ASIDE:
        return Target(None, {}, None, where)
    own = compiler.columns(route.columns, f"{place}.columns")
    feed = Feed[route.to.upper()]
    match_on = "|".join(route.match) or None
    return Target(feed, _columns_of(feed, {**shared, **own}, compiler.headers), match_on, where)


def _columns_of(feed: Feed, mapped: dict[str, Mapping], headers: Sequence[str]) -> dict[str, Mapping]:
    """The columns of `feed`: mapped ones, and headers that already have our name."""
    sent = sent_columns(feed)
    named = {name: compile_mapping(name, headers=headers, place=name) for name in headers if name in sent}
    both = {**named, **mapped}
    return {name: both[name] for name in sent if name in both}


def _refuse_other_than_condition(where: Mapping, text: str, place: str, headers: Sequence[str]) -> None:
    """A route's `where` must be true or false for a row."""
    row = pl.DataFrame(schema=dict.fromkeys(cell_names(headers), pl.String))
    if row.select(pl.lit(None), where=where.value).schema["where"] != pl.Boolean:
        message = f"{place}.where = {text!r:.300}: is not a condition; write for example Quantity IS NULL"
        raise ConfigurationError(message)


def _refuse_unknown_keys(settings: FeedSettings, feed: Feed, place: str) -> None:
    """A mapped column must be one of the feed, or of a feed that a route leads to."""
    targets = [route.to for route in settings.routes if route.to != SET_ASIDE]
    feeds = [feed, *(Feed[name.upper()] for name in targets)]
    known = {name for target in feeds for name in sent_columns(target)}
    _refuse_foreign(settings.columns, known, f"{place}.columns")
    for number, route in enumerate(settings.routes, start=1):
        if route.to == SET_ASIDE and route.columns:
            message = f'{place}.routes[{number}]: to = "set_aside" reads no columns; drop one of them'
            raise ConfigurationError(message)
        own = [] if route.to == SET_ASIDE else sent_columns(Feed[route.to.upper()])
        _refuse_foreign(route.columns, own, f"{place}.routes[{number}].columns")


def _refuse_long_mapping(settings: FeedSettings, place: str) -> None:
    """The expressions of a feed have an end together, too."""
    texts = [*settings.columns.values(), *(route.where for route in settings.routes)]
    texts += [text for route in settings.routes for text in route.columns.values()]
    if (length := sum(map(len, texts))) > MAX_MAPPING:
        message = (
            f"{place}: columns and routes have at most {MAX_MAPPING:,} characters of expressions together, "
            f"these have {length:,}"
        )
        raise ConfigurationError(message)


def _refuse_foreign(columns: dict[str, str], known: Sequence[str] | set[str], place: str) -> None:
    """Every key of `columns` must be `known`."""
    for name in columns:
        if name not in known:
            message = f"{place}: the feed has no column {name!r}{nearest_name(name, known)}"
            raise ConfigurationError(message)
