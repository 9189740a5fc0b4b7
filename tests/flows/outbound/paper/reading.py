"""What a reader finds on a PDF: its text and its barcodes, as programs of others read them."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

POINTS_OF_A_SCAN = "200"
"""To the inch: what an office scanner has."""


def text_of(pdf: Path) -> str:
    """The text of all pages, line by line; pages end with a form feed."""
    return _said("pdftotext", "-layout", str(pdf), "-")


def codes_of(pdf: Path, scratch: Path) -> list[str]:
    """What the barcodes of all pages say, in their order."""
    _said("pdftoppm", "-r", POINTS_OF_A_SCAN, "-gray", "-png", str(pdf), str(scratch / "page"))
    pages = sorted(scratch.glob("page*.png"))
    return [code for page in pages for code in _said("zbarimg", "--quiet", "--raw", str(page)).split()]


def _said(program: str, *arguments: str) -> str:
    """What a program prints; a test that needs it is left out where it is not."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    done = subprocess.run([program, *arguments], check=True, capture_output=True)
    return done.stdout.decode()
