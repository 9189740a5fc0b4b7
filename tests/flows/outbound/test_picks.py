"""Pick files."""

from __future__ import annotations

from typing import Any

from flows.outbound.picks import render_bins_to_count, render_picks
from schemas.night import AsOf
from schemas.reports import BinToCount, Pick
from tests.frames import NIGHT, frame_of


def pick(**values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any column of a pick
    """A pick of 2 units."""
    return {"release_id": "r1", "order_id": "O1", "qty": "2", "rest_qty": "0", "unit": "EA"} | values


def contents(*rows: dict[str, Any], warehouses: tuple[str, ...] = ("W1",)) -> dict[str, str]:
    """Each pick file by its path."""
    documents = render_picks(frame_of(Pick, *rows), warehouses=warehouses, as_of=AsOf(NIGHT, 2))
    return {document.path: document.content.decode() for document in documents}


def test_each_warehouse_gets_one_file_a_run() -> None:
    files = contents(pick(), pick(release_id="r2", warehouse_id="W2"), warehouses=("W1", "W2"))
    assert sorted(files) == [
        "picks/W1/picks_W1_2026-03-02_2.csv",
        "picks/W2/picks_W2_2026-03-02_2.csv",
    ]
    assert [text.count("\n") for text in files.values()] == [2, 2]


def test_rows_keep_the_walking_order_they_have() -> None:
    (text,) = contents(pick(release_id="z"), pick(release_id="a")).values()
    assert [line.split(",")[0] for line in text.splitlines()] == ["release_id", "z", "a"]


def test_a_night_without_a_release_says_so_with_a_header_alone() -> None:
    (text,) = contents().values()
    assert text == ",".join(Pick.names()) + "\n"


def test_a_warehouse_without_a_file_of_its_own_still_gets_its_releases() -> None:
    assert "picks/W9/picks_W9_2026-03-02_2.csv" in contents(pick(warehouse_id="W9"))


def test_values_go_to_the_warehouse_as_they_are() -> None:
    (text,) = contents(pick(sent_sku="=A", ship_to_name='Ann "A", Ltd')).values()
    assert ",=A," in text
    assert '"Ann ""A"", Ltd"' in text


def test_each_warehouse_gets_a_list_of_bins_to_count_that_may_be_empty() -> None:
    row = {"bin_id": "=B1", "expected_qty": "7", "reason": "gap", "since_on": NIGHT, "next_step": "count it"}
    found = frame_of(BinToCount, {"lot_id": None, "sku": "A", **row})
    documents = render_bins_to_count(found, warehouses=("W1", "W2"))
    header = ",".join(BinToCount.names()) + "\n"
    assert {document.path: document.content.decode() for document in documents} == {
        "picks/W1/bins_to_count.csv": f"{header}W1,=B1,acme,A,,7,gap,2026-03-02,count it\n",
        "picks/W2/bins_to_count.csv": header,
    }
