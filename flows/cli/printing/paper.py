"""Printing: tables that a person likes to read, and JSON for programs."""

from __future__ import annotations

import json
import logging
import unicodedata
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Literal

from rich import box
from rich.console import Console
from rich.constrain import Constrain
from rich.rule import Rule
from rich.segment import Segment
from rich.text import Text

from flows.cli.printing.listing import Listing
from flows.cli.reading import Units

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import ConsoleOptions, RenderableType
    from rich.table import Table


class Visible(dict[int, str]):
    """A table for `str.translate`: what has no shape of its own becomes an escape that can be seen.

    A terminal obeys control characters (ESC above all), and lets those of direction turn what stands behind
    them; half characters cannot be printed at all. Letters of every script stay, their joiners too.
    """

    def __missing__(self, code: int) -> str:
        """The form in which one character is printed, remembered."""
        sign = chr(code)
        is_seen = sign in KEPT or unicodedata.category(sign) not in UNSEEN
        self[code] = sign if is_seen else self.escape(code)
        return self[code]

    def escape(self, code: int) -> str:
        """As Python writes it in a text."""
        return chr(code).encode("unicode_escape").decode()


class VisibleInJson(Visible):
    """The same, as JSON writes it, so that who reads it gets the characters back."""

    def escape(self, code: int) -> str:
        """Four digits, or twice four."""
        return json.dumps(chr(code))[1:-1] if code != DELETE else "\\u007f"


UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
KEPT = frozenset("\n\t\u00ad\u200c\u200d")
DELETE = 0x7F
VISIBLE, VISIBLE_IN_JSON = Visible(), VisibleInJson()


class Paper(Console):
    """Where everything is printed: what it is given is text, never markup, and all of it can be seen.

    Styles are said beside the text (`Text.assemble`, `style=`), so no value can bring one, or break a line.
    """

    def render_str(self, text: str, **how: Any) -> Text:  # noqa: ANN401 -- as Rich has them
        """A string as it is laid out; so columns have room for what is shown instead of a character."""
        return super().render_str(text.translate(VISIBLE), **how)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The pieces of what is printed; between them Rich writes its own control characters alone."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(segment.text.translate(VISIBLE), segment.style)


UNFOLDED = 1_000_000
"""Columns of what is no terminal: a line in a pipe or a file is as long as it is."""

RULE_WIDTH = 80


def open_console(*, to_stderr: bool = False) -> Console:
    """Standard output, or what stands beside it; colours and folded lines only where it is a terminal."""
    console = Paper(highlight=False, markup=False, emoji=False, stderr=to_stderr)
    if not console.is_terminal:
        console.width = UNFOLDED
    return console


def make_rule(heading: str) -> Constrain:
    """A heading with a rule behind it."""
    return Constrain(Rule(Text(heading, style="bold"), align="left", style="dim"), RULE_WIDTH)


@dataclass
class JsonDocument:
    """The one JSON document of a command: what it found, and its error if it ended with one."""

    content: Any = None

    def fail(self, error: Exception, outcome: str, exit_code: int) -> None:
        """Say in the document how the command ended."""
        found = self.content if isinstance(self.content, dict) else {}
        self.content = found | {"error": {"exit_code": exit_code, "outcome": outcome, "message": str(error)}}


ANSWER: ContextVar[JsonDocument | None] = ContextVar("answer", default=None)


@contextmanager
def collected_json() -> Iterator[JsonDocument]:
    """A block whose JSON is printed at its end, however that comes: one document, with its error if any."""
    answer = JsonDocument()
    token = ANSWER.set(answer)
    try:
        yield answer
    finally:
        ANSWER.reset(token)
        if answer.content is not None:
            print_json(answer.content)


class Warnings(logging.Handler):
    """What the program's log has of warnings and errors, on standard error."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print one."""
        open_console(to_stderr=True).print(record.getMessage(), soft_wrap=True)


def print_warnings() -> None:
    """From here on warnings are printed as everything else is."""
    logging.getLogger("flows").addHandler(Warnings(logging.WARNING))


def print_json(content: object) -> None:
    """`content` as JSON on standard output: dates as ISO 8601, amounts of money as text."""
    answer = ANSWER.get()
    if answer is not None:
        answer.content = content
        return
    text = json.dumps(content, indent=2, ensure_ascii=False, default=_plain)
    print(text.translate(VISIBLE_IN_JSON))  # noqa: T201 -- this is the output


def make_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """A table with plain rules; columns of numbers to the right, nothing for a null (see `Listing`)."""
    cells = list(rows)
    table = Listing(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.padding, table.pad_edge = (0, 1, 0, 0), False
    columns = zip(*cells, strict=True) if cells else [()] * len(headings)
    for heading, column in zip(headings, columns, strict=True):
        is_number = any(isinstance(value, int | float | Decimal) for value in column)
        is_narrow = is_number or any(isinstance(value, date) for value in column)
        justify: Literal["left", "right"] = "right" if is_number else "left"
        table.add_column(heading, justify=justify, no_wrap=is_narrow, overflow="fold")
    for row in cells:
        table.add_row(*(Text(as_text(value).translate(VISIBLE)) for value in row))
    return table


def as_text(value: object) -> str:
    """A value as a cell shows it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case int() | Decimal():
            return f"{value:,}"
        case float():
            return f"{value:,.1f}"
        case datetime():
            return f"{value:%Y-%m-%d %H:%M}"
        case _:
            return str(value)


def in_words(code: str | None) -> str | None:
    """A code as it is read in a narrow column: its words may wrap. JSON keeps the code itself."""
    return code.replace("_", " ") if code else None


def count_of(qty: int | Decimal, singular: str, plural: str = "") -> str:
    """A number with its noun: 1 unit, 1,200 units."""
    noun = singular if qty == 1 else plural or f"{singular}s"
    return f"{qty:,} {noun}"


def _plain(value: Any) -> str | float:  # noqa: ANN401 -- whatever json does not know
    """A value that JSON has no type for: a quantity as a number, others as text.

    Raises:
        TypeError: it is of a kind that no output of ours has.
    """
    match value:
        case Units():
            return float(value)
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case _:
            message = f"{type(value).__name__} has no form in JSON"
            raise TypeError(message)
