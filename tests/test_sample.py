"""The sample is what its README says: settings that parse, files that can be read, a true correction."""

from __future__ import annotations

import csv
import hashlib
import io
import tomllib
from pathlib import Path

import pytest

from schemas.intake.feeds import FEED_TABLES
from schemas.settings.client import Client
from schemas.settings.warehouse import Warehouse
from schemas.settings.workspace import WorkspaceSettings
from schemas.vocabulary.words import Feed

SAMPLE = Path(__file__).parents[1] / "data" / "sample"
FILES = sorted((SAMPLE / "nights").glob("*/*/*/*.csv"))
CORRECTION = SAMPLE / "nights/2026-03-03/torquebarn/orders/orders_corrected.csv"
OF_QUARANTINE = {"bo_file", "bo_row"}
SENT_AS = {"uom"}  # a column of every feed with a quantity; the contract keeps it as sent_uom


def client_of(file: Path) -> Client:
    """The settings of the client to whose folder the file belongs."""
    client_id = file.parts[-3]
    settings = tomllib.loads((SAMPLE / "clients" / f"{client_id}.toml").read_text("utf-8"))
    return Client.model_validate({**settings, "client_id": client_id})


def rows_of(file: Path) -> list[dict[str, str]]:
    """The file's rows, read with its client's encoding and delimiter."""
    reading = client_of(file).feeds.of(Feed[file.parts[-2].upper()])
    text = file.read_bytes().decode(reading.encoding)
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=reading.delimiter, strict=True))


def test_the_workspace_settings_are_valid() -> None:
    settings = tomllib.loads((SAMPLE / "workspace.toml").read_text("utf-8"))
    assert WorkspaceSettings.model_validate(settings).time_zone == "Europe/London"


@pytest.mark.parametrize("file", sorted((SAMPLE / "clients").glob("*.toml")), ids=lambda f: f.stem)
def test_a_client_is_valid_and_uses_warehouses_that_exist(file: Path) -> None:
    settings = tomllib.loads(file.read_text("utf-8"))
    client = Client.model_validate({**settings, "client_id": file.stem})
    for warehouse_id in client.warehouses:
        assert (SAMPLE / "warehouses" / f"{warehouse_id}.toml").is_file()


@pytest.mark.parametrize("file", sorted((SAMPLE / "warehouses").glob("*.toml")), ids=lambda f: f.stem)
def test_a_warehouse_is_valid(file: Path) -> None:
    settings = tomllib.loads(file.read_text("utf-8"))
    assert Warehouse.model_validate({**settings, "warehouse_id": file.stem}).allocator == "us"


def test_the_sample_has_three_nights_of_three_clients() -> None:
    assert {(f.parts[-4], f.parts[-3]) for f in FILES} == {
        (night, client)
        for night in ("2026-03-02", "2026-03-03", "2026-03-04")
        for client in ("fennelworth", "larkmoor", "torquebarn")
    }


@pytest.mark.parametrize("file", FILES, ids=lambda f: "-".join(f.parts[-4:]))
def test_every_row_has_a_field_for_every_column(file: Path) -> None:
    for row in rows_of(file):
        assert None not in row
        assert None not in row.values()


@pytest.mark.parametrize("file", FILES, ids=lambda f: "-".join(f.parts[-4:]))
def test_every_column_is_one_of_ours_or_mapped(file: Path) -> None:
    feed = Feed[file.parts[-2].upper()]
    mapping = " ".join(client_of(file).feeds.of(feed).columns.values())
    ours = {*FEED_TABLES[feed].names(), *OF_QUARANTINE, *SENT_AS}
    for name in rows_of(file)[0]:
        assert name in mapping if mapping else name in ours


def test_the_food_merchants_files_need_their_encoding() -> None:
    articles = SAMPLE / "nights/2026-03-02/fennelworth/items/articles.csv"
    assert "Crème de marrons 250 g" in {row["Text"] for row in rows_of(articles)}
    with pytest.raises(UnicodeDecodeError):
        articles.read_bytes().decode("utf-8")


def test_the_file_that_is_dropped_twice_has_the_same_bytes() -> None:
    first = SAMPLE / "nights/2026-03-02/larkmoor/orders/orders.csv"
    again = SAMPLE / "nights/2026-03-03/larkmoor/orders/orders_monday_again.csv"
    assert first.read_bytes() == again.read_bytes()


def test_the_correction_names_the_rows_of_the_first_file() -> None:
    first = SAMPLE / "nights/2026-03-02/torquebarn/orders/orders.csv"
    tried = rows_of(first)
    for row in rows_of(CORRECTION):
        assert row["bo_file"] == hashlib.sha256(first.read_bytes()).hexdigest()
        assert tried[int(row["bo_row"]) - 1]["order_id"] == row["order_id"]


def test_every_mail_address_is_an_example() -> None:
    for file in FILES:
        for row in rows_of(file):
            address = row.get("email") or row.get("E-mail") or "nobody@example.com"
            assert address.endswith("@example.com")
