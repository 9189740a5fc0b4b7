"""No file and no name of one client ends another's night, whatever lies where."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING, NoReturn

import polars as pl
import pytest

from flows.configuration import read_configuration
from flows.inbound.reading import forms
from flows.inbound.taking.landing import landed_path
from flows.ledger.store.ledger import Ledger
from flows.night import steps
from flows.night.intake import list_inputs, take_in
from flows.night.planning import reading
from flows.night.planning.reading import ReadingDesk, read_files
from flows.night.story import plain_steps, tell_nights
from flows.workspace import Workspace
from schemas.night import AsOf
from tests.flows.night.small_world import (
    CLIENT,
    ITEMS,
    MONDAY,
    ORDERS,
    TUESDAY,
    clock_after,
    drop,
    drop_first_day,
    files_of,
    make_world,
    run_night,
)
from transforms.posting.orders.items import post_items

if TYPE_CHECKING:
    from pathlib import Path

    from pandera.typing.polars import DataFrame

    from flows.inbound.formats.rows import Reader
    from schemas.intake.feeds import ItemRow
    from schemas.intake.refusal import Refusal
    from schemas.night import Books
    from schemas.settings.client import FeedSettings
    from transforms.intake.rows.raw_rows import RawRows
    from transforms.posting.core.posting import Posting
    from transforms.terms import Terms

LATIN = b"caf\xe9"
"""A name that is text in Latin-1 and none in UTF-8."""


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return make_world(tmp_path / "data")


def put(folder: Path, name: bytes, text: str = "x") -> None:
    """A file whose name is any bytes."""
    os.makedirs(os.fsencode(folder), exist_ok=True)  # noqa: PTH103 -- a name that is no text
    with open(os.fsencode(folder) + b"/" + name, "wb") as file:  # noqa: PTH123 -- likewise
        file.write(text.encode())


@pytest.mark.thorough
def test_names_that_are_no_text_lie_anywhere_and_nothing_ends(workspace: Workspace) -> None:
    drop_first_day(workspace, "acme")
    drop_first_day(workspace, "bolt")
    orders = workspace.inbound / "acme" / "orders"
    put(orders, LATIN + b".csv", ORDERS.format(order_id="O2", qty=1))
    put(orders, b"caf\\udce9.csv", ORDERS.format(order_id="O3", qty=1))  # shown alike, and another file
    put(orders, b"x" * 251 + b".csv", ORDERS.format(order_id="O4", qty=1))
    put(workspace.inbound / "acme" / os.fsdecode(LATIN), b"a.csv")
    put(workspace.inbound / os.fsdecode(LATIN) / "orders", b"a.csv")
    put(workspace.clients, LATIN + b".toml", CLIENT.format(client_id="cafe"))
    for place in (workspace.outbox / "W1", workspace.archive / "acme", workspace.landing / "ab"):
        put(place, b"picks_" + LATIN + b"_2020-01-01_1.csv")
    run_night(workspace, MONDAY)
    put(orders, b"x" * 251 + b".csv", ORDERS.format(order_id="O5", qty=1))
    run_night(workspace, TUESDAY)
    verdicts = files_of(workspace, 1)
    assert verdicts["bolt/orders/first.csv"] == "loaded"
    assert verdicts["acme/orders/caf\\udce9.csv"] == "loaded"
    assert len(os.listdir(os.fsencode(orders))) == 0  # noqa: PTH208 -- names that are no text
    archived = os.listdir(os.fsencode(workspace.archive / "acme" / "orders"))  # noqa: PTH208 -- likewise
    assert LATIN + b".csv" in archived
    assert sum(name.startswith(b"xxx") for name in archived) == 2


class _Panics:
    """A reader whose library panics at one file, as Polars may."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def read(self, content: bytes, settings: FeedSettings) -> RawRows | Refusal:
        if b"POISON" in content:
            message = "index out of bounds: Mrs Example"
            raise pl.exceptions.PanicException(message)
        return self.reader.read(content, settings)


def test_a_panic_in_reading_refuses_its_file_alone(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    drop(workspace, "acme/items/bad.csv", "sku,name\nPOISON,x\n")
    drop(workspace, "acme/orders/bad.csv", ORDERS.format(order_id="POISON", qty=1))
    drop(workspace, "acme/items/items.csv", ITEMS)
    monkeypatch.setattr(forms, "RUNNER", None)  # read here, where the reader can be replaced
    monkeypatch.setattr(forms, "READER", _Panics(forms.READER))
    files = _read(workspace)
    assert files["acme/items/items.csv"] == ("loaded", None)
    assert files["acme/items/bad.csv"] == files["acme/orders/bad.csv"] == ("refused", "unreadable")


@pytest.mark.parametrize("harm", ["missing", "changed"])
def test_a_file_whose_copy_is_damaged_waits_and_the_others_are_read(workspace: Workspace, harm: str) -> None:
    drop(workspace, "acme/orders/a.csv", ORDERS.format(order_id="O1", qty=1))
    drop(workspace, "bolt/orders/b.csv", ORDERS.format(order_id="O2", qty=1))

    def spoil(file_hash: str) -> None:
        landed = landed_path(workspace, file_hash)
        landed.unlink() if harm == "missing" else landed.write_bytes(b"x")

    files = _read(workspace, spoil)
    assert files == {
        "acme/orders/a.csv": ("held", "damaged_copy"),
        "bolt/orders/b.csv": ("loaded", None),
    }
    assert _read(workspace)["acme/orders/a.csv"] == ("loaded", None)


def _read(workspace: Workspace, spoil: object = None) -> dict[str, tuple[str, str | None]]:
    """Verdict and reason of each file of a night; `spoil` does harm to the copy of acme's first file."""
    clock = clock_after(MONDAY)
    with Ledger.open(workspace) as ledger:
        inputs = list_inputs(ledger, take_in(workspace, ledger, clock), clock.now())
        if callable(spoil):
            spoil(next(file.file_hash for file in inputs if file.client_id == "acme"))
        desk = ReadingDesk(workspace, AsOf(MONDAY), read_configuration(workspace), {})
        files = read_files(desk, inputs, ledger.load_books()).files
    named = pl.concat_str("client_id", "feed", "file_name", separator="/")
    return {
        name: (verdict, code) for name, verdict, code in files.select(named, "verdict", "reason_code").rows()
    }


def test_items_that_cannot_be_posted_are_their_clients_alone(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def post(books: Books, rows: DataFrame[ItemRow], terms: Terms) -> Posting:
        if "acme" in rows["client_id"]:
            raise ZeroDivisionError
        return post_items(books, rows, terms)

    monkeypatch.setattr(reading, "post_items", post)
    for client_id in ("acme", "bolt"):
        drop(workspace, f"{client_id}/items/items.csv", ITEMS)
    clock = clock_after(MONDAY)
    with Ledger.open(workspace) as ledger:
        inputs = list_inputs(ledger, take_in(workspace, ledger, clock), clock.now())
        desk = ReadingDesk(workspace, AsOf(MONDAY), read_configuration(workspace), {})
        catalogue = reading.read_items(desk, inputs, ledger.load_books())
    assert catalogue.items["client_id"].unique().to_list() == ["bolt"]


def test_a_chore_that_fails_is_told_and_the_next_ones_are_done(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_args: object, **_how: object) -> NoReturn:
        message = "no such thing \udce9"
        raise PermissionError(13, message)

    for name in ("clear_inbound", "forget_people", "finish_erasures", "remove_versions"):
        monkeypatch.setattr(steps, name, fail)
    drop(workspace, "acme/items/items.csv", ITEMS)
    (run_id,) = tell_nights(
        plain_steps(clock_after(MONDAY)), str(workspace.root), str(MONDAY), again=False, refreeze=False
    )
    assert run_id == f"{MONDAY}-1"
    told = [record.message for record in caplog.records if "was not done" in record.message]
    assert [words.partition(" was")[0] for words in told] == [
        "clearing inbound",
        "forgetting people",
        "carrying out erasures again",
        "removing versions that are not kept",
    ]
    with Ledger.open(workspace) as ledger:
        assert ledger.unfinished() == []


@pytest.mark.thorough
def test_a_file_that_somebody_went_on_writing_is_told_by_the_next_night(monday: Path, tmp_path: Path) -> None:
    workspace = Workspace(shutil.copytree(monday, tmp_path / "data", symlinks=True))
    archived = workspace.archive / "acme" / "orders" / "first.csv"
    stat = archived.stat()
    archived.write_text(archived.read_text("utf-8").replace("O1", "O7"), "utf-8")
    os.utime(archived, ns=(stat.st_atime_ns, stat.st_mtime_ns))  # same size and time: only its bytes tell
    with (workspace.archive / "acme" / "items" / "items.csv").open("a", encoding="utf-8") as items:
        items.write("C,Cap\n")
    run_night(workspace, TUESDAY)
    with Ledger.open(workspace) as ledger:
        found = ledger.load_added("findings", 2).filter(pl.col("code") == "file_changed")
    assert found["subject"].to_list() == ["items/items.csv", "orders/first.csv"]
    assert found["detail"].to_list()[0] == "26 bytes were taken, now it has 32"
