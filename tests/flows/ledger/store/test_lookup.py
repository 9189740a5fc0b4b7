"""What a lookup finds: every version that knows of a name, from a few segments of which it reads few."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.ledger.databases.control import transaction
from flows.ledger.store import lookup, segments
from flows.ledger.store.ledger import Ledger
from flows.workspace import Workspace
from schemas.errors import DamageError
from schemas.settings.workspace import WorkspaceSettings
from tests.flows.ledger.nights import run_night
from tests.plans import nights_later

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

KIND = "orders"

Told = list[tuple[str, str]]
"""Clients and names that a night put into the history."""


def names_of(told: Iterable[tuple[str, str]]) -> pl.DataFrame:
    return pl.DataFrame(list(told), schema=["client_id", "name"], orient="row")


def put(
    ledger: Ledger, told: Iterable[tuple[str, str]], version: int, kind: str = KIND
) -> list[lookup.Level]:
    """Put the names of a version, which is made if it is not there."""
    connection = ledger.connection
    known = (version, f"2026-{version}", version)
    connection.execute(
        "INSERT OR IGNORE INTO versions (version, business_date, run_no) VALUES (?, ?, ?)", known
    )
    marks = lookup.mark_names(names_of(told)).with_columns(version=version)
    levels = lookup.write_marks(connection, ledger.segment_folder, kind, marks)
    with transaction(connection, "put"):
        lookup.put_marks(connection, kind, levels, version)
    return levels


def find(ledger: Ledger, told: Iterable[tuple[str, str]], kind: str = KIND) -> list[tuple[str, int]]:
    return lookup.find_versions(ledger.connection, ledger.segment_folder, kind, names_of(told)).rows()


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Levels of two, four, eight and so on, in parts of four."""
    monkeypatch.setattr(lookup, "SMALLEST", 2)
    monkeypatch.setattr(lookup, "GROWTH", 2)
    monkeypatch.setattr(lookup, "PART", 4)


def test_a_name_is_found_in_every_version_that_told_it_and_in_no_other_kind(ledger: Ledger) -> None:
    put(ledger, [("acme", "O1"), ("acme", "O2"), ("acme", "O1")], 1)
    put(ledger, [("acme", "O1"), ("bolt", "O1")], 2)
    assert find(ledger, [("acme", "O1"), ("bolt", "O1"), ("bolt", "O2")]) == [
        ("acme", 1),
        ("acme", 2),
        ("bolt", 2),
    ]
    assert find(ledger, [("acme", "O2")]) == [("acme", 1)]
    assert find(ledger, [("acme", "O3"), ("cord", "O1")]) == find(ledger, []) == []
    assert find(ledger, [("acme", "O1")], "asns") == []
    assert lookup.marked_clients(ledger.connection, KIND) == {"acme", "bolt"}
    assert lookup.marked_clients(ledger.connection, "asns") == set()


def test_marks_are_the_same_for_ever() -> None:
    marks = lookup.mark_names(names_of([("acme", "orders|O1"), ("acme", "orders|Ü|1")])).sort("mark")
    assert marks["mark"].to_list() == [10_005_087_192_989_857_966, 14_518_676_081_932_618_522]


def test_nothing_is_written_where_nothing_is_put(ledger: Ledger) -> None:
    assert put(ledger, [], 1) == []
    assert not (ledger.segment_folder / lookup.TABLE).exists()


@pytest.mark.thorough
@given(
    nights=st.lists(
        st.lists(st.tuples(st.sampled_from("ab"), st.integers(0, 40).map(str)), max_size=12), max_size=12
    )
)
@settings(max_examples=60)
@pytest.mark.usefixtures("small")
def test_all_and_only_the_versions_that_told_a_name_are_found(
    tmp_path_factory: pytest.TempPathFactory, nights: list[Told]
) -> None:
    with Ledger.open(Workspace(tmp_path_factory.mktemp("lookup"))) as ledger:
        for version, told in enumerate(nights, 1):
            put(ledger, told, version)
        known = {(one, version) for version, told in enumerate(nights, 1) for one in told}
        for name in {name for told in nights for name in told} | {("a", "never")}:
            assert find(ledger, [name]) == sorted((name[0], at) for one, at in known if one == name)
        count = ledger.connection.execute(
            "SELECT client_id, sum(row_count), count(DISTINCT level), max(level) FROM marks "
            "WHERE last_version IS NULL GROUP BY client_id"
        )
        for client, marks, levels, highest in count.fetchall():
            assert marks == len({(one, at) for one, at in known if one[0] == client})
            assert levels <= highest + 1 <= marks.bit_length() + 1


@pytest.mark.usefixtures("small")
def test_a_mark_is_written_anew_a_few_times_alone(ledger: Ledger) -> None:
    nights, each = 64, 3
    written = 0
    for version in range(1, nights + 1):
        levels = put(ledger, [("acme", f"{version}/{turn}") for turn in range(each)], version)
        written += sum(segment.row_count for one in levels for _, segment in one.parts)
    total = nights * each
    assert total <= written <= total * (total.bit_length() + 1)


@pytest.mark.usefixtures("small")
def test_of_a_large_level_only_parts_are_read_where_a_mark_could_stand(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    (level,) = put(ledger, [("acme", str(name)) for name in range(64)], 1)
    assert level.level == 5
    assert 8 < len(level.parts) <= 16
    read: list[segments.StoredSegment] = []
    scan = segments.scan_segment

    def noted(folder: Path, segment: segments.StoredSegment) -> pl.LazyFrame:
        read.append(segment)
        return scan(folder, segment)

    monkeypatch.setattr(segments, "scan_segment", noted)
    assert find(ledger, [("acme", "7")]) == [("acme", 1)]
    assert len(read) == 1
    assert find(ledger, [("acme", str(name)) for name in range(64)]) == [("acme", 1)]
    assert len(read) == 1 + len(level.parts)


def test_levels_grow_and_large_ones_are_cut() -> None:
    counts = [1, 4096, 4097, 4 * 4096, 4 * 4096 + 1, 1 << 20, 20_000_000]
    assert [lookup.level_of(count) for count in counts] == [0, 0, 1, 1, 2, 4, 7]
    assert [lookup.part_bits(level) for level in (0, 4, 5, 6, 7)] == [0, 0, 2, 4, 6]


def test_replaced_marks_stay_for_one_more_night_and_are_swept_then(ledger: Ledger) -> None:
    settings_of = WorkspaceSettings(keep_nights=1)
    for version in (1, 2, 3):
        run_night(ledger, nights_later(version))
        put(ledger, [("acme", f"O{version}")], version)
        ledger.sweep(settings_of)
    spans = ledger.connection.execute(
        "SELECT first_version, last_version FROM marks WHERE kind = ? ORDER BY first_version", [KIND]
    ).fetchall()
    assert spans == [(2, 2), (3, None)]
    assert len(list((ledger.segment_folder / lookup.TABLE).iterdir())) >= len(spans)
    assert find(ledger, [("acme", "O1")]) == [("acme", 1)]


def test_damaged_marks_are_no_answer(ledger: Ledger) -> None:
    put(ledger, [("acme", "O1")], 1)
    (path,) = (ledger.segment_folder / lookup.TABLE).iterdir()
    path.chmod(0o600)
    path.write_bytes(b"PAR1 nothing PAR1")
    with pytest.raises(DamageError, match="was changed"):
        find(ledger, [("acme", "O1")])
