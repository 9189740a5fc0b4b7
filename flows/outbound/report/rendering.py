"""The page of a version as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flows.outbound.documents import Document
from flows.outbound.pages.rendering import render_page
from flows.outbound.report.asking import ask_figures
from flows.outbound.versions.front import REPORT
from transforms.reports.night_page.page import build_page

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from schemas.night import AsOf


def render_report(database: Path, as_of: AsOf, clients: Collection[str], scratch: Path) -> Document:
    """`report.html` of a version, from its analyst database; `clients` have settings."""
    figures = ask_figures(database, as_of, scratch)
    return Document(REPORT, render_page("night", page=build_page(figures, as_of, clients)))
