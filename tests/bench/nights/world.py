"""A made world: who its clients are, what they sell, and the settings of its workspace."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from schemas.settings.workspace import WorkspaceSettings
from tests.bench.merchants import WAREHOUSES, Merchant

if TYPE_CHECKING:
    from pathlib import Path

FIRST_NIGHT = date(2026, 3, 2)
LINES_A_SKU = 60
WAREHOUSE = 'allocator = "us"\nworking_days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]\n'
"""Every day is a shipping day, so that what a night releases is confirmed before the next one."""

CLIENT = """name = "{client_id}"
warehouses = [{warehouses}]
[notices]
mode = "{mode}"
reply_to = "care@example.com"
[feeds.stock]
count_basis = "physical"
count_scope = "rows"
"""


@dataclass(frozen=True)
class World:
    """What a seed makes.

    Attributes:
        lines: order lines of the first night, of all clients together.
        clients: who share them evenly.
        notices: whether buyers are told (`mode = "live"`).
        only: the one client that the workspace has; empty: it has all of them.
        is_full: every shelf holds more than anybody will ever order; else seven of ten hold all that the
            first night wants, two nothing, one half.
        settings: keys of `workspace.toml`.
        seed: of chance.
    """

    lines: int
    clients: int = 20
    notices: bool = False
    only: str = ""
    is_full: bool = False
    settings: tuple[tuple[str, int], ...] = ()
    seed: int = 1

    @property
    def merchants(self) -> tuple[Merchant, ...]:
        """All clients that the seed makes, also where the workspace has one of them."""
        return tuple(Merchant(name_client(number)) for number in range(1, self.clients + 1))

    @property
    def skus(self) -> int:
        """SKUs of each client."""
        return max(self.lines // LINES_A_SKU // self.clients, 1)

    @property
    def present(self) -> list[str]:
        """The clients of the workspace."""
        return [self.only] if self.only else [merchant.client_id for merchant in self.merchants]


def name_client(number: int) -> str:
    """The client of a number from 1 on."""
    return f"c{number:03}"


def date_of(night: int) -> date:
    """The business date of a night, the first of which is 0."""
    return FIRST_NIGHT + timedelta(days=night)


def make_workspace(root: Path, world: World) -> Path:
    """A workspace with the world's settings, into which nothing was dropped yet.

    A setting that the program does not know (yet) is left out, so that older trees can be measured.
    """
    for folder in ("clients", "warehouses", "inbound"):
        (root / folder).mkdir(parents=True)
    (root / "inbound").chmod(0o700)  # as the program closes it, which it would tell
    known = {"settle_seconds": 0, **dict(world.settings)}
    lines = (f"{name} = {value}\n" for name, value in known.items() if name in WorkspaceSettings.model_fields)
    (root / "workspace.toml").write_text("".join(lines), "utf-8")
    for name in WAREHOUSES:
        (root / "warehouses" / f"{name}.toml").write_text(WAREHOUSE, "utf-8")
    warehouses = ", ".join(f'"{name}"' for name in WAREHOUSES)
    mode = "live" if world.notices else "off"
    for client_id in world.present:
        text = CLIENT.format(client_id=client_id, warehouses=warehouses, mode=mode)
        (root / "clients" / f"{client_id}.toml").write_text(text, "utf-8")
    return root
