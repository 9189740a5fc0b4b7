"""The page of questions: each with its SQL and what it answers of the sample's last night."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import polars as pl

    from tests.questions.asked import Question

SHOWN = 8
"""Rows of an answer that the page shows."""

HEADING = """
## Questions

Written by `pytest --update-golden tests/golden` from `tests/questions`; the answers are those of the sample
after Wednesday. Each is asked with `backorders sql "..."` of any workspace (`--csv`, `--xlsx` and `--parquet`
write all rows to a file), or of `published/current/analytics.duckdb` by any program that knows DuckDB 1.4.
What the tables and columns mean stands in [schemas/README.md](../schemas/README.md#analyst-database) and, as
comments, in the file itself.

`all_movements` and the other `all_...` are `movements` with the months before it, for `backorders sql`. Other
programs say `movements_and_history('published/history')`: the folder as seen from where they stand.
"""


def write_page(about: str, answers: Mapping[Question, pl.DataFrame], measured: str) -> str:
    """The page: what stands there of the folder, then every question."""
    parts = [about, HEADING, measured]
    for question, answer in answers.items():
        parts += [
            f"\n### {question.number}. {question.words}\n\n```sql\n{question.sql}```\n\n",
            _table(answer),
        ]
    return "".join(parts)


def _table(answer: pl.DataFrame) -> str:
    """The first rows as a table."""
    rows = [answer.columns, ["---"] * answer.width, *map(_cells, answer.head(SHOWN).rows())]
    lines = [f"| {' | '.join(row)} |\n" for row in rows]
    rest = answer.height - SHOWN
    if rest > 0:
        lines.append(f"\n{answer.height} rows, of which {rest} more.\n")
    if answer.is_empty():
        lines.append("\nNo row.\n")
    return "".join(lines)


def _cells(row: Iterable[object]) -> list[str]:
    """The values of a row as text; null is nothing."""
    return ["" if value is None else _text(value).replace("|", "\\|") for value in row]


def _text(value: object) -> str:
    """A value; a fraction without places that say nothing."""
    return f"{value:.10g}" if isinstance(value, float) else str(value)
