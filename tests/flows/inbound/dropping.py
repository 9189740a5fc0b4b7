"""Workspaces with dropped files, for the tests of the door."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.configuration import Configuration
from flows.inbound.taking.landing import LandedFile, land_arrivals
from flows.inbound.taking.scan import scan_inbound
from flows.workspace import Workspace
from schemas.settings.client import Client, Feeds, FeedSettings
from schemas.settings.workspace import WorkspaceSettings

if TYPE_CHECKING:
    from pathlib import Path

    from flows.inbound.taking.arrival import Arrival

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
LONG_AGO = NOW.timestamp() - 3600

ACME = Client(client_id="acme", name="Acme", warehouses=("W1",))
BOLT = Client(
    client_id="bolt", name="Bolt", warehouses=("W1",), feeds=Feeds(receipts=FeedSettings(files="rec*.csv"))
)


def configured(settings: WorkspaceSettings | None = None) -> Configuration:
    """Two clients, and one whose file is broken."""
    clients = {"acme": ACME, "bolt": BOLT}
    return Configuration(settings or WorkspaceSettings(), clients, {}, {"torn": "clients/torn.toml: name"})


def workspace_in(root: Path) -> Workspace:
    """A workspace with the folders of one client and feed."""
    workspace = Workspace(root)
    (workspace.inbound / "acme" / "orders").mkdir(parents=True)
    return workspace


def drop(workspace: Workspace, place: str, content: bytes = b"order_id\nO1\n") -> Path:
    """A file dropped an hour ago."""
    path = workspace.inbound / place
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def seen_in(workspace: Workspace, settings: WorkspaceSettings | None = None) -> list[Arrival]:
    """What a look sees."""
    return scan_inbound(workspace, configured(settings), now=NOW)


def landed_in(workspace: Workspace) -> tuple[LandedFile, ...]:
    """The files of a look, landed."""
    return land_arrivals(seen_in(workspace), workspace, clock=lambda: NOW).files
