"""The cases: each family of defects in every format that can have it."""

from __future__ import annotations

import gzip
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tests.trials.defects.judging import Case
from tests.trials.defects.tables import D1, D2, FILL, HEADER, ROWS, TABLE, TEXTS
from tests.trials.defects.typed import packing, records, typed_days, typed_ids, typed_numbers
from tests.trials.defects.writing import GRIDS, NAMED, write, write_csv, zipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.trials.defects.judging import Row
    from tests.trials.defects.writing import Grid


def _in_grids(
    family: str,
    defect: str,
    grid: Grid,
    settings: dict[str, Any] | None = None,
    **answer: Any,  # noqa: ANN401 -- of the case
) -> Iterator[Case]:
    """A table in each format that may have any rows above its header."""
    for name in GRIDS:
        own = {"delimiter": "\t"} if name == "tsv" else {}
        yield _case(name, family, defect, grid, {**own, **(settings or {})}, answer)


def _in_all(
    family: str,
    defect: str,
    grid: Grid,
    settings: dict[str, Any] | None = None,
    **answer: Any,  # noqa: ANN401 -- of the case
) -> Iterator[Case]:
    """A table in every format."""
    yield from _in_grids(family, defect, grid, settings, **answer)
    for name in NAMED:
        yield _case(name, family, defect, grid, settings or {}, answer)


def _case(
    name: str, family: str, defect: str, grid: Grid, settings: dict[str, Any], answer: dict[str, Any]
) -> Case:
    """A case whose rows are all rows, unless the answer says otherwise."""
    told = answer if "refusal" in answer else {"rows": ROWS, **answer}
    return Case(name, family, defect, write(grid, name), settings, **told)


def _headers() -> Iterator[Case]:
    """Where and how columns are named."""
    title = ["Orders of ACME", "3.2.2026", "page 1", "of 2", "confidential", "draft"]
    named = [["Order #", "N° article", "Qty (pcs)", "Créée le"], *TEXTS]
    mapped = dict(zip(HEADER, named[0], strict=True))
    spaced = [["  Order\u00a0# ", "N°  article", "Qty\n(pcs)", "Créée le"], *TEXTS]
    yield from _in_all("header", "signs and accents in names", named, {"columns": mapped})
    yield from _in_grids("header", "white space in names", spaced, {"columns": mapped})
    yield from _in_grids("header", "a wide title above", [title, ["x"], [], *TABLE])
    yield from _in_grids(
        "header", "a title of one cell, mapped names", [["Report"], [], *named], {"columns": mapped}
    )
    yield from _in_grids("header", "blank rows above", [[], [], *TABLE])
    yield from _in_grids(
        "header", "stated title lines", [["a", "b"], ["sku", "qty"], *TABLE], {"title_lines": 2}
    )
    yield from _in_grids("header", "no header, names stated", TEXTS, {"header": HEADER})
    yield from _in_grids("header", "empty columns at the right", [[*row, None, None] for row in TABLE])
    twice = [[*HEADER, "sku"], *([*row, "Z"] for row in TEXTS)]
    yield from _in_grids("header", "one name twice", twice, refusal="duplicate_column")
    unnamed: list[Any] = [[*HEADER, None], *([*row, "Z"] for row in TEXTS)]
    for case in _in_grids("header", "values without a name", unnamed, refusal="no_header"):
        # a sheet has no end of its header: the cells beyond it break their rows
        is_sheet = case.format_name.startswith("xlsx")
        yield replace(case, refusal="", reasons=[("column_count", "")] * 3) if is_sheet else case
    lacking = [[name if name != "qty" else "count" for name in HEADER], *TEXTS]
    yield from _in_all("header", "a needed column is missing", lacking, refusal="missing_column")


def _rows() -> Iterator[Case]:
    """Rows that are none."""
    blank: list[Any] = [None] * 4
    yield from _in_all("rows", "blank rows between", [HEADER, TEXTS[0], blank, *TEXTS[1:], blank, blank])
    total: Grid = [*TABLE, ["Total", None, "1215", None]]
    yield from _in_all("rows", "a total, stated", total, {"leave_out": ["total"]})
    lacks = [("missing", "ordered_at"), ("missing", "sku")]
    yield from _in_all("rows", "a total that nobody stated", total, reasons=lacks)
    route = {"to": "set_aside", "where": "sku IS NULL"}
    yield from _in_all("rows", "a total, set aside by a route", total, {"routes": [route]})
    comment: Grid = [HEADER, ["# made by WMS", None, None, None], *TEXTS]
    yield from _in_all("rows", "a comment", comment, {"leave_out": ["#"]})
    for name, delimiter in (("csv", ","), ("tsv", "\t")):
        settings = {"delimiter": delimiter}
        whole = write(TABLE, name)
        short = whole + delimiter.join(["O9", "A"]).encode() + b"\r\n"
        yield Case(name, "rows", "a short row", short, settings, ROWS, [("column_count", "")])
        long = whole + delimiter.join(["O9", "A", "1", "2026-02-03", "x"]).encode() + b"\r\n"
        yield Case(name, "rows", "a long row", long, settings, ROWS, [("column_count", "")])
        stray = whole + delimiter.join(["O9", '6" pipe', "1", "2026-02-03"]).encode() + b"\r\n"
        pipe: list[Row] = [*ROWS, ("O9", '6" pipe', 1, D1)]
        yield Case(name, "rows", "a mark within a value", stray, settings, pipe)
        opened = whole + delimiter.join(["O9", '"A', "1", "2026-02-03"]).encode() + b"\r\n"
        yield Case(name, "rows", "a mark that is never closed", opened, settings, ROWS, [("bad_quotes", "")])
        footer = whole + b"\r\nEnd of report\r\n"
        yield Case(name, "rows", "a footer, stated", footer, settings | {"leave_out": ["end of"]}, ROWS)
        trailing = b"".join(line + delimiter.encode() + b"\r\n" for line in whole.splitlines()[1:])
        ended = whole.splitlines()[0] + b"\r\n" + trailing
        yield Case(name, "rows", "a delimiter at the end of every row", ended, settings, ROWS)


def _groups() -> Iterator[Case]:
    """Cells that stand on the first row of a group alone."""
    first: list[Any] = [HEADER, TEXTS[0], [None, TEXTS[1][1], TEXTS[1][2], None], TEXTS[2]]
    yield from _in_all("groups", "number and day on the first row", first, FILL)
    mapped: list[Any] = [["Name", *HEADER[1:]], *first[1:]]
    settings = {"fill_down": ["order_id", "ordered_at"], "columns": {"order_id": "Name"}}
    yield from _in_all("groups", "named by our names", mapped, settings)
    every: list[Any] = [HEADER, TEXTS[0], [TEXTS[1][0], *TEXTS[1][1:3], None], TEXTS[2]]
    yield from _in_all("groups", "the number on every row", every, FILL)
    own: list[Any] = [*every, ["4712", "Z", "1", None]]
    yield from _in_all(
        "groups", "another group lacks what the one above has", own, FILL,
        reasons=[("missing", "ordered_at")],
    )  # fmt: skip
    undone: list[Any] = [*first[:3], [None] * 4, first[3]]
    yield from _in_all("groups", "a blank row between groups", undone, FILL)
    broken = write_csv(first[:2]) + b'"4709,B,1,2026-02-03\r\n,C,1,\r\n' + write_csv(first[3:])
    yield Case(
        "csv", "groups", "the first row of a group is broken", broken, FILL,
        [ROWS[0], ROWS[2]], [("bad_quotes", ""), ("missing", "order_id"), ("missing", "ordered_at")],
    )  # fmt: skip
    yield from _in_grids(
        "groups", "a column to fill is missing", TABLE, {"fill_down": ["x"]}, refusal="missing_column"
    )


def _wide() -> Iterator[Case]:
    """Lines side by side."""
    header: list[Any] = ["order_id", "ordered_at", "Item 1", "Qty 1", "Item 2", "Qty 2"]
    rows: list[Any] = [
        ["000123", "2026-02-03", "A-1", "3", "Käse-1", "12"],
        ["4711", "2026-02-13", "00017", "1200", None, None],
    ]
    settings = {"wide": {"sku": "Item {n}", "qty": "Qty {n}"}}
    yield from _in_all("wide", "two lines a row", [header, *rows], settings)
    gap: list[Any] = [header, rows[0], ["4711", "2026-02-13", None, None, "00017", "1200"]]
    yield from _in_all("wide", "the first line is empty", gap, settings)
    none: list[Any] = [header, *rows, ["4712", "2026-02-13", None, None, None, None]]
    lacks = [("missing", "qty"), ("missing", "sku")]
    yield from _in_all("wide", "a row without a line", none, settings, reasons=lacks)
    yield from _in_all("wide", "no such columns", TABLE, settings, refusal="missing_column")


def _quantities(texts: Sequence[str]) -> Grid:
    """The table with these quantities."""
    return [HEADER, *([row[0], row[1], text, row[3]] for row, text in zip(TEXTS, texts, strict=True))]


def _numbers() -> Iterator[Case]:
    """How quantities are written as text."""
    for defect, last, settings in (
        ("a comma between thousands", "1,200", {"thousands_mark": ","}),
        ("a point between thousands", "1.200", {"thousands_mark": ".", "decimal_mark": ","}),
        ("a space between thousands", "1 200", {"thousands_mark": " "}),
        ("a narrow space between thousands", "1\u202f200", {"thousands_mark": " "}),
        ("an apostrophe between thousands", "1'200", {"thousands_mark": "'"}),
        ("noughts behind a point", "1200.00", {}),
        ("noughts behind a comma", "1200,00", {"decimal_mark": ","}),
        ("noughts behind a comma, and thousands", "1.200,00", {"thousands_mark": ".", "decimal_mark": ","}),
        ("space around it", "  1200\u00a0", {}),
    ):
        yield from _in_all("numbers", defect, _quantities(["3", "12", last]), settings)
    for defect, last, code in (
        ("a comma that nobody stated", "1,200", "ambiguous_number"),
        ("groups of two", "12,00", "not_a_number"),
        ("a unit behind it", "1200 pcs", "not_a_number"),
        ("a fraction", "1.5", "not_whole"),
        ("a letter O", "12O0", "not_a_number"),
        ("too many digits", "1" * 20, "out_of_range"),
    ):
        table = _quantities(["3", "12", last])
        yield from _in_all("numbers", defect, table, rows=ROWS[:2], reasons=[(code, "qty")])


def _marks() -> Iterator[Case]:
    """Quantities that may be a thousand or one, where settings or another quantity of the column decide."""
    one: list[Row] = [*ROWS[:2], ("4711", "00017", 1, D2)]
    for defect, last, rows, between_commas in (
        ("a point that nobody stated", "1.200", ROWS[:2], [("not_whole", "qty")]),
        ("noughts that may be a thousand", "1.000", one, []),
        ("a ten thousand or ten and a half", "12.500", ROWS[:2], [("not_whole", "qty")]),
        ("a thousand below nought, or one", "-1.000", ROWS[:2], [("out_of_range", "qty")]),
    ):
        doubt = [("ambiguous_number", "qty")]
        for case in _in_all("marks", defect, _quantities(["3", "12", last]), rows=ROWS[:2], reasons=doubt):
            yield _between_commas(case, rows, between_commas)
    for defect, last, settings in (
        ("three noughts behind a stated point", "1.000", {"decimal_mark": "."}),
        ("three noughts behind a stated comma", "1,000", {"decimal_mark": ","}),
        ("three noughts, and commas between thousands", "1.000", {"thousands_mark": ","}),
    ):
        yield from _in_all("marks", defect, _quantities(["3", "12", last]), settings, rows=one)
    yield from _in_all("marks", "the column decides", _quantities(["3.0", "12.00", "1.000"]), rows=one)
    doubts = [("ambiguous_number", "qty"), ("not_a_number", "qty")]
    for defect, other in (("the column says the opposite", "12,0"), ("groups in the column", "1.200.000")):
        table = _quantities(["3", other, "1.200"])
        yield from _in_all("marks", defect, table, rows=ROWS[:1], reasons=doubts)
    alone = _quantities(["3", "12", "1.000"])
    price: Grid = [
        [*row, text] for row, text in zip(alone, ("Price", "1.200,50", "12,50", "7,00"), strict=True)
    ]
    yield from _in_all(
        "marks", "a comma before the fraction of another column", price, rows=ROWS[:2],
        reasons=[("ambiguous_number", "qty")],
    )  # fmt: skip
    both = [("ambiguous_number", "qty")] * 2
    alike = _quantities(["3", "12.000", "1.200"])
    for case in _in_all("marks", "all that have a mark are alike", alike, rows=ROWS[:1], reasons=both):
        yield _between_commas(case, ROWS[:2], [("not_whole", "qty")])


def _between_commas(case: Case, rows: list[Row], reasons: list[tuple[str, str]]) -> Case:
    """A case whose answer is another one in a file whose fields stand between commas."""
    return replace(case, rows=rows, reasons=reasons) if case.format_name.startswith("csv") else case


def _days() -> Iterator[Case]:
    """How days are written as text."""
    for defect, pattern in (
        ("day before month", "%d/%m/%Y"), ("month before day", "%m/%d/%Y"), ("points", "%d.%m.%Y"),
        ("two digits of the year", "%d.%m.%y"), ("words", "%d-%b-%Y"), ("no mark", "%Y%m%d"),
    ):  # fmt: skip
        table = [
            HEADER,
            *([*row[:3], known[3].strftime(pattern)] for row, known in zip(TEXTS, ROWS, strict=True)),
        ]
        yield from _in_all("days", defect, table, {"date_format": pattern})
    late = [HEADER, *TEXTS[:2], [*TEXTS[2][:3], "13/02/2026"]]
    yield from _in_all("days", "of another form", late, rows=ROWS[:2], reasons=[("not_a_time", "ordered_at")])
    never = [HEADER, *TEXTS[:2], [*TEXTS[2][:3], "2026-02-30"]]
    yield from _in_all(
        "days", "no day of the calendar", never, rows=ROWS[:2], reasons=[("not_a_time", "ordered_at")]
    )
    timed = [HEADER, *([*row[:3], f"{row[3]} 14:30"] for row in TEXTS)]
    yield from _in_all("days", "with a time", timed)


def _ids() -> Iterator[Case]:
    """Ids that programs have changed, as text."""
    spoiled = [*TABLE, ["4.50013E+11", "A", "1", "2026-02-03"]]
    yield from _in_all("ids", "shortened by a spreadsheet", spoiled, reasons=[("spoiled_id", "order_id")])
    hidden = [*TABLE, ["O\u200b1", "A", "1", "2026-02-03"]]
    yield from _in_all(
        "ids", "a character that cannot be seen", hidden, reasons=[("bad_characters", "order_id")]
    )
    number = "12345678901234567890"
    yield from _in_all(
        "ids", "twenty digits", [*TABLE, [number, "A", "1", "2026-02-03"]], rows=[*ROWS, (number, "A", 1, D1)]
    )


def _encodings() -> Iterator[Case]:
    """Bytes of text."""
    for encoding, stated in (
        ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("cp1252", "cp1252"), ("latin-1", "latin-1"),
        ("utf-16", "utf-16"), ("utf-16-le", "utf-16-le"), ("utf-16-be", "utf-16-be"),
    ):  # fmt: skip
        content = write_csv(TABLE, encoding=encoding)
        for name, packed in (
            ("csv", content),
            ("csv.gz", gzip.compress(content)),
            ("csv.zip", zipped({"a": content})),
        ):
            yield Case(name, "encoding", encoding, packed, {"encoding": stated}, ROWS)
    for encoding, stated in (
        ("cp1252", "utf-8"),
        ("utf-16", "utf-8"),
        ("utf-8-sig", "utf-16"),
        ("utf-16", "cp1252"),
    ):
        content = write_csv(TABLE, encoding=encoding)
        yield Case(
            "csv",
            "encoding",
            f"{encoding} stated as {stated}",
            content,
            {"encoding": stated},
            refusal="bad_encoding",
        )


def _delimiters() -> Iterator[Case]:
    """What stands between fields, and line ends."""
    for delimiter in ",;\t|":
        for end in ("\r\n", "\n", "\r"):
            content = write_csv(TABLE, delimiter=delimiter, end=end)
            yield Case(
                "csv", "delimiter", f"{delimiter!r} and {end!r}", content, {"delimiter": delimiter}, ROWS
            )
    said = b"sep=;\r\n" + write_csv(TABLE, delimiter=";")
    yield Case("csv", "delimiter", "said in the first line", said, {}, ROWS)
    other = write_csv(TABLE, delimiter=";")
    yield Case("csv", "delimiter", "another one than stated", other, {}, refusal="missing_column")


FAMILIES: dict[str, Callable[[], Iterator[Case]]] = {
    "header": _headers,
    "rows": _rows,
    "groups": _groups,
    "wide": _wide,
    "numbers": _numbers,
    "marks": _marks,
    "days": _days,
    "ids": _ids,
    "encoding": _encodings,
    "delimiter": _delimiters,
    "typed days": typed_days,
    "typed ids": typed_ids,
    "typed numbers": typed_numbers,
    "packing": packing,
    "records": records,
}
"""The cases of each family."""
