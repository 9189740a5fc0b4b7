"""The workbooks of other cases, saved again by LibreOffice: what they say was known before they were made.

Text that it opens by itself is left out: it makes 123 of 000123 before anybody could see the noughts.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.trials.defects.judging import Case

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PROGRAM = "soffice"
SECONDS = 300

CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"
"""Commas, UTF-8, cells as they are shown, quotation marks only where they are needed."""

TYPED = ("typed days", "typed ids", "typed numbers")
"""Families whose cells are no texts: as text they are written as their format shows them."""


def is_there() -> bool:
    """Whether LibreOffice is installed."""
    return shutil.which(PROGRAM) is not None


def save_again(files: Mapping[str, bytes], ending: str, to: str) -> dict[str, bytes]:
    """Files that LibreOffice has opened and saved, by the same names without their endings.

    Args:
        files: contents by name, without ending.
        ending: which they have before.
        to: ending that they get, or the filter that writes them.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        given = [place / f"{name}.{ending}" for name in files]
        for path, content in zip(given, files.values(), strict=True):
            path.write_bytes(content)
        own = f"-env:UserInstallation={(place / 'profile').as_uri()}"
        made = place / "made"
        subprocess.run(
            [PROGRAM, own, "--headless", "--convert-to", to, "--outdir", made, *given],
            check=True,
            capture_output=True,
            timeout=SECONDS,
        )
        return {name: (made / f"{name}.{to.partition(':')[0]}").read_bytes() for name in files}


def saved_again(cases: Iterable[Case]) -> Iterator[Case]:
    """The cases of workbooks as LibreOffice saves them, as workbooks and as text."""
    made = list(cases)
    as_text = {(case.family, case.defect): case for case in made if case.format_name == "csv"}
    workbooks = (case for case in made if case.format_name == "xlsx" and case.family != "packing")
    books = {f"book{place}": case for place, case in enumerate(workbooks)}
    contents = {name: case.content for name, case in books.items()}
    saved = save_again(contents, "xlsx", "xlsx")
    yield from (
        replace(case, format_name="xlsx of LibreOffice", content=saved[name]) for name, case in books.items()
    )
    texts = {name: case for name, case in books.items() if case.family not in TYPED}
    saved = save_again({name: contents[name] for name in texts}, "xlsx", CSV)
    for name, case in texts.items():
        known = as_text.get((case.family, case.defect), case)
        yield replace(known, format_name="csv of LibreOffice", content=saved[name])
    own = save_again({"book": contents["book0"]}, "xlsx", "ods")["book"]
    yield Case("ods of LibreOffice", "packing", "its own format", own, refusal="unreadable")
