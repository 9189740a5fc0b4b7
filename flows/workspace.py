"""Where things lie: every path below a workspace, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.pasting import say_command
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Workspace:
    """A folder that holds everything of one operation: its settings, files, ledger and outputs."""

    root: Path

    @property
    def settings_file(self) -> Path:
        """Settings of the whole workspace."""
        return self.root / "workspace.toml"

    @property
    def clients(self) -> Path:
        """One file a client."""
        return self.root / "clients"

    @property
    def warehouses(self) -> Path:
        """One file a warehouse."""
        return self.root / "warehouses"

    @property
    def inbound(self) -> Path:
        """The only place where others may write: `<client>/<feed>/<file>`."""
        return self.root / "inbound"

    @property
    def landing(self) -> Path:
        """Bytes as received, copied and named by their hash."""
        return self.root / "landing"

    @property
    def ledger(self) -> Path:
        """The control and people databases and the segments."""
        return self.root / "ledger"

    @property
    def backups(self) -> Path:
        """The books as they were before their format changed: `format-<number>`, in the form of `ledger`."""
        return self.root / "backups"

    @property
    def staging(self) -> Path:
        """Scratch of a run; can be rebuilt."""
        return self.root / "staging"

    @property
    def published(self) -> Path:
        """One folder a version, and `current`."""
        return self.root / "published"

    @property
    def history(self) -> Path:
        """Months that are over, as Parquet: `<table>/<year>-<month>.parquet`."""
        return self.published / "history"

    @property
    def acks(self) -> Path:
        """Acknowledgements of form, written by day."""
        return self.root / "acks"

    @property
    def outbox(self) -> Path:
        """Pick files copied for the warehouses to fetch."""
        return self.root / "outbox"

    @property
    def archive(self) -> Path:
        """Files moved out of inbound after their night was committed."""
        return self.root / "archive"

    @property
    def log_file(self) -> Path:
        """What runs and looks said, a line of JSON each."""
        return self.root / "log" / "backorders.jsonl"

    @property
    def undone_file(self) -> Path:
        """Chores of nights that were not done."""
        return self.root / "log" / "undone.json"

    @property
    def metrics_file(self) -> Path:
        """Figures of the last run and night, for Prometheus."""
        return self.root / "metrics" / "backorders.prom"

    @property
    def lock_file(self) -> Path:
        """Held by the one process that may write."""
        return self.root / "run.lock"


def is_published(place: Workspace) -> bool:
    """Whether a night was published."""
    return (place.published / "current" / "analytics.duckdb").is_file()


def is_workspace(place: Workspace) -> bool:
    """Whether a folder is one, as far as we may look: it has settings, or a folder of both kinds."""
    try:
        return place.settings_file.is_file() or (place.clients.is_dir() and place.warehouses.is_dir())
    except OSError:
        return False


def require_workspace(place: Workspace) -> None:
    """See to it that a folder is a workspace, before anything is said of it or made in it.

    Raises:
        ConfigurationError: it is none.
    """
    try:
        is_workspace = place.settings_file.exists() or place.clients.is_dir()
    except OSError as error:
        message = f"{str(place.root)[:80]}: {error.strerror}; name another folder with --workspace"
        raise ConfigurationError(message) from error
    if not is_workspace:
        root = place.root.absolute()
        command = say_command("init", str(root))
        message = (
            f"{root} is no workspace: it has neither workspace.toml nor clients/. Name another folder with "
            f"--workspace or BACKORDERS_WORKSPACE, or make one: `{command}`"
        )
        raise ConfigurationError(message)
