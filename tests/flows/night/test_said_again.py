"""Files that say again what was said before: statements hold again, events happened once.

Each case is a client of its own with a few nights of files; all run in one workspace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.trials.worked_cases import Case, run_cases

if TYPE_CHECKING:
    from pathlib import Path

COUNT = [{"sku": "A", "qty": 20, "bin_id": "A1", "counted_at": "2026-03-02T06:00:00Z"}]
BROKEN = "sku,qty,reason,bin_id\nA,-4,broken,A1\n"


def case(name: str, *nights: dict[str, Any], expect: dict[int, dict[str, Any]]) -> Case:
    """A client with these nights of files."""
    return Case(name, name, "", "", ("W1",), nights, expect)


def asn(expected_on: str) -> list[dict[str, Any]]:
    """An announcement of 20 A."""
    return [{"asn_id": "S1", "line_no": 1, "sku": "A", "qty": 20, "expected_on": expected_on}]


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
        "no-rows",
        {"adjustments": "sku,qty,reason\n"},
        {"adjustments": "sku,qty,reason\n"},
        expect={2: {"F:file_repeated": False}},
    ),
]


def test_what_is_said_again_does_what_it_should(tmp_path: Path) -> None:
    assert run_cases(CASES, tmp_path / "workspace") == []
