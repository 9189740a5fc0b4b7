"""Taking a person out of a pick list on paper that no warehouse has fetched yet."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from flows.erasing.published import is_of, without_people
from flows.outbound.documents import path_label
from flows.outbound.warehouses.forms import read_picks
from flows.outbound.warehouses.papers import facts_of
from flows.outbound.warehouses.pick_list import print_pick_list
from flows.outbound.warehouses.picks import PICK_FILE
from schemas.night import AsOf

if TYPE_CHECKING:
    from pathlib import Path

    from flows.configuration import Configuration
    from flows.erasing.published import Wanted
    from flows.workspace import Workspace


def find_paper_change(
    place: Path, workspace: Workspace, wanted: Wanted, configuration: Configuration
) -> dict[Path, bytes | None]:
    """What becomes of a pick list that names the orders: printed again without the persons.

    Nobody reads a name out of it, so the pick file beside it says whom it names. Where the warehouse has
    fetched that one, the paper goes, unless the file of its version says that it names none of them.
    """
    beside = [path for path in (place.with_suffix(ending) for ending in (".csv", ".xlsx")) if path.is_file()]
    if not beside:
        published = sorted(workspace.published.glob(f"v*/picks/*/{place.stem}.csv"))
        names = [not read_picks(path.read_bytes())[0].filter(is_of(wanted)).is_empty() for path in published]
        return {place: None} if any(names) or not names else {}
    rows, _ = read_picks(beside[0].read_bytes())
    if rows.filter(is_of(wanted)).is_empty():
        return {}
    named = PICK_FILE.fullmatch(place.name)
    label, night, run = (named["warehouse"], named["date"], named["run"]) if named else ("", "", "")
    sites = {path_label(name): site for name, site in configuration.warehouses.items()}
    facts = facts_of(label, sites.get(label), AsOf(date.fromisoformat(night), int(run)))
    printed = b"".join(print_pick_list(without_people(rows, wanted), facts))
    return {} if printed == place.read_bytes() else {place: printed}
