"""A world that lives night by night in a scratch folder, and what each of its nights took."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.measuring import in_own_process, tell
from tests.bench.nights.comparing import has_equal_picks
from tests.bench.nights.dropping import count_rows, hand_in
from tests.bench.nights.processes import GIB, MIB, take
from tests.bench.nights.world import World, date_of, make_workspace

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
MILLION = 1_000_000

Row = dict[str, Any]
"""A measured night; see `Course.live`."""


class NightFailedError(Exception):
    """A night of the bench did not end well."""


@dataclass
class Course:
    """Where a world lives: `workspace`, and beside it what was dropped and what the two rivals made of it."""

    world: World
    folder: Path
    rows: list[Row] = field(default_factory=list)
    age: int = 0
    """Nights that the workspace has seen, those that `old_keys` wrote among them."""
    lived: int = 0
    """Nights that were lived here, which is the number of the next one."""

    def __post_init__(self) -> None:
        """Make the workspace."""
        self.folder.mkdir(parents=True)
        make_workspace(self.workspace, self.world)

    @property
    def workspace(self) -> Path:
        """The workspace."""
        return self.folder / "workspace"

    def live(
        self,
        name: str,
        *drops: Callable[..., None],
        is_plain: bool = True,
        **asked: Any,  # noqa: ANN401 -- of the drops
    ) -> Row:
        """Let a night come and measure it, and the same files with the floor and the plain script.

        Args:
            name: of the night in the table.
            drops: make what is dropped, in processes of their own, from `(world, folder, night, **asked)`.
            is_plain: without Prefect.
            asked: further arguments of the drops.

        Returns:
            night, lines (of orders), rows (of all files), clients, notices, age (nights before), cpu_s,
            wall_s, cpu_s_per_million (of rows), floor_cpu_s, sql_cpu_s, peak_gib, fsyncs, written_mib,
            workspace_mib (afterwards), units, messages, equals_sql (the plain script picked the same).

        Raises:
            NightFailedError: the night ended with an error, or did not read all rows.
        """
        dropped = self._folder("dropped")
        dropped.mkdir(parents=True)
        for drop in drops:
            in_own_process(drop, self.world, dropped, self.lived, **asked)
        floor = take([HERE / "floor.py", dropped, self._folder("floor")])
        before = [self._folder("sql", self.lived - 1)] if self.lived else []
        sql = take([HERE / "plain_night.py", dropped, self._folder("sql"), *before])
        if floor.code or sql.code:
            message = f"{name}: the floor ended with {floor.code}, the plain script with {sql.code}"
            raise NightFailedError(message)
        hand_in(dropped, self.workspace)
        row = self._row(name, dropped, is_plain=is_plain)
        row |= {"floor_cpu_s": round(floor.cpu_s, 3), "sql_cpu_s": round(sql.cpu_s, 3)}
        row["equals_sql"] = in_own_process(has_equal_picks, self.workspace, self._folder("sql"))
        self._tidy(before)
        self.rows.append(row)
        self.lived, self.age = self.lived + 1, self.age + 1
        tell(f"  {name}: {row['cpu_s']:.2f} CPU s, {row['peak_gib']:.2f} GiB, {row['fsyncs']:,} fsyncs, "
             f"{row['cpu_s'] / row['floor_cpu_s']:.1f} x floor")  # fmt: skip
        return row

    def remove(self) -> None:
        """Remove everything, what is closed to writing too."""
        for folder in (path for path in self.folder.rglob("*") if path.is_dir() and not path.is_symlink()):
            folder.chmod(0o700)
        shutil.rmtree(self.folder)

    def _row(self, name: str, dropped: Path, *, is_plain: bool) -> Row:
        """What the night itself took."""
        count = self.folder / "fsyncs"
        asked: list[str | Path] = ["--date", date_of(self.lived).isoformat(), "--workspace", self.workspace]
        how = "--plain" if is_plain else "--prefect"
        night = take([HERE / "counted.py", count, "run", how, "--json", *asked])
        if night.code:
            message = f"{name}: the night ended with {night.code}: {night.output[:2_000]}"
            raise NightFailedError(message)
        (told,) = json.loads(night.output)["nights"]
        rows, said = count_rows(dropped), sum(client["rows_read"] for client in told["clients"])
        if rows != said:
            message = f"{name}: the night says that it read {said:,} rows, but there are {rows:,}"
            raise NightFailedError(message)
        return {
            "night": name,
            "lines": count_rows(dropped, "orders"),
            "rows": rows,
            "clients": len(self.world.present),
            "notices": self.world.notices,
            "age": self.age,
            "cpu_s": round(night.cpu_s, 3),
            "wall_s": round(night.wall_s, 3),
            "cpu_s_per_million": round(night.cpu_s / rows * MILLION, 1) if rows else None,
            "peak_gib": round(night.peak_bytes / GIB, 3),
            "fsyncs": int(count.read_text("utf-8")),
            "written_mib": round(night.written_bytes / MIB, 1),
            "workspace_mib": round(size_of(self.workspace) / MIB, 1),
            "units": sum(client["units_released"] for client in told["clients"]),
            "messages": sum(client["messages"] for client in told["clients"]),
        }

    def _tidy(self, before: list[Path]) -> None:
        """Remove what no later night reads."""
        for folder in (self._folder("dropped"), self._folder("floor"), *before):
            shutil.rmtree(folder, ignore_errors=True)

    def _folder(self, what: str, night: int | None = None) -> Path:
        """A folder of a night beside the workspace."""
        return self.folder / what / f"{self.lived if night is None else night:03}"


def size_of(folder: Path) -> int:
    """Bytes of all files in a folder; one that has several names counts once."""
    found = {}
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink():
            entry = path.stat()
            found[entry.st_ino] = entry.st_size
    return sum(found.values())
