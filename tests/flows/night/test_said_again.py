"""Files that say again what was said before: statements hold again, events happened once.

Each case is a client of its own with a few nights of files; all run in one workspace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.trials.worked_cases import Case, CaseRun, run_cases

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.thorough

COUNT = [{"sku": "A", "qty": 20, "bin_id": "A1", "counted_at": "2026-03-02T06:00:00Z"}]
BROKEN = "sku,qty,reason,bin_id\nA,-4,broken,A1\n"


def case(name: str, *nights: dict[str, Any], expect: dict[int, dict[str, Any]]) -> Case:
    """A client with these nights of files."""
    files = {CaseRun(night): of_night for night, of_night in enumerate(nights, 1)}
    wanted = {CaseRun(night): facts for night, facts in expect.items()}
    return Case(name, name, "", "", ("W1",), files, wanted)


def asn(expected_on: str) -> list[dict[str, Any]]:
    """An announcement of 20 A."""
    return [{"asn_id": "S1", "line_no": 1, "sku": "A", "qty": 20, "expected_on": expected_on}]


def order(**said: object) -> dict[str, Any]:
    """A line of five A."""
    plain = {"order_id": "O1", "line_no": 1, "sku": "A", "qty": 5, "ordered_at": "2026-03-01T08:00:00Z"}
    return {**plain, **said}


def receipt(qty: int, **said: object) -> dict[str, Any]:
    """Line 1 of a receipt."""
    plain = {"receipt_id": "R1", "line_no": 1, "sku": "A", "received_qty": qty, "received_on": "2026-03-02"}
    return {**plain, **said}


def repeated(name: str, text: str) -> Case:
    """Four units broken, and on the next night another file of `text`."""
    return case(
        name,
        {"stock": COUNT},
        {"adjustments": BROKEN},
        {"adjustments": text},
        expect={3: {"ST:A": {"on": 16}, "F:file_repeated": True}},
    )


CASES = [
    repeated("line-ends", BROKEN.replace("\n", "\r\n")),
    repeated("quotes", 'sku,qty,reason,bin_id\n"A","-4","broken","A1"\n'),
    repeated("mark", "\ufeff" + BROKEN),
    repeated("columns", "bin_id,reason,qty,sku\nA1,broken,-4,A\n"),
    case(
        "other-folder",
        {"stock": COUNT, "adjustments#a": BROKEN, "adjustments#b": BROKEN.replace("\n", "\r\n")},
        expect={1: {"F:file_repeated": True}},
    ),
    case(
        "moved-back",
        {"asns": asn("2026-03-10")},
        {"asns": asn("2026-03-20")},
        {"asns": asn("2026-03-10")},
        expect={
            2: {"IN:S1/1": {"eta": "2026-03-20"}},
            3: {"IN:S1/1": {"eta": "2026-03-10", "rem": 20}, "F:file_repeated": False},
        },
    ),
    case(
        "grown",
        {"stock": COUNT},
        {"adjustments": "sku,qty,reason,bin_id\nA,-1,broken,A1\nA,-2,lost,A1\n"},
        {"adjustments": "sku,qty,reason,bin_id\nA,-3,lost,A1\nA,-2,lost,A1\nA,-1,broken,A1\n"},
        expect={
            3: {
                "ST:A": {"on": 17},
                "F:file_grows": True,
                "F:rows_rejected": False,
                "RJ:adjustments/file_grows": True,
            }
        },
    ),
    case(
        "early-cancellation",
        {"stock": COUNT, "cancellations": "order_id\nO1\n"},
        {"orders": [order()]},
        {},
        {"cancellations": "order_id,reason\nO1,again\n"},
        expect={
            1: {"RJ:cancellations/unknown_order": True},
            2: {"O1/1": {"rel": 0, "hold_reason": "cancelled_before"}, "F:cancelled_before": True},
            3: {"O1/1": {"rel": 0}, "F:cancelled_before": True},
            4: {"O1/1": {"canc": 5}, "F:cancelled_before": False},
        },
    ),
    case(
        "two-shops",
        {"orders": [order(ship_to_name="Ann", ship_to_postcode="SW1A 1AA")]},
        {"orders": [order(ordered_at="2026-03-02T10:00:00Z", ship_to_name="Bob", qty=9)]},
        expect={
            2: {
                "O1/1": {"ordered": 5},
                "RJ:orders/order_differs": True,
                "F:order_differs": True,
                "F:incomplete_intake": False,
            }
        },
    ),
    case(
        "at-odds",
        {"stock": COUNT, "orders": [order(ship_to_name="Ann"), order(line_no=2, ship_to_name="Bob")]},
        {"orders": [order(line_no=2, ship_to_name="Ann")]},
        expect={
            1: {"O1/1": {"rel": 0, "hold_reason": "rows_disagree"}, "F:rows_disagree": True},
            2: {"O1/1": {"rel": 5}, "O1/2": {"rel": 5}, "F:rows_disagree": False},
        },
    ),
    case(
        "lots-of-a-line",
        {"receipts": [receipt(10, lot_id="L1"), receipt(700, lot_id="L2")]},
        {"receipts": [receipt(10, lot_id="L1"), receipt(690, lot_id="L2")]},
        expect={1: {"ST:A": {"on": 710}}, 2: {"ST:A": {"on": 700}, "F:receipt_corrected": True}},
    ),
    case(
        "pallets-of-a-place",
        {"stock": COUNT * 3},
        expect={1: {"ST:A": {"on": 60}}},
    ),
    case(
        "no-rows",
        {"adjustments": "sku,qty,reason\n"},
        {"adjustments": "sku,qty,reason\n"},
        expect={2: {"F:file_repeated": False}},
    ),
]


def test_what_is_said_again_does_what_it_should(tmp_path: Path) -> None:
    assert run_cases(CASES, tmp_path / "workspace") == []
