"""A workspace with one warehouse, and a client that sends its first files there."""

from __future__ import annotations

from datetime import date, time
from typing import TYPE_CHECKING

from flows.configuration import parse_configuration, read_policies
from flows.onboarding.onboarding import Dropped, Newcomer, look_at_samples
from flows.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    from flows.onboarding.onboarding import Found
    from schemas.settings.client import Client
    from schemas.vocabulary.words import Feed

TODAY = date(2026, 3, 20)
FILE = 'name = "Acme"\nwarehouses = ["W1"]\ntime_zone = "Europe/London"\n'


def make_place(root: Path) -> Workspace:
    """A workspace with one warehouse and no client."""
    (root / "warehouses").mkdir(parents=True)
    (root / "clients").mkdir()
    (root / "warehouses" / "W1.toml").write_text(
        'name = "Leeds"\nallocator = "us"\ntime_zone = "Europe/London"\n'
    )
    return Workspace(root)


def onboard(
    place: Workspace,
    files: dict[str, str | bytes],
    *,
    text: str = FILE,
    counted_at: time | None = None,
    feeds: dict[str, Feed] | None = None,
) -> Found:
    """What is found of the files, by name."""
    dropped = [
        Dropped(name, content.encode() if isinstance(content, str) else content, (feeds or {}).get(name))
        for name, content in files.items()
    ]
    return look_at_samples(place, Newcomer("acme", text, ("W1",), counted_at, TODAY), dropped)


def client_of(place: Workspace, found: Found) -> Client:
    """The client that the written file is."""
    policies = {**read_policies(place), "clients/acme.toml": found.text.encode()}
    configuration = parse_configuration(policies)
    assert configuration.refused == {}
    return configuration.clients["acme"]


def to_decide(found: Found) -> list[str]:
    """The keys that a person decides."""
    return [f"{section.feed}.{guess.key}" for section in found.sections for guess in section.open]


def rows_read(found: Found, *, decided: bool = False) -> list[list[tuple[str | None, ...]]]:
    """Of each file the first rows as they are understood: name, SKU, quantity and time."""
    read: list[list[tuple[str | None, ...]]] = []
    for file in found.files:
        rehearsal = file.as_decided if decided else file.as_written
        assert rehearsal is not None
        assert rehearsal.refusal is None, rehearsal.refusal
        assert rehearsal.rejected.is_empty(), rehearsal.rejected
        rows = rehearsal.understood.first_rows
        read.append([(row.name, row.sku, row.quantity, row.when) for row in rows])
    return read
