"""A watch over durable writing: stops the program at a named point, and logs every operation.

Off (the normal case) it costs one comparison. A test switches it on with `watching`, or for a whole
process through the environment:

- `BACKORDERS_STOP_AT=k` kills the process, as kill -9 would, at its k-th fault point;
- `BACKORDERS_LIST_POINTS=FILE` appends the name of every point that was passed;
- `BACKORDERS_OPERATION_LOG=FOLDER` with `BACKORDERS_OPERATION_ROOT=WORKSPACE` keeps the log from
  which a power cut can be replayed (`tests/crash`): `operations.jsonl`, and the bytes in `payloads/`.
"""

from __future__ import annotations

import hashlib
import json
import os
import signal
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import TypeVar

    T = TypeVar("T")


class Operation(NamedTuple):
    """One primitive change of the disk."""

    name: str
    path: Path
    target: str = ""
    """Where a rename or a second name goes (a path), what a new symlink holds (its text), or a mode."""
    payload: Callable[[], Mapping[Path, bytes]] | None = None
    """Bytes that the operation put into files; asked for only when a log is kept."""


@dataclass
class FaultPlan:
    """Counts fault points and stops the process at one of them."""

    stop_at: int | None = None
    list_to: Path | None = None
    passed: int = 0

    def reach(self, point: str) -> None:
        """Count the point; never returns from the one that was chosen."""
        self.passed += 1
        if self.list_to is not None:
            with self.list_to.open("a", encoding="utf-8") as points:
                points.write(f"{point}\n")
        if self.passed == self.stop_at:
            os.kill(os.getpid(), signal.SIGKILL)


@dataclass
class OperationLog:
    """Appends each operation, with paths relative to the workspace and the bytes kept by their hash."""

    folder: Path
    root: Path
    _written: set[str] = field(default_factory=set)

    def append(self, operation: Operation) -> None:
        """Add one line, after the operation was done."""
        payload = operation.payload() if operation.payload else {}
        line = {
            "op": operation.name,
            "path": self._relative(operation.path),
            "target": self._target(operation),
            "files": {self._relative(path): self._keep(content) for path, content in payload.items()},
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "operations.jsonl").open("a", encoding="utf-8") as log:
            log.write(json.dumps(line, sort_keys=True) + "\n")

    def _target(self, operation: Operation) -> str:
        return (
            self._relative(Path(operation.target))
            if operation.name in {"rename", "link"}
            else operation.target
        )

    def _relative(self, path: Path) -> str:
        return os.path.relpath(path, self.root)

    def _keep(self, content: bytes) -> dict[str, str | int]:
        """Hash and length of the bytes, which are kept as a file named by the hash."""
        name = hashlib.sha256(content).hexdigest()
        if name not in self._written:
            place = self.folder / "payloads" / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(content)
            self._written.add(name)
        return {"sha256": name, "len": len(content)}


@dataclass(frozen=True)
class Watch:
    """What looks on while the program writes."""

    plan: FaultPlan | None = None
    log: OperationLog | None = None

    def reach(self, point: str) -> None:
        """Pass a fault point."""
        if self.plan is not None:
            self.plan.reach(point)

    def done(self, operation: Operation) -> None:
        """Log an operation that was done."""
        if self.log is not None:
            self.log.append(operation)


def watch_of(environment: Mapping[str, str]) -> Watch | None:
    """The watch that the environment asks for; none where it asks for nothing."""
    stop_at, listed, log = (
        environment.get(f"BACKORDERS_{name}") for name in ("STOP_AT", "LIST_POINTS", "OPERATION_LOG")
    )
    if not (stop_at or listed or log):
        return None
    return Watch(
        FaultPlan(int(stop_at) if stop_at else None, Path(listed) if listed else None),
        OperationLog(Path(log), Path(environment["BACKORDERS_OPERATION_ROOT"])) if log else None,
    )


_active = [watch_of(os.environ)]
"""One cell: the watch holds for all threads, since the order of operations is that of the process."""


@contextmanager
def watching(watch: Watch) -> Iterator[Watch]:
    """Look on with `watch` inside the block."""
    before = _active[0]
    _active[0] = watch
    try:
        yield watch
    finally:
        _active[0] = before


def point(name: str) -> None:
    """A named place where a test may stop the program."""
    watch = _active[0]
    if watch is not None:
        watch.reach(name)


def perform(operation: Operation, action: Callable[[], T]) -> T:
    """The action's result, with a fault point before and after it and a line in the log."""
    watch = _active[0]
    if watch is None:
        return action()
    label = f"{operation.name} {operation.path.name}"
    watch.reach(f"before {label}")
    result = action()
    watch.done(operation)
    watch.reach(f"after {label}")
    return result
