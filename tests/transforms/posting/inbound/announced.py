"""Announced lines and their receipts, written short, and what came of them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schemas.night import Books
from tests.frames import NIGHT
from tests.transforms.posting.nights import (
    ACME,
    night,
    nights_later,
    rows_of,
    stock,
)

if TYPE_CHECKING:
    from transforms.posting.core.posting import Posting

Row = dict[str, Any]


def day(number: int) -> Any:  # noqa: ANN401 -- a date, as the rows take it
    return NIGHT + timedelta(days=number)


def asn(name: str = "s1/1", qty: int | None = 10, on: int = 1, **more: Any) -> Row:  # noqa: ANN401 -- a row's cells
    asn_id, line_no = name.split("/")
    return {"asn_id": asn_id, "line_no": int(line_no), "qty": qty, "expected_on": day(on), **more}


def receipt(qty: int, name: str | None = None, on: int = 0, **more: Any) -> Row:  # noqa: ANN401 -- likewise
    """A receipt that names `s1/1`, only `s1`, or nothing."""
    asn_id, _, line_no = (name or "").partition("/")
    named = {"asn_id": asn_id or None, "asn_line_no": int(line_no) if line_no else None}
    return {"receipt_id": "r", "line_no": 1, "received_qty": qty, "received_on": day(on)} | named | more


def after(*nights: dict[str, list[Row]], client: Any = ACME) -> Posting:  # noqa: ANN401 -- a client
    """The last of some nights, one after the other."""
    posting = night(Books.blank(), rows_of(), client=client)
    for number, feeds in enumerate(nights):
        rows = {
            feed: [{"file_hash": f"{feed}{number}"} | row for row in rows] for feed, rows in feeds.items()
        }
        posting = night(posting.books, rows_of(**rows), as_of=nights_later(number), client=client)
    return posting


def lines(posting: Posting) -> dict[str, tuple[int, int, str]]:
    """What came of each announced line, what is still to come, and its status."""
    return {
        f"{row['asn_id']}/{row['asn_line_no']}": (row["received_qty"], row["remaining_qty"], row["status"])
        for row in posting.books.inbound_lines.iter_rows(named=True)
    }


def held(posting: Posting) -> int:
    return sum(qty for (*_, account), qty in stock(posting.books).items() if account == "over_receipt")


def details(posting: Posting, code: str) -> list[str]:
    return [row["detail"] for row in posting.findings.iter_rows(named=True) if row["code"] == code]


ANNOUNCED, RECEIVED = {"asns": [asn()]}, {"receipts": [receipt(20, "s1/1")]}
