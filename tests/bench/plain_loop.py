"""The plain loop for plain rank: sort the lines by pool and rank, and give while there are units."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from tests.bench.shelves import Pegs, Releases, read_inbound, read_lots

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = ["client_id", "warehouse_ids", "sku", "priority", "ordered_at", "order_id", "line_no", "open_qty"]


def serve_plainly(folder: Path) -> tuple[Releases, Pegs]:
    """Units that each line gets, and is promised, where every line draws on one pool."""
    lines = pl.read_parquet(folder / "order_lines.parquet", columns=COLUMNS).select(COLUMNS)
    queue = sorted(
        (client, warehouse, sku, priority, ordered_at.date(), ordered_at, order_id, line_no, want)
        for client, warehouse, sku, priority, ordered_at, order_id, line_no, want in lines.iter_rows()
    )
    shelves, coming = read_lots(folder), read_inbound(folder)
    releases: Releases = []
    pegs: Pegs = []
    for client, warehouse, sku, _, _, _, order_id, line_no, wanted in queue:
        want, shelf = wanted, shelves[client, warehouse, sku]
        while want and shelf:
            (lot, bin_id), there = shelf[-1]
            take = min(want, there)
            releases.append((client, order_id, line_no, warehouse, lot, bin_id, take))
            want -= take
            if take == there:
                shelf.pop()
            else:
                shelf[-1][1] = there - take
        inbound = coming[client, warehouse, sku] if want else None
        while want and inbound:
            (_, asn_id, asn_line_no), there = inbound[-1]
            take = min(want, there)
            pegs.append((client, order_id, line_no, asn_id, asn_line_no, take))
            want -= take
            if take == there:
                inbound.pop()
            else:
                inbound[-1][1] = there - take
    return releases, pegs
