"""Steps 3 and 6 in one: tonight's announcements, then tonight's receipts, then what counts for what.

Announcements come first, so that goods are judged by all that was announced by then. Where an announcement
comes later than its goods, what is beyond it goes on hold then, as far as it is still free; what is
announced after all comes free again.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from schemas.books.inbound import InboundLine, InboundReceipt
from schemas.books.stock import LATE_DAYS
from transforms.keys import ITEM
from transforms.posting.core.posting import Posting
from transforms.posting.inbound.announcements import post_announcements
from transforms.posting.inbound.credits import ASN_LINE, credit_receipts, over_units
from transforms.posting.inbound.mismatches import mismatch_findings
from transforms.posting.inbound.over_receipts import hold_over
from transforms.posting.inbound.receipts import post_receipts
from transforms.posting.inbound.settling import keep_receipts, stand_lines

if TYPE_CHECKING:
    from pandera.typing.polars import DataFrame

    from schemas.night import Books, FeedRows
    from transforms.terms import Terms

RECEIPT = ["client_id", "file_feed", "file_hash", "row_no"]


def post_inbound(books: Books, rows: FeedRows, terms: Terms) -> Posting:
    """Announcements and receipts of tonight, and what counts for which announced line by now."""
    return (
        post_announcements(books, rows.asns, terms)
        .then(partial(post_receipts, rows=rows.receipts, terms=terms))
        .then(partial(_meet, before=books.inbound_lines, rows=rows, terms=terms))
    )


def _meet(books: Books, before: DataFrame[InboundLine], rows: FeedRows, terms: Terms) -> Posting:
    """What counts for the announced lines, anew for the SKUs of which anything was said tonight.

    Also of those whose receipts become too old tonight to be judged again.
    """
    last_settled = pl.lit(terms.as_of.business_date).dt.offset_by(f"-{LATE_DAYS}d")
    is_old = pl.col("posted_on") <= last_settled
    announced = rows.asns.select("client_id", "asn_id", asn_line_no="line_no")
    items = pl.concat(
        [
            rows.receipts.select(ITEM),
            books.inbound_receipts.filter(is_old).select(ITEM),
            *(
                lines.join(announced, on=ASN_LINE, how="semi").select(ITEM)
                for lines in (before, books.inbound_lines)
            ),
        ]
    ).unique()
    if items.is_empty():
        return Posting.of(books)
    lines = books.inbound_lines.join(items, on=ITEM, how="semi")
    receipts = books.inbound_receipts.join(items, on=ITEM, how="semi")
    credited = credit_receipts(
        lines.pipe(InboundLine.validate), receipts.pipe(InboundReceipt.validate), terms
    )
    over = over_units(credited.lines, credited.named).rename({"over_qty": "over_now"})
    judged = credited.receipts.join(over, on="receipt", how="left", maintain_order="left").with_columns(
        pl.col("over_now").fill_null(0)
    )
    posting, held = hold_over(books, judged, terms)
    old = judged.filter(is_old)["receipt"]
    others = books.inbound_lines.join(items, on=ITEM, how="anti")
    after_lines = pl.concat([others, stand_lines(credited, old)]).sort(ASN_LINE)
    kept = books.inbound_receipts.join(items, on=ITEM, how="anti")
    after_receipts = pl.concat([kept, keep_receipts(credited, held, old)]).sort(RECEIPT)
    after = replace(
        posting.books,
        inbound_lines=after_lines.pipe(InboundLine.validate),
        inbound_receipts=after_receipts.pipe(InboundReceipt.validate),
    )
    is_tonights = pl.col("posted_on") == terms.as_of.business_date
    tonight = judged.filter(is_tonights).join(rows.receipts, on=RECEIPT, how="semi")
    told = Posting.of(after, findings=mismatch_findings(credited, tonight, after.inbound_lines, terms))
    return posting.then(lambda _: told)
