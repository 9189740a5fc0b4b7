"""The measured nights for a person: a line each, and how they compare."""

from __future__ import annotations

from itertools import groupby, pairwise
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.bench.nights.course import Row

AROUND = 3
"""Nights whose median stands for one of them: a single one may have met a busy machine."""


def _share(one: str, other: str) -> Callable[[Row], float]:
    return lambda row: row[one] / row[other]


COLUMNS: dict[str, tuple[Callable[[Row], object], str]] = {
    "night": (lambda row: row["night"], "<24"),
    "lines": (lambda row: row["lines"], ">10,"),
    "rows": (lambda row: row["rows"], ">10,"),
    "clients": (lambda row: row["clients"], ">8"),
    "told": (lambda row: row["messages"] if row["notices"] else "off", ">8"),
    "age": (lambda row: row["age"], ">5"),
    "CPU s": (lambda row: row["cpu_s"], ">9.2f"),
    "wall s": (lambda row: row["wall_s"], ">9.2f"),
    "CPU s/M": (lambda row: row["cpu_s_per_million"] or "-", ">10"),
    "x floor": (_share("cpu_s", "floor_cpu_s"), ">8.1f"),
    "x SQL": (_share("cpu_s", "sql_cpu_s"), ">7.1f"),
    "GiB": (lambda row: row["peak_gib"], ">6.2f"),
    "fsyncs": (lambda row: row["fsyncs"], ">9,"),
    "MiB out": (lambda row: row["written_mib"], ">9,.0f"),
    "MiB all": (lambda row: row["workspace_mib"], ">9,.0f"),
    "= SQL": (lambda row: str(row["equals_sql"]), ">6"),
}
"""Heading, what stands below it, and how wide."""


def table_of(rows: Sequence[Row]) -> str:
    """A line for each night, then what is to be compared of them."""
    head = "".join(f"{name:{_width(form)}}" for name, (_, form) in COLUMNS.items())
    return "\n".join([head, *map(_line, rows), *compared(rows)])


def compared(rows: Sequence[Row]) -> Iterator[str]:
    """Sentences: growth with size, cost of notices, of others' presence, of age, of old keys."""
    firsts = [row for row in rows if row["night"] == "first"]
    for _, of_kind in groupby(firsts, key=lambda row: (row["notices"], row["clients"])):
        by_size = sorted(of_kind, key=lambda row: int(row["lines"]))
        for few, many in pairwise(by_size):
            if few["lines"] < many["lines"]:
                what = f"first night, {_told(few)}, {few['lines']:,} to {many['lines']:,} lines"
                yield _than(what, many, few, ("cpu_s", "floor_cpu_s", "sql_cpu_s", "peak_gib"))
    for row in firsts:
        same = [one for one in firsts if _size(one) == _size(row) and not one["notices"]]
        if row["notices"] and same:
            yield _than(f"first night, {row['lines']:,} lines: with notices / without", row, same[0])
    by_name = {row["night"]: row for row in rows}
    for one, other in _pairs(by_name):
        yield _than(f"{one} / {other}", by_name[one], by_name[other])
    ageing = [row for row in rows if row["night"] == "ageing"]
    if len(ageing) > 2 * AROUND:
        half, last = len(ageing) // 2, len(ageing)
        yield _than(f"ageing, night {last} / night {half}", _middle(ageing, last), _middle(ageing, half))


def _pairs(by_name: dict[str, Row]) -> Iterator[tuple[str, str]]:
    """Names of two nights that differ in one thing."""
    for name in by_name:
        head, _, tail = name.rpartition(", ")
        for other in (
            f"{head}, alone" if tail == "one of all" else "",
            "no old keys" if "0 old" in name else "",
        ):
            if other in by_name:
                yield name, other


def _middle(nights: Sequence[Row], number: int) -> Row:
    """The median figures of the nights up to one of them."""
    around = nights[max(number - AROUND, 0) : number]
    return {name: median(row[name] for row in around) for name in ("cpu_s", "peak_gib")}


def _than(what: str, one: Row, other: Row, names: Sequence[str] = ("cpu_s", "peak_gib")) -> str:
    """How figures of one night are to those of another."""
    ratios = (f"{name.rpartition('_')[0]} {one[name] / other[name]:.2f}x" for name in names)
    return f"{what}: {', '.join(ratios)}"


def _told(row: Row) -> str:
    return "notices on" if row["notices"] else "notices off"


def _size(row: Row) -> tuple[int, int]:
    return row["lines"], row["clients"]


def _line(row: Row) -> str:
    """One line of the table."""
    cells = ((read(row), form) for read, form in COLUMNS.values())
    return "".join(f"{cell:{_width(form) if isinstance(cell, str) else form}}" for cell, form in cells)


def _width(form: str) -> str:
    """How text stands in a column of figures."""
    return form.partition(".")[0].rstrip(",")
