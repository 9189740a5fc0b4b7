"""Names of files, folders and clients, and what is no file."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

from tests.trials.attacks.answer import (
    CLIENT,
    KEPT,
    WAITS,
    Answer,
    Attack,
    left_out,
    orders,
    refused,
    taken,
)

if TYPE_CHECKING:
    from pathlib import Path

WELL = orders()

FILE_NAMES: tuple[tuple[str, bytes, Answer], ...] = (
    ("Latin-1", b"caf\xe9.csv", taken()),
    ("text that looks like escaped bytes", rb"caf\udce9.csv", taken()),
    ("a line end", b"a\nb.csv", taken()),
    ("a tab and a bell", b"a\tb\a.csv", taken()),
    ("codes of a terminal", b"\x1b[2J\x1b[31m.csv", taken()),
    ("a statement of SQL", b"'; DROP TABLE files; --.csv", taken()),
    ("markup of Rich", b"[red]x[nothing].csv", taken()),
    ("an option", b"--workspace=x.csv", taken()),
    ("text from right to left", "\u202evsc.x".encode(), taken()),
    ("255 bytes", b"n" * 251 + b".csv", taken()),
    ("85 characters of three bytes", ("\u4e2d" * 83 + ".csv").encode(), taken()),
    ("a formula", b"=cmd|' C'!A0.csv", taken()),
    ("a blank", b" ", taken()),
    ("a path of another system", rb"C:\..\x.csv", taken()),
    ("a path as in an address", b"%2e%2e%2fx.csv", taken()),
    ("a place in a template", b"{name}{0}{{x}}%s.csv", taken()),
    ("a link of Markdown", b"|a|[x](http.x)`.csv", taken()),
    ("a name that is hidden", b".a.csv", WAITS),
    ("a name that is not whole", b"a.csv.part", WAITS),
    ("a name that is not whole, of an editor", b"a.csv~", WAITS),
)


def _fifo(folder: Path) -> None:
    os.mkfifo(folder / "a.csv")


def _device(folder: Path) -> None:
    os.mknod(folder / "a.csv", 0o20666, os.makedev(1, 5))


def _socket(folder: Path) -> None:
    before = os.getcwd()  # noqa: PTH109 -- the name of a socket is short
    os.chdir(folder)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("a.csv")
    os.chdir(before)


def _link_out(folder: Path) -> None:
    (folder / "a.csv").symlink_to("/etc/passwd")


def _link_to_settings(folder: Path) -> None:
    (folder / "a.csv").symlink_to(folder.parents[2] / "workspace.toml")


def _link_to_itself(folder: Path) -> None:
    (folder / "a.csv").symlink_to("a.csv")


def _link_to_nothing(folder: Path) -> None:
    (folder / "a.csv").symlink_to("gone.csv")


def _folder(folder: Path) -> None:
    (folder / "a.csv" / "b").mkdir(parents=True)
    (folder / "a.csv" / "b" / "a.csv").write_bytes(WELL)


def _feed_is_link(folder: Path) -> None:
    (folder.parent / "away").mkdir()
    (folder.parent / "away" / "a.csv").write_bytes(WELL)
    folder.rmdir()
    folder.symlink_to("away")


def _feed_is_file(folder: Path) -> None:
    folder.rmdir()
    folder.write_bytes(WELL)


def _sparse(folder: Path) -> None:
    with (folder / "a.csv").open("wb") as file:
        file.truncate(400_000_000)


def _hard_link(folder: Path) -> None:
    (folder / "a.csv").write_bytes(WELL)
    (folder / "b.csv").hardlink_to(folder / "a.csv")


def _of_the_future(folder: Path) -> None:
    (folder / "a.csv").write_bytes(WELL)
    os.utime(folder / "a.csv", (7_000_000_000, 7_000_000_000))


def _before_all_time(folder: Path) -> None:
    (folder / "a.csv").write_bytes(WELL)
    os.utime(folder / "a.csv", (-5_000_000_000, -5_000_000_000))


def _many_folders(folder: Path) -> None:
    (folder.parent / "/".join(["d"] * 200)).mkdir(parents=True)
    (folder / "a.csv").write_bytes(WELL)


def _stray(folder: Path) -> None:
    (folder.parent / "a.csv").write_bytes(WELL)


NO_FILE = refused("not_a_file")

KINDS = (
    ("a pipe", _fifo, NO_FILE),
    ("a device", _device, NO_FILE),
    ("a socket", _socket, NO_FILE),
    ("a link out of the workspace", _link_out, NO_FILE),
    ("a link to the workspace's settings", _link_to_settings, NO_FILE),
    ("a link to itself", _link_to_itself, NO_FILE),
    ("a link to nothing", _link_to_nothing, NO_FILE),
    ("a folder with files", _folder, NO_FILE),
    ("a feed's folder that is a link", _feed_is_link, Answer("refused", "not_a_file|unknown_feed")),
    ("a feed's folder that is a file", _feed_is_file, Answer("refused", "not_a_file|unknown_feed")),
    ("a file of 400 MB without content", _sparse, Answer("refused", "bad_encoding|too_large")),
    ("two names of one file", _hard_link, taken()),
    ("a stamp of the year 2191", _of_the_future, taken()),
    ("a stamp of the year 1811", _before_all_time, taken()),
    ("200 folders in each other", _many_folders, taken()),
    ("a file above the feeds", _stray, refused("unknown_feed")),
)

CLIENT_NAMES: tuple[tuple[str, bytes, Answer], ...] = (
    ("Latin-1", b"caf\xe9", left_out("name")),
    ("a line end", b"a\nb", left_out("name")),
    ("codes of a terminal", b"\x1b[31mred", left_out("name")),
    ("markup of Rich", b"[red]x", left_out("name")),
    ("an option", b"-x", left_out("name")),
    ("text from right to left", "a\u202eb".encode(), left_out("name")),
    ("one of two that differ in capitals", b"twin", left_out("TWIN")),
    ("the other of the two", b"TWIN", left_out("twin")),
    ("a formula", b"=1+1", left_out("name")),
    ("a device of another system", b"con", taken()),
    ("a word of SQL", b"select", taken()),
)

STRANGERS: tuple[tuple[str, bytes, str, Answer], ...] = (
    ("an unknown client", b"nobody", "orders", refused("unknown_client")),
    ("an unknown client in Latin-1", b"nobod\xe9", "orders", refused("unknown_client")),
    ("an unknown client with markup", b"[bold]x[nothing]", "orders", refused("unknown_client")),
    ("a hidden folder", b".cache", "orders", WAITS),
)


ATTACKS = (
    *(Attack("file name", name, WELL, answer, file_name=file) for name, file, answer in FILE_NAMES),
    Attack(
        "file name",
        "it does not fit the pattern",
        WELL,
        refused("not_matched"),
        settings=CLIENT.replace("[feeds.stock]", '[feeds.orders]\nfiles = "*.txt"\n[feeds.stock]').encode(),
    ),
    Attack(
        "file name",
        "capitals, where small letters are the pattern",
        WELL,
        taken(KEPT),
        file_name=b"A.CSV",
        settings=CLIENT.replace("[feeds.stock]", '[feeds.orders]\nfiles = "*.csv"\n[feeds.stock]').encode(),
    ),
    *(Attack("kind of file", name, b"", answer, drop=drop) for name, drop, answer in KINDS),
    *(Attack("client name", name, WELL, answer, client=client) for name, client, answer in CLIENT_NAMES),
    *(
        Attack("client name", name, WELL, answer, client=client, feed=feed, settings=None)
        for name, client, feed, answer in STRANGERS
    ),
    Attack("client name", "an unknown feed", WELL, refused("unknown_feed", "orders"), feed="order"),
)
