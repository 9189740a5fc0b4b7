"""A simulation for programs: as JSON, and as CSV that a spreadsheet opens safely."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import polars.selectors as cs

from flows.outbound.documents import csv_content
from schemas.errors import ConfigurationError
from transforms.texts import neutral_text

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from flows.simulating.simulation import Simulation


def describe_simulation(simulation: Simulation) -> dict[str, Any]:
    """A simulation as machines read it: every figure, and every order that gains or loses."""
    return {
        "nights": [str(night) for night in simulation.nights],
        "policies": list(simulation.policies),
        "figures": _rows(simulation.figures),
        "orders": _rows(simulation.orders),
        "notes": list(simulation.notes),
    }


def policies_csv(simulation: Simulation) -> bytes:
    """A row a client and policy."""
    return csv_content(simulation.figures.with_columns(neutral_text(cs.string())))


def write_simulation(simulation: Simulation, folder: Path) -> list[Path]:
    """The files that a simulation became in a folder, which is made where there is none.

    Raises:
        ConfigurationError: they cannot be written there.
    """
    page = json.dumps(describe_simulation(simulation), indent=2, ensure_ascii=False)
    orders = csv_content(simulation.orders.with_columns(neutral_text(cs.string())))
    contents = {
        folder / "policies.csv": policies_csv(simulation),
        folder / "orders.csv": orders,
        folder / "simulation.json": f"{page}\n".encode(),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path, content in contents.items():
            path.write_bytes(content)
    except OSError as error:
        message = f"{folder}: {error.strerror}; name a folder that can be written with --output"
        raise ConfigurationError(message) from error
    return list(contents)


def _rows(table: pl.DataFrame) -> list[dict[str, Any]]:
    """Rows with dates as text, and whole numbers where they are whole."""
    return [{name: _plain(value) for name, value in row.items()} for row in table.iter_rows(named=True)]


def _plain(value: Any) -> Any:  # noqa: ANN401 -- any value of a table
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, str | int | float | None) else str(value)
