"""Tests of `backorders stock` without a SKU: lists of shelves, and how last night's stock came to be."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from flows.cli.app import app

if TYPE_CHECKING:
    from flows.workspace import Workspace


def stock(sample: Workspace, *words: str) -> dict[str, Any]:
    """The page of a list, as a program gets it."""
    result = CliRunner().invoke(app, ["stock", *words, "--json", "--workspace", str(sample.root)])
    assert result.exit_code == 0, result.output
    page: dict[str, Any] = json.loads(result.stdout)
    return page


def test_a_client_has_a_row_a_sku(sample: Workspace) -> None:
    page = stock(sample, "larkmoor")
    rows = [
        (row["sku"], row["on_hand_qty"], row["available_qty"], row["released_qty"]) for row in page["stock"]
    ]
    assert rows == [
        ("LM-BEAN-RUST", 10, 9, 1), ("LM-CARD-NVY-L", 3, 3, 0), ("LM-CARD-NVY-M", 6, 0, 6),
        ("LM-SCARF-OAT", 2, 2, 0), ("LM-SOCK-3PK", 8, 3, 5),
    ]  # fmt: skip
    (night,) = page["reconciliation"]
    moved = [night[name] for name in ("opening_qty", "received_qty", "shipped_qty", "adjusted_qty")]
    assert [*moved, night["closing_qty"]] == [27, 6, 1, -3, 29]
    assert sum(row[1] for row in rows) == night["closing_qty"]


def test_a_warehouse_lists_the_goods_of_all_clients_by_bin(sample: Workspace) -> None:
    page = stock(sample, "--warehouse", "BRISTOL", "--list", "bins")
    assert {row["warehouse_id"] for row in page["stock"] + page["reconciliation"]} == {"BRISTOL"}
    assert {row["client_id"] for row in page["stock"]} == {"fennelworth", "torquebarn"}
    bins = [row["bin_id"] for row in page["stock"]]
    assert bins == sorted(bins)


def test_holds_are_listed_with_their_reasons(sample: Workspace) -> None:
    held = stock(sample, "--list", "holds")["stock"]
    assert [(row["client_id"], row["sku"], row["hold_qty"], row["hold_reasons"]) for row in held] == [
        ("fennelworth", "FP-PATE-180", 2, "damaged"),
        ("torquebarn", "TB-ALT-90A", 1, "damaged"),
        ("torquebarn", "TB-BLT-M8X40", 6, "damaged"),
    ]


def test_the_page_is_read_by_people(sample: Workspace) -> None:
    result = CliRunner().invoke(app, ["stock", "torquebarn", "--workspace", str(sample.root)])
    assert "opening + received - shipped" in result.output
    assert "Stock of torquebarn" in result.output
    assert result.output.endswith("6 rows\n")


@pytest.mark.parametrize(("words", "says"), [
    (("larkmor",), "Did you mean larkmoor?"),
    (("--warehouse", "BRISTO"), "Did you mean BRISTOL?"),
])  # fmt: skip
def test_an_unknown_name_is_told(sample: Workspace, words: tuple[str, ...], says: str) -> None:
    result = CliRunner().invoke(app, ["stock", *words, "--workspace", str(sample.root)])
    assert result.exit_code == 2
    assert says in result.stderr
