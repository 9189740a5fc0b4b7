"""Properties of the door: dirty cells never break it, and every row has exactly one fate."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.vocabulary.words import Feed
from tests.transforms.intake.door import CATALOGUE, client_of, raw_of
from transforms.intake.mapping.feed_columns import sent_columns
from transforms.intake.rows.form import SourceFile, read_form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.transforms.intake.door import Row
    from transforms.intake.rows.form import FileForm

DIRTY = [
    None, "", " ", "~", "0", "-1", "5", "12.000", "1.5", "1e9", "9" * 30, "NaN", "A", "KG", "old-a", "CA",
    "each", "x|y", "new", "change", "CANCEL", "yes", "2026-03-02", "2026-03-29 01:30", "2026-03-02T10:00:00Z",
    "31/12/2026", "W1", "W1|W2", '6" pipe', "=1+1", "\x1f", "\U0001f4e6", "İ", "C1", "CA:24", "Ω:0",
]  # fmt: skip
CELL = st.one_of(st.sampled_from(DIRTY), st.text(max_size=8))
FAULT = st.sampled_from([None, None, None, "column_count", "bad_quotes"])
ROUTES = [
    {"to": "set_aside", "where": "sku = 'x|y' OR CAST(qty AS DOUBLE) > 9", "columns": {}},
    {"to": "adjustments", "where": "order_id LIKE 'C%'",
     "columns": {"reason": "channel", "qty": "-CAST(qty AS BIGINT)"}},
    {"to": "cancellations", "where": "sku IS NULL", "match": ["consignee_id"]},
]  # fmt: skip
CLIENT = client_of(client_time_zone="Europe/London", client_sku_rule="upper", routes=ROUTES)
STOCK_CLIENT = client_of("stock", count_basis="physical", count_scope="rows", counted_at_time="18:00")


def units_of(form: FileForm) -> Decimal:
    """The control total."""
    return Decimal(form.qty_read).scaleb(-form.qty_decimals)


@st.composite
def files(draw: st.DrawFn) -> tuple[Feed, list[Row], Sequence[str | None]]:
    """A feed, the rows of a file that has all its columns, and what the reader found."""
    feed = draw(st.sampled_from(list(Feed)))
    columns = [*sent_columns(feed), "bo_file", "bo_row"]
    rows: list[Row] = list(
        draw(st.lists(st.fixed_dictionaries(dict.fromkeys(columns, CELL)), min_size=1, max_size=12))
    )
    return feed, rows, draw(st.lists(FAULT, min_size=len(rows), max_size=len(rows)))


@given(file=files())
@settings(max_examples=20)
def test_every_row_is_a_feed_row_or_set_aside_or_rejected(
    file: tuple[Feed, list[Row], Sequence[str | None]],
) -> None:
    feed, rows, faults = file
    source = SourceFile("acme", feed, "f" * 64, "x.csv", date(2026, 3, 2))
    client = STOCK_CLIENT if feed == Feed.STOCK else CLIENT
    form = read_form(raw_of(rows, faults), source=source, client=client, catalogue=CATALOGUE)
    assert form.refusal is None
    accepted = [row_no for table in form.rows.tables().values() for row_no in table["row_no"]]
    fates = [*accepted, *form.outcomes["row_no"], *form.rejected["row_no"].unique()]
    assert sorted(fates) == list(range(1, len(rows) + 1))
    assert set(form.pending.filter(file_hash=source.file_hash)["row_no"]) <= set(form.rejected["row_no"])


@given(file=files(), cut=st.integers(0, 12))
@settings(max_examples=8)
def test_the_form_of_a_row_does_not_depend_on_the_other_rows(
    file: tuple[Feed, list[Row], Sequence[str | None]], cut: int
) -> None:
    feed, rows, faults = file
    source = SourceFile("acme", feed, "f" * 64, "x.csv", date(2026, 3, 2))
    client = STOCK_CLIENT if feed == Feed.STOCK else CLIENT
    raw = raw_of(rows, faults)
    whole, *halves = (
        read_form(part, source=source, client=client, catalogue=CATALOGUE)
        for part in (raw, raw[:cut], raw[cut:])
    )
    assert sorted(whole.rejected.rows(), key=str) == sorted(
        [row for half in halves for row in half.rejected.rows()], key=str
    )
    assert units_of(whole) == sum(map(units_of, halves))
