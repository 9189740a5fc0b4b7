"""Tests that a shape lives the nights that it says, without living them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.bench.nights import shapes
from tests.bench.nights.dropping import drop_first, drop_goods, drop_orders, drop_shipments
from tests.bench.nights.shapes import SHAPES, Asked

if TYPE_CHECKING:
    from tests.bench.nights.world import World

FOLDER = Path("scratch")
ASKED = Asked(
    sizes=(600, 6_000), ordinary_lines=400, ordinary_nights=2, ageing_lines=50, ageing_nights=3, keys=70
)


@dataclass
class Told:
    """In place of a course: a row a night that says what was asked for."""

    world: World
    folder: Path
    rows: list[dict[str, Any]] = field(default_factory=list)
    age: int = 0

    @property
    def workspace(self) -> Path:
        """Where it would be."""
        return self.folder / "workspace"

    def live(self, name: str, *drops: object, is_plain: bool = True, **asked: object) -> dict[str, Any]:
        """The row."""
        row = {
            "night": name,
            "drops": drops,
            "plain": is_plain,
            "world": self.world,
            "age": self.age,
            **asked,
        }
        self.rows.append(row)
        self.age += 1
        return row

    def remove(self) -> None:
        """Nothing was made."""


@pytest.fixture(autouse=True)
def written(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The old keys that were asked for; no night is lived."""
    keys: list[int] = []

    def write(_: object, __: World, root: Path, count: int) -> int:
        assert root.name == "workspace"
        keys.append(count)
        return 100

    monkeypatch.setattr(shapes, "Course", Told)
    monkeypatch.setattr(shapes, "in_own_process", write)
    return keys


def test_first_nights_come_in_every_size_without_and_with_notices() -> None:
    rows = SHAPES["first"](ASKED, FOLDER)
    assert [(row["world"].lines, row["world"].notices) for row in rows] == [
        (600, False), (6_000, False), (600, True), (6_000, True)
    ]  # fmt: skip
    assert {row["drops"] for row in rows} == {(drop_first,)}


def test_an_ordinary_night_brings_a_twentieth_of_the_orders_goods_and_all_confirmations() -> None:
    rows = SHAPES["ordinary"](ASKED, FOLDER)
    assert [row["night"] for row in rows] == ["before", "ordinary", "ordinary"] * 2
    assert all(row["lines"] == 20 for row in rows if row["night"] == "ordinary")
    assert set(rows[1]["drops"]) == {drop_goods, drop_orders, drop_shipments}


def test_one_of_many_sends_few_rows_and_does_the_same_alone() -> None:
    rows = SHAPES["untouched"](ASKED, FOLDER)
    everybody, alone = rows[:4], rows[4:]
    assert [row["night"] for row in rows if "rows" in row["night"]] == [
        "49 rows, one of all",
        "49 rows, alone",
    ]
    for nights, clients in ((everybody, 200), (alone, 1)):
        *_, few, nothing = nights
        assert len(few["world"].present) == clients
        assert (few["drops"], few["lines"], few["client_id"]) == ((drop_orders,), 49, "c001")
        assert nothing["drops"] == ()


def test_an_ageing_world_gets_as_many_lines_each_night_and_ships_them_all() -> None:
    first, *rest = SHAPES["ageing"](ASKED, FOLDER)
    assert first["world"].is_full
    assert dict(first["world"].settings) == {"closed_days": 10, "analyst_days": 30}
    assert [(row["lines"], row["drops"]) for row in rest] == [(50, (drop_orders, drop_shipments))] * 2


def test_old_keys_are_there_in_one_of_two_equal_worlds(written: list[int]) -> None:
    rows = SHAPES["old_keys"](ASKED, FOLDER)
    assert [(row["night"], row["age"]) for row in rows] == [
        ("before", 0), ("no old keys", 1), ("before", 100), ("70 old keys", 101)
    ]  # fmt: skip
    assert rows[1]["lines"] == rows[3]["lines"] == 2_000
    assert rows[1]["world"] == rows[3]["world"]
    assert written == [70]


def test_the_tiny_night_is_told_plain_and_with_prefect() -> None:
    assert [(row["night"], row["plain"]) for row in SHAPES["tiny"](ASKED, FOLDER)] == [
        ("tiny", True), ("tiny, Prefect", False)
    ]  # fmt: skip
