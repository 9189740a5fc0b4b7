"""The rule book, `transforms/README.md`: every rule with its reason and an example, for people.

The text tables of the examples become tables of a page. Names of columns become words, dates become days,
codes are told with their meaning; what a table does not name is left out, as in the example.
"""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import date
from itertools import groupby
from typing import TYPE_CHECKING, Any

from schemas.dictionary.markdown import write_table
from tests.spec.book_words import (
    CHAPTERS,
    CODES,
    COLUMNS,
    NOTHING,
    OWN_NAMES,
    PREFACE,
    SETTINGS_OF_A_WAREHOUSE,
    TITLES,
    VALUES,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tests.spec.rules import Rule
    from tests.spec.tables import Example

Cells = list[str]


def write_book(rules: list[Rule]) -> str:
    """The page: preface, contents, then chapter by chapter."""
    ordered = sorted(rules, key=lambda rule: _place(rule.module))
    chapters = [(module, list(of)) for module, of in groupby(ordered, key=lambda rule: rule.module)]
    contents = [f"- [{heading}](#{_anchor(heading)})" for _, of in chapters for heading in [_heading(of[0])]]
    pages = ["\n".join(_chapter(of)) for _, of in chapters]
    return "\n".join([PREFACE, *contents, "", *pages]).rstrip() + "\n"


def _place(module: str) -> tuple[int, str]:
    """Where a chapter stands; one without a place comes after those that have one."""
    return (CHAPTERS.index(module) if module in CHAPTERS else len(CHAPTERS), module)


def _heading(rule: Rule) -> str:
    """The chapter's first line as a heading."""
    return rule.chapter.split("\n", 1)[0].removesuffix(".")


def _anchor(heading: str) -> str:
    """Where a link to the heading leads."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def _chapter(rules: list[Rule]) -> Iterator[str]:
    """Heading, why one would want it, and its rules."""
    _, _, why = rules[0].chapter.partition("\n\n")
    yield from (f"## {_heading(rules[0])}", "", why, "")
    if not any(rule.examples for rule in rules):
        yield from (*(f"- {rule.sentence}" for rule in rules), "")
        return
    for rule in rules:
        yield from (f"### {_title(rule)}", "", rule.sentence, "")
        before: Example | None = None
        for example, gives in rule.examples:
            yield from _write_example(example, gives, before)
            before = example


def _title(rule: Rule) -> str:
    """The test's name is a sentence."""
    words = rule.name.removeprefix("test_").replace("_", " ")
    for name in OWN_NAMES:
        words = re.sub(rf"\b{name.lower()}\b", name, words)
    return words[0].upper() + words[1:]


def _write_example(example: Example, gives: dict[str, str], before: Example | None) -> Iterator[str]:
    """What there was and what the policy says beside what came of it; later examples tell what differs."""
    differs = [
        field.name for field in fields(example) if _value(example, field.name) != _value(before, field.name)
    ]
    if before:
        yield from ("The same, but:" if "demand" not in differs else "Another night:", "")
    values = [(name, _value(example, name)) for name in differs]
    tables = [part for name, value in values if isinstance(value, str) for part in _write_part(name, value)]
    settings = list(_settings(example)) if {"policy", *SETTINGS_OF_A_WAREHOUSE} & {*differs} else []
    fenced = ["```toml", *settings, "```", ""] if settings else []
    results = [part for name, text in gives.items() for part in _write_part(name, text)]
    yield from (
        '<table><tr><td valign="top">',
        "",
        *tables,
        *fenced,
        '</td><td valign="top">',
        "",
        *results,
        "</td></tr></table>",
        "",
    )


def _value(example: Example | None, name: str) -> Any:  # noqa: ANN401 -- any field of an example
    """A field, tables as they read without their margins; what stands in no example is empty."""
    value = getattr(example, name, "")
    return "\n".join(line.strip() for line in value.strip().splitlines()) if isinstance(value, str) else value


def _write_part(name: str, text: str) -> Iterator[str]:
    """A table under its title, or a line of words for one that is empty or has a single cell."""
    header, *rows = _read_cells(text) or [[]]
    title = TITLES.get(name, name.replace("_", " ").capitalize())
    words = COLUMNS["any"] | COLUMNS.get(name, {})
    titles = [words.get(column, column.replace("_", " ")) for column in header]
    cells = [[_tell(name, column, cell) for column, cell in zip(header, row, strict=True)] for row in rows]
    if header == ["qty"] and len(rows) == 1:
        yield from (f"**{title}:** {rows[0][0]} {'unit' if rows[0][0] == '1' else 'units'}", "")
    elif rows:
        yield from (f"**{title}**", "", write_table(titles, cells))
    elif text.strip():
        yield from (NOTHING.get(name, f"**{title}:** nothing."), "")


def _read_cells(text: str) -> list[Cells]:
    """The cells of a text table, the header first."""
    return [re.findall(r'"[^"]*"|\S+', line) for line in text.strip().splitlines()]


def _tell(table: str, column: str, cell: str) -> str:
    """A cell in words."""
    if cell == "-":
        return "none yet" if column == "eta_on" else ""
    if cell in VALUES:
        return VALUES[cell]
    if re.fullmatch(r"\d\d-\d\d", cell):
        return f"{date.fromisoformat(f'2026-{cell}'):%-d %B}"
    if code := CODES.get((table, column)):
        return f"{code(cell).meaning} (`{cell}`)"
    if column in {"held", "warehouse_ids"}:
        return re.sub(r"(\w+):(\d+)", r"\2 in \1", cell).replace("|", ", ")
    return cell.strip('"')


def _settings(example: Example) -> Iterator[str]:
    """The keys of the client's policy and of the warehouse, as they stand in their files."""
    plain = {name: value for name, value in example.policy.items() if not _is_list_of_tables(value)}
    if example.policy:
        yield from _keys("[policy]", plain.items())
        for name, value in example.policy.items():
            for table in value if _is_list_of_tables(value) else ():
                yield from _keys(f"[[policy.{name}]]", table.items())
    shelf = {name: getattr(example, name) for name in SETTINGS_OF_A_WAREHOUSE if getattr(example, name)}
    if shelf:
        yield from _keys("# of the warehouse", shelf.items())


def _is_list_of_tables(value: object) -> bool:
    return isinstance(value, tuple | list) and any(isinstance(part, dict) for part in value)


def _keys(heading: str, keys: Iterable[tuple[str, object]]) -> Iterator[str]:
    written = [f"{name} = {_toml(value)}" for name, value in keys]
    yield from [heading, *written] if written else ()


def _toml(value: object) -> str:
    """A value as it stands in a settings file."""
    match value:
        case bool():
            return str(value).lower()
        case tuple() | list():
            return f"[{', '.join(map(_toml, value))}]"
        case dict():
            return f"{{ {', '.join(f'{name} = {_toml(part)}' for name, part in value.items())} }}"
        case str():
            return f'"{value}"'
    return str(value)
