"""Options and arguments that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

WorkspaceOption = Annotated[
    Path,
    typer.Option(
        "--workspace",
        "-w",
        envvar="BACKORDERS_WORKSPACE",
        file_okay=False,
        help="Folder of settings, files and results.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for a program instead of tables.")]
PlainOption = Annotated[
    bool | None,
    typer.Option(
        "--plain/--prefect",
        help="Without Prefect, or with a server of its own where none is there (12 s). "
        "Default: with the one that is there (PREFECT_API_URL, `serve`), else without.",
        show_default=False,
    ),
]
ClientArgument = Annotated[str, typer.Argument(metavar="CLIENT", help="Name of the client's file.")]
SkuArgument = Annotated[str, typer.Argument(metavar="SKU", help="Stock-keeping unit, as in the item master.")]
WarehouseArgument = Annotated[str, typer.Argument(metavar="WAREHOUSE", help="Name of the warehouse's file.")]

DEFAULT_WORKSPACE = Path("data")
