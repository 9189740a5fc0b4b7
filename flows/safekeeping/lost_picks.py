"""What was handed out after a backup, as far as it can be seen: pick files of versions and of warehouses."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.runs.deliveries import find_undelivered
from flows.ledger.runs.handed_out import COLUMNS, SCHEMA
from flows.outbound.versions.publish import published_versions, version_folder
from flows.outbound.warehouses.forms import read_picks
from schemas.errors import ConfigurationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from flows.ledger.store.ledger import Ledger
    from flows.workspace import Workspace

PICK_FILE = re.compile(r"picks_(.+)_\d{4}-\d{2}-\d{2}_\d+\.(?:csv|xlsx)")


@dataclass(frozen=True)
class LostPicks:
    """Rows that were handed out and that restored books know nothing of."""

    rows: pl.DataFrame
    unseen: list[str] = field(default_factory=list)
    """Why nobody can see all of them here; empty: these are all."""


def find_lost_picks(workspace: Workspace, books: Ledger, version: int, given: Iterable[Path]) -> LostPicks:
    """What the workspace that is to be replaced published, or what is given, and is not known to the books.

    A release that the books made and whose delivery they had not noted yet may have been handed out, too.

    Raises:
        ConfigurationError: a file that is given is no pick file of ours.
    """
    standing = published_versions(workspace) if workspace.published.is_dir() else []
    unseen = [] if standing and standing[-1] >= version else [f"nothing is published below {workspace.root}"]
    folders = {number: version_folder(workspace, number) / "picks" for number in standing}
    unseen += [
        f"the picks of {folder.parent.name} are deleted"
        for number, folder in folders.items()
        if number > version and not folder.is_dir()
    ]
    published = (path for folder in folders.values() for path in sorted(folder.glob("*/*")))
    places = [*(path for path in published if PICK_FILE.fullmatch(path.name)), *_given_files(given)]
    rows = pl.concat([pl.DataFrame(schema=SCHEMA).select(COLUMNS), *map(_read, places)])
    lost = rows.join(_delivered(books, rows), on="release_id", how="anti", maintain_order="left")
    return LostPicks(lost.unique("release_id", keep="last", maintain_order=True), unseen)


def _delivered(books: Ledger, rows: pl.DataFrame) -> pl.DataFrame:
    """The releases of these rows of which the books know that the warehouse has them: `release_id`."""
    schema = {"business_date": pl.String, "run_no": pl.Int64, "warehouse_id": pl.String}
    undelivered = pl.DataFrame(find_undelivered(books.connection), schema=schema, orient="row").with_columns(
        pl.col("business_date").str.to_date()
    )
    asked = rows.select("release_id").unique().lazy()
    parts = [
        releases.join(asked, on="release_id", how="semi")
        .join(undelivered.lazy(), on=list(schema), how="anti")
        .select("release_id")
        for releases in books.scan_history("allocations")
    ]
    return pl.concat([pl.DataFrame(schema={"release_id": pl.String}), *map(pl.LazyFrame.collect, parts)])


def _given_files(given: Iterable[Path]) -> Iterator[Path]:
    """The pick files that somebody names, or that lie in folders that he names."""
    for place in given:
        found = sorted(place.rglob("picks_*")) if place.is_dir() else [place]
        yield from (path for path in found if place == path or PICK_FILE.fullmatch(path.name))


def _read(path: Path) -> pl.DataFrame:
    """The rows of a pick file, with the warehouse that its name tells."""
    named = PICK_FILE.fullmatch(path.name)
    try:
        rows, _ = read_picks(path.read_bytes())
        told = rows.with_columns(
            warehouse=pl.lit(named[1] if named else None, pl.String), file_name=pl.lit(path.name)
        )
        return told.select(COLUMNS)
    except (OSError, pl.exceptions.PolarsError) as error:
        message = f"{path} cannot be read as a pick file of ours: {str(error).splitlines()[0]}"
        raise ConfigurationError(message) from error
