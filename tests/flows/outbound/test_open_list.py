"""Commands are shown so that they can be pasted."""

from __future__ import annotations

from pathlib import Path

import pytest

from flows.outbound.open_list import place_command


@pytest.mark.parametrize(
    ("stored", "root", "shown"),
    [
        ("backorders why acme O1 --workspace .", "/srv/data", "backorders why acme O1 --workspace /srv/data"),
        ("backorders why acme . --workspace .", "/srv/data", "backorders why acme . --workspace /srv/data"),
        (
            "backorders stock a 'B 1' --workspace .",
            "/my data",
            "backorders stock a 'B 1' --workspace '/my data'",
        ),
        ("cat ./published/v000001/a.csv", "/srv/data", "cat /srv/data/published/v000001/a.csv"),
        ("cat './published/v000001/a b.csv'", "/srv", "cat '/srv/published/v000001/a b.csv'"),
    ],
)
def test_the_folder_of_the_workspace_is_filled_in(stored: str, root: str, shown: str) -> None:
    assert place_command(stored, Path(root)) == shown
