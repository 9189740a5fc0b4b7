"""The workspace itself: its settings, its warehouses, its folders, damage of its books."""

from __future__ import annotations

import os
import shutil
import sqlite3
from functools import partial
from typing import TYPE_CHECKING

from tests.trials.attacks.answer import Trouble

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Row = tuple[str, "Callable[[Path], object]", tuple[int, ...], tuple[str, ...]]
Rows = tuple[Row, ...]
"""Name, harm, exit codes that are right, and what must be named."""

WAREHOUSE = 'name = "W1"\nallocator = "us"\ncut_off = 18:00:00\n'
SETTINGS = "settle_seconds = 0\nmin_free_bytes = 0\n"


def _write(place: str, content: str | bytes, root: Path) -> None:
    path = root / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)


def _remove(place: str, root: Path) -> None:
    path = root / place
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink()


def _as_folder(place: str, root: Path) -> None:
    _remove(place, root)
    (root / place).mkdir()


def _as_file(place: str, root: Path) -> None:
    if (root / place).exists():
        _remove(place, root)
    (root / place).write_bytes(b"")


def _as_pipe(place: str, root: Path) -> None:
    _remove(place, root)
    os.mkfifo(root / place)


def _cut(place: str, root: Path) -> None:
    path = next(root.glob(place))
    path.chmod(0o644)
    os.truncate(path, path.stat().st_size // 2)


def _garbage(place: str, root: Path) -> None:
    path = next(root.glob(place))
    path.chmod(0o644)
    path.write_bytes(b"\x80garbage" * 500)


def _change(place: str, root: Path) -> None:
    path = next(root.glob(place))
    path.chmod(0o644)
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])


def _gone(place: str, root: Path) -> None:
    _remove(str(next(root.glob(place)).relative_to(root)), root)


def _newer(root: Path) -> None:
    with sqlite3.connect(root / "ledger" / "control.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()


def _edited(root: Path) -> None:
    with sqlite3.connect(root / "ledger" / "control.sqlite") as connection:
        connection.execute("DELETE FROM seen_files")
    connection.close()


def _swapped(root: Path) -> None:
    shutil.copy(root / "ledger" / "people.sqlite", root / "ledger" / "control.sqlite")


def _loop(root: Path) -> None:
    (root / "inbound" / "acme" / "orders" / "loop").symlink_to("../../..")


def _namesake(root: Path) -> None:
    """A new client whose name is that of an old one in capitals."""
    shutil.copy(root / "clients" / "acme.toml", root / "clients" / "ACME.toml")
    shutil.copytree(root / "inbound" / "acme", root / "inbound" / "ACME")


def _stray_journal(root: Path) -> None:
    (root / "ledger" / "control.sqlite-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(504))


def _settings(line: str) -> Callable[[Path], None]:
    key = line.split(" ", 1)[0]
    kept = "".join(f"{other}\n" for other in SETTINGS.splitlines() if not other.startswith(key))
    return partial(_write, "workspace.toml", kept + line + "\n")


def _warehouse(line: str) -> Callable[[Path], None]:
    key = line.split(" ", 1)[0]
    kept = "".join(f"{other}\n" for other in WAREHOUSE.splitlines() if not other.startswith(key))
    return partial(_write, "warehouses/W1.toml", kept + line + "\n")


HUGE = 10**11

OF_THE_WORKSPACE: Rows = (
    ("no TOML", _settings("time_zone = ["), (2,), ("workspace.toml",)),
    ("a key that nobody knows", _settings("keep_night = 3"), (2,), ("workspace.toml", "keep_night")),
    ("a zone of another planet", _settings('time_zone = "Mars/Base"'), (2,), ("time_zone",)),
    ("a zone that is a path", _settings('time_zone = "/etc/passwd"'), (2,), ("time_zone",)),
    *(
        (f"{key} = {value}", _settings(f"{key} = {value}"), (2,), (key,))
        for key in ("keep_nights", "analyst_days", "finding_nights", "people_days")
        for value in (0, -1, HUGE, 10**30)
    ),
    ("a wait that is no number", _settings("settle_seconds = nan"), (2,), ("settle_seconds",)),
    ("a wait without end", _settings("settle_seconds = inf"), (2,), ("settle_seconds",)),
    ("a wait of years", _settings("settle_seconds = 1e9"), (2,), ("settle_seconds",)),
    ("no file is small enough", _settings("max_file_bytes = 0"), (2,), ("max_file_bytes",)),
    ("no disk is large enough", _settings(f"min_free_bytes = {10**18}"), (2,), ("min_free_bytes",)),
    ("a group that is none", _settings('people_group = "no such group"'), (2,), ("people_group",)),
    ("a group that is a path", _settings('people_group = "../root"'), (2,), ("people_group",)),
    ("an alert that is no list", _settings('alerts = "mail"'), (2,), ("alerts",)),
    ("a program of alerts that is not there", _settings('alerts.command = ["/nonexistent"]'), (0,), ()),
    ("a folder for settings", partial(_as_folder, "workspace.toml"), (2,), ("workspace.toml",)),
    ("a pipe for settings", partial(_as_pipe, "workspace.toml"), (2,), ("workspace.toml",)),
    ("settings in Latin-1", partial(_write, "workspace.toml", b"# \xe9\n"), (2,), ("workspace.toml",)),
    ("lists in lists", _settings("x = " + "[" * 20_000 + "]" * 20_000), (2,), ("workspace.toml",)),
)

OF_A_WAREHOUSE: Rows = (
    ("no TOML", _warehouse("name = ["), (2,), ("W1.toml",)),
    ("no allocator", partial(_write, "warehouses/W1.toml", 'name = "x"'), (2,), ("W1.toml", "allocator")),
    ("another allocator", _warehouse('allocator = "wms"'), (2,), ("W1.toml", "allocator")),
    ("a zone that is none", _warehouse('time_zone = "Mars/Base"'), (2,), ("W1.toml", "time_zone")),
    ("no working day", _warehouse("working_days = []"), (2,), ("W1.toml", "working_days")),
    ("a day that is none", _warehouse('working_days = ["fun"]'), (2,), ("W1.toml", "working_days")),
    ("hour 25", _warehouse("cut_off = 25:00:00"), (2,), ("W1.toml",)),
    (
        "ten years of holidays",
        _warehouse(
            "holidays = ["
            + ",".join(f"{2026 + n // 336}-{1 + n % 336 // 28:02}-{1 + n % 28:02}" for n in range(3_360))
            + "]"
        ),
        (0, 2),
        (),
    ),
    ("a dock of ages", _warehouse(f"dock_to_stock_days = {HUGE}"), (2,), ("W1.toml", "dock_to_stock_days")),
    ("a dock below nought", _warehouse("dock_to_stock_days = -1"), (2,), ("W1.toml", "dock_to_stock_days")),
    (
        "a release of ages",
        _warehouse(f"overdue_release_days = {HUGE}"),
        (2,),
        ("W1.toml", "overdue_release_days"),
    ),
    ("no release", _warehouse("max_release_lines = 0"), (2,), ("W1.toml", "max_release_lines")),
    ("picks into a file", _warehouse('delivery_folder = "workspace.toml/x"'), (2, 30), ("workspace.toml",)),
    ("picks into the kernel", _warehouse('delivery_folder = "/proc/x"'), (2, 30), ("/proc/x",)),
    ("picks into the books", _warehouse('delivery_folder = "ledger"'), (2,), ("delivery_folder",)),
    ("picks with a nought byte", _warehouse('delivery_folder = "a\\u0000b"'), (2,), ("delivery_folder",)),
    (
        "a second file with a line end in its name",
        partial(_write, "warehouses/W\n2.toml", WAREHOUSE),
        (2,),
        ("warehouses",),
    ),
    ("a second file that is an option", partial(_write, "warehouses/-W.toml", WAREHOUSE), (2,), ("-W",)),
    ("a second file with markup", partial(_write, "warehouses/[red]W.toml", WAREHOUSE), (2,), ("[red]W",)),
    ("a folder for a warehouse", partial(_as_folder, "warehouses/W1.toml"), (2,), ("W1.toml",)),
    ("a pipe for a warehouse", partial(_as_pipe, "warehouses/W1.toml"), (2,), ("W1.toml",)),
    ("no warehouse", partial(_remove, "warehouses"), (2,), ("warehouse",)),
)

OF_FOLDERS: Rows = (
    ("no inbound", partial(_remove, "inbound"), (0, 2), ()),
    ("no clients", partial(_remove, "clients"), (4,), ("no client",)),
    ("no outbox", partial(_remove, "outbox"), (0,), ()),
    ("no archive", partial(_remove, "archive"), (0,), ()),
    ("no landing", partial(_remove, "landing"), (0,), ()),
    ("nothing published", partial(_remove, "published"), (0,), ()),
    ("a file for the outbox", partial(_as_file, "outbox"), (2, 30), ("outbox",)),
    ("a file for an outbox of a warehouse", partial(_as_file, "outbox/W1"), (30,), ("outbox",)),
    ("a file for the archive", partial(_as_file, "archive"), (2, 30), ("archive",)),
    ("a file for the landing", partial(_as_file, "landing"), (2,), ("landing",)),
    ("a file for what is published", partial(_as_file, "published"), (2, 30), ("published",)),
    ("a file for staging", partial(_as_file, "staging"), (2,), ("staging",)),
    ("a file for inbound", partial(_as_file, "inbound"), (0, 2), ()),
    ("a file for the books", partial(_as_file, "ledger"), (2, 40), ("ledger",)),
    ("a folder for the lock", partial(_as_folder, "run.lock"), (2,), ("run.lock",)),
    ("a new client, named as an old one in capitals", _namesake, (4,), ("only in capitals",)),
    ("a link that goes round", _loop, (0,), ()),
    ("rubbish in staging", partial(_write, "staging/x/y.parquet", b"rubbish"), (0,), ()),
    ("rubbish in landing", partial(_write, "landing/incoming/y", b"rubbish"), (2,), ("incoming",)),
    ("rubbish as the next version", partial(_write, "published/v000002/x", b"rubbish"), (0, 2, 30), ()),
    ("current is a file", partial(_as_file, "published/current"), (0, 30), ()),
    ("current is a folder", partial(_as_folder, "published/current"), (2,), ("current",)),
)


def _of_books() -> Rows:
    """Each kind of damage of each kind of file of the books."""
    harms = (("is gone", _gone), ("is cut", _cut), ("is garbage", _garbage), ("has another bit", _change))
    places = (
        ("control.sqlite", "ledger/control.sqlite", "control.sqlite"),
        ("people.sqlite", "ledger/people.sqlite", "people.sqlite"),
        ("a segment", "ledger/segments/**/*.*", "segments"),
    )
    return tuple(
        (f"{label} {words}", partial(harm, place), (40,), (said,))
        for label, place, said in places
        for words, harm in harms
    )


DAMAGE: Rows = (
    *_of_books(),
    ("control.sqlite is of a newer program", _newer, (2, 40), ("control.sqlite|newer",)),
    ("control.sqlite was edited by hand", _edited, (40,), ("control.sqlite",)),
    ("people.sqlite stands in for control.sqlite", _swapped, (40,), ("control.sqlite",)),
    ("all books are gone", partial(_remove, "ledger"), (40,), ("ledger",)),
    ("a pipe for control.sqlite", partial(_as_pipe, "ledger/control.sqlite"), (2, 40), ("control.sqlite",)),
    ("a folder for people.sqlite", partial(_as_folder, "ledger/people.sqlite"), (2, 40), ("people.sqlite",)),
    ("a journal that nobody wrote", _stray_journal, (0, 40), ()),
)

FELT = ("ten years of holidays", "no inbound", "no clients", "a file for inbound", "a link that goes round")
"""What changes the night of all, as it should."""


def _trouble(kind: str, row: Row) -> Trouble:
    return Trouble(kind, *row, is_felt=row[0] in FELT)


TROUBLES = (
    *(_trouble("workspace's settings", trouble) for trouble in OF_THE_WORKSPACE),
    *(_trouble("warehouse's settings", trouble) for trouble in OF_A_WAREHOUSE),
    *(_trouble("folders", trouble) for trouble in OF_FOLDERS),
    *(_trouble("damage", trouble) for trouble in DAMAGE),
)
