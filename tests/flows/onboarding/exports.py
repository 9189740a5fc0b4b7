"""Files as well-known programs write them, rebuilt from their public lists of columns; people are made up."""

from __future__ import annotations

from pathlib import Path

SAMPLES = Path(__file__).parent / "samples"


def _read(name: str) -> str:
    """The text of a sample."""
    return (SAMPLES / name).read_text("utf-8")


SHOPIFY = _read("shopify.csv")
WOOCOMMERCE = _read("woocommerce.csv")
AMAZON = _read("amazon.txt")
AMAZON_ALL = _read("amazon_all.txt")
SQUARE = _read("square.csv")
GERMAN_RECEIPTS = _read("german_receipts.csv")
"""As a spreadsheet writes it, but in UTF-8: a title above, a total below."""
FRENCH_STOCK = _read("french_stock.csv")
AMBIGUOUS_RECEIPTS = _read("ambiguous_receipts.csv")
