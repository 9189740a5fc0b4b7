"""A disk after a power cut, from the log of what was written to it.

The model: what a file holds is durable after its fsync; what a folder holds (files made, renamed,
removed in it, links, folders) after the folder's fsync. After a sync of the file system both hold for the
folder that it was made for and all below; whatever else it reaches, the program must not rely on. A commit
of SQLite is one durable operation (see `flows.disk.durable.commit`). A mode is durable at once: losing one
only makes a file writable.

Everything that was not synced may be lost or may not; three extremes and a mixture are replayed (`Loss`).
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import Enum
from functools import cache
from operator import itemgetter
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class Loss(Enum):
    """What of the unsynced is gone."""

    EVERYTHING = "entries and bytes"
    BYTES = "bytes: names stand, over files that are empty or old"
    SOME = "the entries and bytes of every second name, as its hash has it"
    NOTHING = "nothing: as after a kill"


@dataclass
class Node:
    """A file, link or folder: as the program sees it, and as it stands on the disk."""

    kind: str
    content: bytes = b""
    synced: bytes = b""
    target: str = ""
    mode: int | None = None
    entries: dict[str, Node] = field(default_factory=dict)
    synced_entries: dict[str, Node] = field(default_factory=dict)

    def sync(self) -> None:
        """What it holds now is on the disk."""
        self.synced = self.content
        self.synced_entries = dict(self.entries)


class Disk:
    """The workspace below one folder, changed by operations of the log."""

    def __init__(self, payloads: Path, start: Path | None = None) -> None:
        self.payloads = payloads
        self.root = Node("folder")
        if start is not None:
            _load(start, self.root)

    def apply(self, line: dict[str, Any]) -> None:
        """Do one logged operation."""
        if line["path"].split("/")[0] == "..":
            return  # a folder above the workspace
        operation: Callable[[dict[str, Any]], None] = getattr(self, f"_{line['op']}")
        operation(line)

    def digest(self, loss: Loss) -> str:
        """One hash over every name, link, mode and byte that is left after a cut."""
        found = hashlib.sha256()
        for line in _describe(self.root, "", loss):
            found.update(line.encode())
        return found.hexdigest()

    def write_to(self, folder: Path, loss: Loss) -> Path:
        """The state after a cut, as a real folder."""
        _unload(self.root, folder, loss)
        return folder

    def _find(self, path: str) -> Node | None:
        node: Node | None = self.root
        for part in PurePosixPath(path).parts:
            node = node.entries.get(part) if node else None
        return node

    def _holder(self, path: str) -> tuple[Node, str]:
        """The folder of a path, and the name in it; folders that others made are taken as durable."""
        node = self.root
        *above, name = PurePosixPath(path).parts
        for part in above:
            if part not in node.entries:
                node.entries[part] = node.synced_entries[part] = Node("folder")
            node = node.entries[part]
        return node, name

    def _put(self, path: str, node: Node) -> Node:
        holder, name = self._holder(path)
        holder.entries[name] = node
        return node

    def _take(self, path: str) -> Node:
        holder, name = self._holder(path)
        return holder.entries.pop(name)

    def _bytes(self, line: dict[str, Any], path: str) -> bytes:
        content: str = line["files"][path]["sha256"]
        return (self.payloads / content).read_bytes()

    def _open(self, line: dict[str, Any]) -> None:
        node = self._find(line["path"]) or self._put(line["path"], Node("file"))
        node.content = b""
        if line["target"]:
            node.mode = int(line["target"], 8)

    def _write(self, line: dict[str, Any]) -> None:
        node = self._find(line["path"])
        assert node is not None
        node.content += self._bytes(line, line["path"])

    def _fsync(self, line: dict[str, Any]) -> None:
        node = self._find(line["path"]) or self._put(line["path"], Node("file"))
        if line["files"]:
            node.content = self._bytes(line, line["path"])
        node.sync()

    def _fsync_folder(self, line: dict[str, Any]) -> None:
        node = self._find(line["path"])
        if node is not None:
            node.sync()

    def _syncfs(self, line: dict[str, Any]) -> None:
        for path in line["files"]:
            file = self._find(path) or self._put(path, Node("file"))
            file.content = self._bytes(line, path)
        node = self._find(line["path"])
        assert node is not None, f"{line['path']} is synced, which is not there"
        _sync_below(node)

    def _rename(self, line: dict[str, Any]) -> None:
        self._put(line["target"], self._take(line["path"]))

    def _mkdir(self, line: dict[str, Any]) -> None:
        if line["path"] != ".":
            self._put(line["path"], Node("folder"))

    def _unlink(self, line: dict[str, Any]) -> None:
        self._take(line["path"])

    def _rmdir(self, line: dict[str, Any]) -> None:
        self._take(line["path"])

    def _link(self, line: dict[str, Any]) -> None:
        node = self._find(line["path"])
        assert node is not None, f"a second name for {line['path']}, which is not there"
        self._put(line["target"], node)

    def _symlink(self, line: dict[str, Any]) -> None:
        self._put(line["path"], Node("link", target=line["target"]))

    def _chmod(self, line: dict[str, Any]) -> None:
        # A file that was never synced is one that the log has not heard of: its bytes may all be lost.
        node = self._find(line["path"]) or self._put(line["path"], Node("file"))
        node.mode = int(line["target"], 8)

    def _commit(self, line: dict[str, Any]) -> None:
        for path in line["files"]:
            holder, name = self._holder(path)
            node = holder.entries.setdefault(name, Node("file"))
            node.content = self._bytes(line, path)
            node.sync()
            holder.synced_entries[name] = node


def read_log(log: Path) -> list[dict[str, Any]]:
    """The operations of a log folder, in order."""
    return [json.loads(line) for line in (log / "operations.jsonl").read_text(encoding="utf-8").splitlines()]


def replay(log: Path, upto: int, folder: Path, *, loss: Loss, start: Path | None = None) -> Path:
    """`folder`, as the workspace stands when the power is cut after `upto` operations.

    `start` is a copy of the workspace before the first operation, taken as durable.
    """
    disk = Disk(log / "payloads", start)
    for line in read_log(log)[:upto]:
        disk.apply(line)
    return disk.write_to(folder, loss)


def _load(place: Path, node: Node) -> None:
    """Take what lies in a folder as durable."""
    for entry in sorted(place.iterdir()):
        if entry.is_symlink():
            child = Node("link", target=str(entry.readlink()))
        elif entry.is_dir():
            child = Node("folder")
            _load(entry, child)
        else:
            child = Node("file", content=entry.read_bytes())
        child.sync()
        node.entries[entry.name] = child
    node.sync()


def _sync_below(node: Node) -> None:
    """A node and all below it are on the disk."""
    node.sync()
    for child in node.entries.values():
        _sync_below(child)


def _describe(node: Node, path: str, loss: Loss) -> Iterator[str]:
    """A line for each node that is left, in order of the paths."""
    yield f"{path}\n{node.kind} {node.mode} {node.target}\n{_hash(_bytes_left(node, path, loss))}\n"
    if node.kind == "folder":
        for name, child in sorted(_left(node, path, loss), key=itemgetter(0)):
            yield from _describe(child, f"{path}/{name}", loss)


@cache
def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _unload(node: Node, folder: Path, loss: Loss, path: str = "") -> None:
    """Write what is left of the node at a path below a folder."""
    place = folder / path.lstrip("/")
    if node.kind == "link":
        place.symlink_to(node.target)
        return
    if node.kind == "file":
        place.write_bytes(_bytes_left(node, path, loss))
    else:
        place.mkdir(parents=True, exist_ok=True)
        for name, child in _left(node, path, loss):
            _unload(child, folder, loss, f"{path}/{name}")
    if node.mode is not None:
        place.chmod(node.mode)


def _bytes_left(node: Node, path: str, loss: Loss) -> bytes:
    """What is left of a file."""
    is_left = loss is Loss.NOTHING or (loss is Loss.SOME and _is_lucky(f"{path}/"))
    return node.content if is_left else node.synced


def _left(folder: Node, path: str, loss: Loss) -> Iterator[tuple[str, Node]]:
    """The entries of a folder that are left."""
    if loss is not Loss.SOME:
        yield from (folder.synced_entries if loss is Loss.EVERYTHING else folder.entries).items()
        return
    for name in sorted({*folder.entries, *folder.synced_entries}):
        stands = folder.entries if _is_lucky(f"{path}/{name}") else folder.synced_entries
        if name in stands:
            yield name, stands[name]


def _is_lucky(name: str) -> bool:
    """Of every second name: what was not synced is there all the same."""
    return hashlib.sha256(name.encode()).digest()[0] % 2 == 0
