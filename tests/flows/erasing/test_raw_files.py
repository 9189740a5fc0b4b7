"""Whether the bytes of a received file name an order."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from flows.erasing.raw_files import names_any, stands_in
from tests.transforms.intake.door import client_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas.settings.client import Client

CLIENT = client_of()
ORDERS = "order_id,sku,qty,ordered_at\nO-17,A,5,2026-03-01\nO-18,A,many,2026-03-01\n"


@pytest.mark.parametrize("order_id", ["O-17", "O-18"])
def test_a_file_names_the_orders_of_its_rows_accepted_or_not(order_id: str) -> None:
    assert names_any(ORDERS.encode(), {order_id, "other"}, feed="orders", client=CLIENT)


@pytest.mark.parametrize("order_id", ["17", "5", "A", "O-1"])
def test_what_only_looks_like_the_number_is_another_value(order_id: str) -> None:
    assert not names_any(ORDERS.encode(), {order_id}, feed="orders", client=CLIENT)


def test_a_file_is_read_as_its_client_says() -> None:
    client = client_of(encoding="utf-16", delimiter=";", columns={"order_id": "Nummer"})
    content = "Nummer;sku;qty;ordered_at\nÄ7;A;5;2026-03-01\n".encode("utf-16")
    assert names_any(content, {"Ä7"}, feed="orders", client=client)
    assert not names_any(content, {"A7"}, feed="orders", client=client)


@pytest.mark.parametrize(
    ("feed", "client"),
    [
        ("orders", None),
        ("no_such_feed", CLIENT),
        ("orders", client_of(columns={"order_id": "Nummer"})),
        ("orders", client_of(columns={"ordr": "order_id"})),
        ("orders", client_of(encoding="utf-32")),
    ],
    ids=["no settings", "no feed", "column missing", "mapping refused", "not readable"],
)
def test_a_file_that_cannot_be_read_is_searched_as_text(feed: str, client: Client | None) -> None:
    assert names_any(ORDERS.encode(), {"O-17"}, feed=feed, client=client)
    assert not names_any(ORDERS.encode(), {"O-1", "7"}, feed=feed, client=client)


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16", "utf-16-be", "utf-32"])
def test_a_number_is_found_in_any_usual_encoding(encoding: str) -> None:
    assert stands_in("x;Ä-17;y".encode(encoding), "Ä-17")
    assert not stands_in("x;B-17;y".encode(encoding), "Ä-17")


def test_a_number_that_no_encoding_of_bytes_can_hold_is_found_in_none() -> None:
    assert not stands_in(b"anything", "\N{SNOWMAN}")


def zipped(content: bytes) -> bytes:
    """An archive of one file."""
    archive = io.BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as files:
        files.writestr("o.csv", content)
    return archive.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, zipped])
def test_a_number_is_found_in_packed_bytes_or_may_be_there(pack: Callable[[bytes], bytes]) -> None:
    packed = pack(b"order_id\n4711\n" * 9)
    assert stands_in(packed, "4711")
    assert not stands_in(packed, "471")
    assert stands_in(packed[:-20], "471")
    assert stands_in(pack(packed), "471")
    assert stands_in(b"PAR1", "471")
