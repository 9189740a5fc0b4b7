"""Compile a mapping value: a header of the file, or a row-wise expression over the file's columns.

An expression sees the file's cells as trimmed text, an empty cell as null. CAST never fails a file: a
CAST that turns something into nothing rejects its row with `cast_failed`. Where the expression itself
says what happens then (TRY_CAST; inside COALESCE, IFNULL or a later part of CASE) the row is rejected
only if the whole value becomes null.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

import polars as pl

from schemas.errors import ConfigurationError
from schemas.intake.refusal import column_at
from transforms.intake.mapping.expression_growth import Length, greatest_length
from transforms.intake.mapping.expression_limits import refuse_neighbours, refuse_unbounded
from transforms.intake.mapping.sql_text import (
    CASTS,
    FUNCTIONS,
    KEYWORDS,
    Call,
    Case,
    Phrase,
    Token,
    read_phrase,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

FORGIVING = ("COALESCE", "IFNULL", "TRY_CAST")
"""Functions that say themselves what becomes of a value that cannot be converted."""


COMPUTES = re.compile(r"""['"]|\w\(|\bCASE\b""")
"""What an expression has and hardly a column's name: literals, quoted names, calls.

Without them a text that is no expression may still be a name, such as `Order No.` or `Weight (kg)`.
"""

MAX_SAID = 300

OTHER_CAPITALS = "has this name in other letters; capitals count"


class UnknownColumnError(ConfigurationError):
    """A mapping names a column that the file does not have."""


@dataclass(frozen=True)
class Mapping:
    """A compiled mapping value, over columns named by `cell_names`."""

    value: pl.Expr
    """What the row says; of any type where an expression computes it."""
    failed: pl.Expr
    """Whether a CAST could not convert this row."""
    is_computed: bool
    """False: a plain column."""
    cells: tuple[str, ...]
    """The columns that it looks at."""
    length: Length
    """Of the longest text that it makes on its way."""


@dataclass(frozen=True)
class _Cast:
    """A CAST of an expression: as SQL, and what it is applied to."""

    sql: str
    inner: str
    is_guarded: bool


def cell_names(headers: Sequence[str]) -> list[str]:
    """Names under which an expression finds the file's columns: no header can be mistaken for SQL."""
    return [f"cell_{place}" for place in range(len(headers))]


def nearest_name(name: str, known: Iterable[str]) -> str:
    """`; did you mean X?` for the name of ours that looks most like `name`, or an empty text."""
    by_fold = {candidate.casefold(): candidate for candidate in sorted(known)}
    close = get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.5)
    return f"; did you mean {by_fold[close[0]]!r}?" if close else ""


def nearest_place(name: str, headers: Sequence[str]) -> str:
    """`; column 3 (C) may be it` for the header that looks most like `name`, or an empty text.

    The header itself is the client's text, and stays unsaid; that it differs in capitals alone is said.
    """
    folded = [header.casefold() for header in headers]
    close = get_close_matches(name.casefold(), folded, n=1, cutoff=0.5)
    if not close:
        return ""
    is_same = close[0] == name.casefold()
    return f"; {column_at(folded.index(close[0]) + 1)} {OTHER_CAPITALS if is_same else 'may be it'}"


def compile_mapping(value: str, *, headers: Sequence[str], place: str) -> Mapping:
    """The compiled mapping `value`; `place` says where it stands, for the message.

    Raises:
        UnknownColumnError: it names a column that is none of the `headers`.
        ConfigurationError: it is not a row-wise expression of allowed functions.
    """
    cells = dict(zip(headers, cell_names(headers), strict=True))
    if value in cells:
        cell = cells[value]
        return Mapping(pl.col(cell), pl.lit(False), is_computed=False, cells=(cell,), length=Length(0, 1))
    try:
        phrase = _read_phrase(value, headers)
        if _are_words(phrase) or _calls_no_function(phrase, value):
            _cell(value, cells)
        refuse_unbounded(phrase)
        mapping = _compile_phrase(phrase, cells)
        _probe(mapping, cells.values())
    except UnknownColumnError as error:
        message = f"{place} = {_cut(repr(value))}: {_cut(str(error))}"
        raise UnknownColumnError(message) from None
    except (ConfigurationError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        message = f"{place} = {_cut(repr(value))}: {_cut(str(error).splitlines()[0])}"
        raise ConfigurationError(message) from None
    return mapping


def _read_phrase(value: str, headers: Sequence[str]) -> Phrase:
    """The tree of a value that is no header of this file.

    Raises:
        UnknownColumnError: it is no expression, and may be a header of another file.
        ConfigurationError: it is none either way.
    """
    try:
        return read_phrase(value)
    except ConfigurationError as error:
        if COMPUTES.search(value) or len(value) > MAX_SAID:
            raise
        message = f"{error}, and the file has no column of this name{nearest_place(value, headers)}"
        raise UnknownColumnError(message) from None


def _cut(text: str) -> str:
    """A text in a message, as long as a person reads it."""
    return text if len(text) <= MAX_SAID else f"{text[:MAX_SAID]}..."


def _are_words(phrase: Phrase) -> bool:
    """Whether a mapping value is several plain words: a header, never an expression."""
    return len(phrase) > 1 and all(
        isinstance(item, Token) and item.kind in ("word", "number") and item.word not in KEYWORDS
        for item in phrase
    )


def _calls_no_function(phrase: Phrase, value: str) -> bool:
    """Whether a mapping value only looks as if it called a function: a header such as `City (Shipping)`."""
    named = [item.name for item in phrase if isinstance(item, Call) and not item.cast_to]
    return any(name and name not in FUNCTIONS for name in named) and not COMPUTES.search(value)


def _compile_phrase(phrase: Phrase, cells: dict[str, str]) -> Mapping:
    """Value and failure of `phrase` as Polars expressions."""
    text = _render(phrase, cells)
    refuse_neighbours(phrase)
    casts = list(_casts(phrase, cells, is_guarded=False))
    value = pl.sql_expr(text)
    broken = [
        (pl.sql_expr(cast.inner).is_not_null() & pl.sql_expr(cast.sql).is_null(), cast.is_guarded)
        for cast in casts
    ]
    plain = [fault for fault, is_guarded in broken if not is_guarded]
    failed = pl.any_horizontal(
        pl.lit(False),
        *plain,
        pl.any_horizontal(pl.lit(False), *[fault for fault, _ in broken]) & value.is_null(),
    )
    used = tuple(sorted(set(value.meta.root_names())))
    return Mapping(value, failed, is_computed=True, cells=used, length=greatest_length(phrase))


def _probe(mapping: Mapping, cells: Iterable[str]) -> None:
    """Try `mapping` on two rows: what fails for its types or patterns fails here, not at night."""
    rows = pl.DataFrame({"bo_row_no": [1, 2], **{cell: [None, "0"] for cell in cells}})
    rows.select("bo_row_no", value=mapping.value.cast(pl.String), failed=mapping.failed)


def _render(phrase: Phrase, cells: dict[str, str]) -> str:
    """`phrase` as SQL for Polars; tokens stand apart, so that nothing can form a comment."""
    return " ".join(_render_item(item, cells) for item in phrase)


def _render_item(item: Token | Call | Case, cells: dict[str, str]) -> str:
    """One part of a phrase as SQL."""
    match item:
        case Case(parts):
            return " ".join(f"{word} {_render(part, cells)}" for word, part in parts) + " END"
        case Call():
            return _render_call(item, cells)
        case Token(kind="quoted"):
            return _cell(item.literal, cells)
        case Token(kind="word") if item.word not in KEYWORDS:
            return _cell(item.text, cells)
    return item.text


def _render_call(call: Call, cells: dict[str, str]) -> str:
    """A function, CAST or group as SQL."""
    if not call.cast_to:
        _refuse_function(call.name)
    arguments = [_render(argument, cells) for argument in call.arguments]
    if call.cast_to:
        return _render_cast(arguments[0], call.cast_to)
    if call.name == "STRPOS" and len(arguments) == 2:  # noqa: PLR2004 -- a text, and what is looked for
        return _render_search(*arguments)
    return f"{call.name}({', '.join(arguments)})"


def _render_cast(inner: str, cast_to: str) -> str:
    """A cast that gives null instead of failing; whole numbers must fit 64 bits and are widened."""
    if cast_to == "INT128":
        return f"TRY_CAST(TRY_CAST({inner} AS BIGINT) AS INT128)"
    return f"TRY_CAST({inner} AS {cast_to})"


def _render_search(text: str, sought: str) -> str:
    """The place of the first `sought` in a text, from 1; 0: it is not there. Polars' own takes a pattern."""
    before = f"SPLIT_PART({text}, {sought}, 1)"
    return f"(CASE WHEN {before} = ({text}) THEN 0 ELSE CHAR_LENGTH({before}) + 1 END)"


def _cell(name: str, cells: dict[str, str]) -> str:
    """The quoted cell that stands for the file's column `name`."""
    if name not in cells:
        message = f"the file has no column {name!r}{nearest_place(name, list(cells))}"
        raise UnknownColumnError(message)
    return f'"{cells[name]}"'


def _refuse_function(name: str) -> None:
    """Only functions that look at one row, keep a text short and ask no clock; groups have no name."""
    if name and name not in FUNCTIONS:
        near = nearest_name(name, [*FUNCTIONS, *CASTS])
        message = f"the function {name} is not allowed{near}"
        raise ConfigurationError(message)


def _casts(phrase: Phrase, cells: dict[str, str], *, is_guarded: bool) -> Iterator[_Cast]:
    """Every CAST of `phrase`; guarded ones stand where the expression itself handles a null."""
    for item in phrase:
        match item:
            case Case(parts):
                for place, (_, part) in enumerate(parts):
                    # CASE x WHEN y: both are evaluated for every row; what follows may not be
                    yield from _casts(part, cells, is_guarded=is_guarded or place > 1)
            case Call(name, arguments, cast_to):
                guards = is_guarded or name in FORGIVING
                if cast_to:
                    inner = _render(arguments[0], cells)
                    yield _Cast(_render_cast(inner, cast_to), inner, guards)
                for argument in arguments:
                    yield from _casts(argument, cells, is_guarded=guards)
