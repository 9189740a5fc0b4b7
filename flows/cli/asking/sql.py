"""`backorders sql`: a question to the analyst database, and to the months before it."""

from __future__ import annotations

import io
import sys
from contextlib import contextmanager
from decimal import Decimal
from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from flows.cli.options import DEFAULT_WORKSPACE, JsonOption, WorkspaceOption
from flows.cli.printing.as_of import print_as_of, read_as_of
from flows.cli.printing.paper import count_of, make_table, open_console, print_json
from flows.cli.reading import OFFLINE, published_file
from flows.workspace import Workspace
from schemas.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import polars as pl
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

ROWS = 40
"""Of an answer on a terminal."""

SINGLE = (
    "BIGINT",
    "BOOLEAN",
    "DATE",
    "DECIMAL",
    "DOUBLE",
    "FLOAT",
    "INTEGER",
    "SMALLINT",
    "TIMESTAMP",
    "VARCHAR",
)
"""How DuckDB's types begin that all outputs have."""

FileOption = Path | None
QuestionArgument = Annotated[
    str, typer.Argument(metavar="SQL", help="One SELECT in DuckDB's SQL; - reads it from standard input.")
]
CsvOption = Annotated[
    FileOption, typer.Option("--csv", help="Write all rows to this file; - for standard output.")
]
XlsxOption = Annotated[FileOption, typer.Option("--xlsx", help="Write all rows to this workbook.")]
ParquetOption = Annotated[FileOption, typer.Option("--parquet", help="Write all rows to this Parquet file.")]


def sql(
    question: QuestionArgument,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    csv: CsvOption = None,
    xlsx: XlsxOption = None,
    parquet: ParquetOption = None,
    as_json: JsonOption = False,  # noqa: FBT002 -- an option of the command line
) -> None:
    """Ask the analyst database: its tables and views, and all_movements, all_line_nights, ... with history.

    It is opened read-only and offline, also while a night runs. `backorders sql "SHOW TABLES"` has the names,
    `backorders sql "DESCRIBE line_facts"` the columns; schemas/README.md says what they mean.
    """
    place = Workspace(workspace)
    targets = {_write_csv: csv, _write_xlsx: xlsx, _write_parquet: parquet}
    asked = {write: path for write, path in targets.items() if path is not None}
    with open_for_questions(place) as connection:
        night = read_as_of(connection, place)
        answer = ask(connection, sys.stdin.read() if question == "-" else question)
    for write, path in asked.items():
        _write(write, answer, path)
    if as_json:
        print_json({"night": night, "rows": answer.to_dicts()})
    elif not asked:
        console = open_console()
        print_as_of(console, night)
        cells = (tuple(map(_as_cell, row)) for row in answer.head(ROWS).rows())
        console.print(make_table("", answer.columns, cells))
        shown = f"{ROWS} of " if answer.height > ROWS else ""
        rest = "; --csv FILE writes them all" if shown else ""
        console.print(f"{shown}{count_of(answer.height, 'row')}{rest}")


@contextmanager
def open_for_questions(place: Workspace) -> Iterator[DuckDBPyConnection]:
    """A connection that can read the published database and its history, and nothing else of this machine.

    Raises:
        ConfigurationError: nothing is published there.
    """
    import duckdb  # noqa: PLC0415 -- a third of a second that help need not wait for

    from flows.outbound.analysts.spanning import make_views  # noqa: PLC0415 -- as above

    path, history = str(published_file(place)), place.history.resolve()
    with duckdb.connect() as connection:
        connection.execute(f"{OFFLINE}; SET temp_directory = ''")
        connection.execute(f"ATTACH '{_quoted(path)}' AS analytics (READ_ONLY)")
        connection.execute("SET search_path = 'analytics.main,memory.main'")
        make_views(connection, history)
        connection.execute(f"SET allowed_directories = ['{_quoted(str(history))}/']")
        connection.execute("SET enable_external_access = false; SET lock_configuration = true")
        yield connection


def ask(connection: DuckDBPyConnection, question: str) -> pl.DataFrame:
    """The answer to one question.

    Raises:
        UsageError: it is none that can be answered; the message says where.
    """
    import duckdb  # noqa: PLC0415 -- as above

    try:
        statements = connection.extract_statements(question)
        if [one.type for one in statements] != [duckdb.StatementType.SELECT]:
            message = "A question is one SELECT, FROM, WITH, SHOW, DESCRIBE or SUMMARIZE; nothing is changed."
            raise UsageError(message)
        relation = _bind(connection, question)
        if twice := sorted({name for name in relation.columns if relation.columns.count(name) > 1}):
            message = f"Two columns are called {', '.join(twice)}; give one of them a name with AS."
            raise UsageError(message)
        columns = map(_portable, relation.columns, map(str, relation.types))
        answer: pl.DataFrame = relation.project(", ".join(columns)).pl()
    except duckdb.Error as error:
        raise UsageError(str(error).strip()) from error
    return answer


def _bind(connection: DuckDBPyConnection, question: str) -> DuckDBPyRelation:
    """What the question asks for, not computed yet.

    Raises:
        Exception: DuckDB's, with the place: it tells that of a statement, not of a relation.
    """
    import duckdb  # noqa: PLC0415 -- as above

    try:
        return connection.sql(question)
    except duckdb.Error:
        connection.execute(question)
        raise


def _portable(name: str, kind: str) -> str:
    """A column as every output can have it: what is no single number, date or text is written as text."""
    column = '"' + name.replace('"', '""') + '"'
    if kind == "HUGEINT":
        return f"{column}::DECIMAL(38, 0) AS {column}"
    is_single = kind.startswith(SINGLE) and not kind.endswith("]")
    return column if is_single else f"{column}::VARCHAR AS {column}"


def _as_cell(value: object) -> object:
    """A value as the table shows it: a fraction with the places that say something."""
    if not isinstance(value, float | Decimal) or not isfinite(value):
        return value
    short = Decimal(str(round(value, 4))).normalize()
    return short.quantize(1) if short == short.to_integral_value() else short


def _quoted(path: str) -> str:
    """A path within an SQL literal; ATTACH and SET take no parameters."""
    return path.replace("'", "''")


def _write(write: Callable[[pl.DataFrame], bytes], answer: pl.DataFrame, path: Path) -> None:
    """Put all rows into a file.

    Raises:
        ConfigurationError: the disk refuses.
    """
    lists = [name for name, dtype in answer.schema.items() if dtype.is_nested()]
    if lists and write is not _write_parquet:
        message = (
            f"A cell of {', '.join(lists)} is no single value; list_aggregate and unnest make such of it."
        )
        raise ConfigurationError(message)
    content = write(answer)
    if path == Path("-"):
        sys.stdout.buffer.write(content)
        return
    try:
        path.write_bytes(content)
    except OSError as error:
        message = f"The rows could not be written to {path}: {error.strerror}."
        raise ConfigurationError(message) from error
    told = f"{count_of(answer.height, 'row')} written to {path}"
    open_console(to_stderr=True).print(told, soft_wrap=True)


def _write_csv(answer: pl.DataFrame) -> bytes:
    """The rows as CSV with a header; null is an empty field."""
    return answer.write_csv().encode()


def _write_xlsx(answer: pl.DataFrame) -> bytes:
    """The rows as a workbook whose cells are text."""
    from flows.outbound.workbooks import workbook_content  # noqa: PLC0415 -- takes time; help need not wait

    return workbook_content(answer)


def _write_parquet(answer: pl.DataFrame) -> bytes:
    """The rows as Parquet."""
    content = io.BytesIO()
    answer.write_parquet(content)
    return content.getvalue()
