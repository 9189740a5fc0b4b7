"""Tests of `backorders onboard`."""

from __future__ import annotations

import json
import tomllib
from typing import TYPE_CHECKING, Any

import pytest

from flows.configuration import read_configuration
from flows.workspace import Workspace
from schemas.vocabulary.words import Feed
from tests.flows.cli.published import run
from tests.flows.cli.test_pasting import commands_in, parse
from tests.flows.onboarding import exports
from tests.flows.onboarding.newcomers import make_place

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result

ORDERS = "Order No,SKU,Qty,Order Date\n1,A,2,2026-03-02\n2,B,1,2026-03-02\n"


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    return make_place(tmp_path / "data")


def onboard(place: Workspace, *words: str) -> Result:
    """The command."""
    return run("onboard", "acme", *words, "-w", str(place.root))


def drop(tmp_path: Path, name: str, content: str | bytes) -> str:
    """The path of a sample file."""
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


def test_two_messy_files_become_a_client_that_reads_them(place: Workspace, tmp_path: Path) -> None:
    orders = drop(tmp_path, "orders_export.csv", exports.SHOPIFY)
    receipts = drop(tmp_path, "bericht.csv", exports.GERMAN_RECEIPTS.encode("cp1252"))
    shown = onboard(place, orders, receipts, "--country", "GB")
    assert shown.exit_code == 0
    assert "orders_export.csv: orders: 3 of 3 rows can be read" in shown.stdout
    assert "bericht.csv: receipts: 3 of 3 rows can be read" in shown.stdout
    client = read_configuration(place).clients["acme"]
    assert (client.warehouses, client.time_zone, client.country) == (("W1",), "Europe/London", "GB")
    assert {path.name for path in (place.inbound / "acme").iterdir()} == set(Feed.values())
    # the rules that `init` explains stand there as well
    assert "#rank = " in (place.clients / "acme.toml").read_text("utf-8")
    checks = sorted(commands_in(shown.stdout))
    assert [parse(command)[:3] for command in checks[:2]] == [
        ["check", "acme", "orders"],
        ["check", "acme", "receipts"],
    ]
    for command in checks[:2]:
        assert run(*parse(command)).exit_code == 0


def test_what_is_to_be_decided_stands_in_the_file_and_on_the_page(place: Workspace, tmp_path: Path) -> None:
    sample = drop(tmp_path, "receipts.csv", exports.AMBIGUOUS_RECEIPTS)
    shown = onboard(place, sample)
    assert "feeds.receipts.date_format: is the day first or the month?" in shown.stdout
    assert "0 of 2 rows can be read" in shown.stdout
    path = place.clients / "acme.toml"
    text = path.read_text("utf-8")
    assert "# decide: is the day first or the month?" in text
    path.write_text(text.replace('#date_format = "%m/%d/%Y"  #', 'date_format = "%m/%d/%Y"  #'))
    shown = run("check", "acme", "receipts", sample, "-w", str(place.root), "--json")
    assert [row["when"] for row in json.loads(shown.stdout)["first_rows"]] == ["2026-03-04", "2026-05-04"]


def test_a_client_that_init_made_gets_what_it_does_not_say_yet(tmp_path: Path) -> None:
    root = tmp_path / "data"
    run("init", str(root), "--warehouse", "W1", "--client", "acme", "--time-zone", "Europe/London")
    place, sample = Workspace(root), drop(tmp_path, "stock_2026-03-12.csv", exports.FRENCH_STOCK)
    before = (place.clients / "acme.toml").read_text("utf-8")
    shown = onboard(place, sample, "--counted-at", "06:30")
    assert shown.exit_code == 0
    after = (place.clients / "acme.toml").read_text("utf-8")
    assert (place.clients / "acme.toml.before-1").read_text("utf-8") == before
    client = read_configuration(place).clients["acme"]
    assert client.feeds.stock.columns["qty"] == "Quantité en stock"
    assert str(client.feeds.stock.counted_at_time) == "06:30:00"
    assert client.feeds.shipments.short == "implied"
    assert after.count("count_basis = ") == 1
    assert onboard(place, sample, "--counted-at", "06:30").exit_code == 0
    assert not (place.clients / "acme.toml.before-2").exists()


def test_what_a_client_says_already_is_not_written_over(place: Workspace, tmp_path: Path) -> None:
    sample = drop(tmp_path, "orders.csv", ORDERS)
    path = place.clients / "acme.toml"
    own = 'name = "Acme"\nwarehouses = ["W1"]\n\n[feeds.orders]\nfiles = "o*"\ncolumns.sku = "Qty"\n'
    path.write_text(own)
    shown = onboard(place, sample)
    assert shown.exit_code == 2
    assert "feeds.orders.columns" in shown.stderr
    assert '-columns.sku = "Qty"' in shown.stdout
    assert path.read_text("utf-8") == own
    shown = onboard(place, sample, "--replace")
    assert shown.exit_code == 0
    orders = read_configuration(place).clients["acme"].feeds.orders
    assert orders.columns["sku"] == "SKU"
    assert orders.files == "o*"
    assert (place.clients / "acme.toml.before-1").read_text("utf-8") == own


def test_with_stdout_nothing_is_written(place: Workspace, tmp_path: Path) -> None:
    shown = onboard(place, drop(tmp_path, "orders.csv", ORDERS), "--stdout")
    assert tomllib.loads(shown.stdout)["feeds"]["orders"]["columns"]["sku"] == "SKU"
    assert not list(place.clients.iterdir())
    assert not place.inbound.exists()


def test_json_tells_all_of_it(place: Workspace, tmp_path: Path) -> None:
    sample = drop(tmp_path, "stock_2026-03-12.csv", exports.FRENCH_STOCK)
    told: dict[str, Any] = json.loads(onboard(place, sample, "--json").stdout)
    assert told["written"] == str(place.clients / "acme.toml")
    (file,) = told["files"]
    assert file["feed"] == "stock"
    assert file["as_written"]["refused"]["code"] == "feed_not_stated"
    assert file["as_decided"]["rows"]["accepted"] == 3
    (feed,) = told["feeds"]
    assert [question["key"] for question in feed["to_decide"]] == [
        "feeds.stock.count_basis",
        "feeds.stock.count_scope",
        "feeds.stock.counted_at_time",
    ]
    assert feed["left_over"] == ["Désignation"]


def test_a_file_of_no_feed_says_so_and_a_person_may_say_which(place: Workspace, tmp_path: Path) -> None:
    sample = drop(tmp_path, "rows.csv", "Colour,Size\nred,4\nblue,5\n")
    shown = onboard(place, sample)
    assert shown.exit_code == 10
    assert "rows.csv: fits no feed" in shown.stdout
    assert not list(place.clients.iterdir())
    shown = onboard(place, f"items={sample}")
    assert shown.exit_code == 0
    assert "feeds.items.columns.sku: sku is needed, and no column seems to be it" in shown.stdout
    assert '#columns.sku = "Colour"' in (place.clients / "acme.toml").read_text("utf-8")


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (b"", "the file has no byte"),
        (b"\n\n \n", "blank lines"),
        (b"\x00\x01\x02\xff\xfe" * 200, "fits no feed"),
        (b"sku,sku,qty\nA,B,1\n", "has the name of column"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<</Type/Catalog>>\n", "fits no feed"),
    ],
)
def test_what_is_no_table_has_a_clear_answer(
    place: Workspace, tmp_path: Path, content: bytes, answer: str
) -> None:
    shown = onboard(place, drop(tmp_path, "sample.csv", content))
    assert shown.exit_code == 10
    assert answer in shown.stdout
    assert not list(place.clients.iterdir())


def test_names_with_signs_of_toml_and_sql_are_written_so_that_they_are_read(
    place: Workspace, tmp_path: Path
) -> None:
    header = '"Order ""No"" #",SKU,"Qty (\'each\')",Order Date'
    sample = drop(tmp_path, "orders.csv", ORDERS.replace("Order No,SKU,Qty,Order Date", header))
    shown = onboard(place, f"orders={sample}")
    assert shown.exit_code == 0, shown.stderr
    columns = read_configuration(place).clients["acme"].feeds.orders.columns
    assert columns["sku"] == "SKU"
    assert "2 of 2 rows" in shown.stdout or "# decide" in (place.clients / "acme.toml").read_text("utf-8")


def test_of_several_warehouses_a_person_says_which_and_in_which_order(tmp_path: Path) -> None:
    place = make_place(tmp_path / "data")
    (place.warehouses / "W2.toml").write_text('name = "York"\nallocator = "us"\ntime_zone = "Europe/Paris"\n')
    sample = drop(tmp_path, "orders.csv", ORDERS)
    shown = onboard(place, sample)
    assert shown.exit_code == 2
    assert "which warehouses does acme use? say --warehouse" in shown.stderr.replace("; say", " say")
    assert "there are W1, W2" in shown.stderr
    assert "there is no warehouses/W3.toml" in onboard(place, sample, "--warehouse", "W3").stderr
    assert onboard(place, sample, "--warehouse", "W2", "--warehouse", "W1").exit_code == 0
    client = read_configuration(place).clients["acme"]
    assert (client.warehouses, client.time_zone) == (("W2", "W1"), "Europe/Paris")
    shown = onboard(place, sample, "--warehouse", "W1")
    assert "names its warehouses (W2, W1)" in shown.stderr


def test_a_feed_has_one_form_and_a_file_of_another_is_named(place: Workspace, tmp_path: Path) -> None:
    shop = drop(tmp_path, "orders_export.csv", exports.SHOPIFY)
    amazon = drop(tmp_path, "amazon.txt", exports.AMAZON)
    shown = onboard(place, shop, amazon)
    assert shown.exit_code == 10
    assert "amazon.txt: orders (Amazon, orders to ship) of another form" in shown.stdout
    assert "check acme orders" in shown.stdout
    assert f"{amazon} --workspace" not in shown.stdout
    assert read_configuration(place).clients["acme"].feeds.orders.delimiter == ","


def test_skus_in_other_capitals_are_told(place: Workspace, tmp_path: Path) -> None:
    orders = drop(tmp_path, "orders.csv", ORDERS)
    stock = drop(tmp_path, "stock_2026-03-12.csv", "SKU,On Hand\na,4\nB,5\n")
    shown = onboard(place, orders, stock)
    assert 'files spell SKUs in other capitals (A); sku_rule = "upper" makes them one' in shown.stdout


def test_a_setting_that_is_answered_is_asked_no_more(place: Workspace, tmp_path: Path) -> None:
    sample = drop(tmp_path, "receipts.csv", exports.AMBIGUOUS_RECEIPTS)
    path = place.clients / "acme.toml"
    path.write_text('name = "A"\nwarehouses = ["W1"]\n\n[feeds.receipts]\n# ours\ndate_format = "%m/%d/%Y"\n')
    shown = onboard(place, sample)
    assert shown.exit_code == 0
    assert "nothing is left to be decided" in shown.stdout
    assert "2 of 2 rows can be read" in shown.stdout
    assert read_configuration(place).clients["acme"].feeds.receipts.date_format == "%m/%d/%Y"
