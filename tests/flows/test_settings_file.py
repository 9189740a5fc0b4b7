"""What is wrong with a settings file is said in sentences, with the key and what to write instead."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from flows.settings_file import is_id, parse_settings, read_content, shown
from schemas.errors import ConfigurationError
from schemas.settings.client import (
    Client,
    FeedSettings,
    NoticeSettings,
    OrdersFeed,
    Route,
    ShipmentsFeed,
    StockFeed,
)
from schemas.settings.parent import Settings, suggest
from schemas.settings.policy import Policy
from schemas.settings.warehouse import Warehouse
from schemas.settings.workspace import WorkspaceSettings

ACME = 'name = "Acme"\nwarehouses = ["W1"]\n'
LAUNCH = 'name = "launch"\nsku = ["A"]\nchannel = ["c"]\nuntil = 2026-03-05\n'


def faults_of(text: str | bytes) -> list[str]:
    """The faults that a client's file is refused with."""
    content = text.encode() if isinstance(text, str) else text
    with pytest.raises(ConfigurationError) as caught:
        parse_settings(content, Client, "clients/acme.toml", client_id="acme")
    return str(caught.value).split("\n")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("polcy = 1\n", 'polcy: no such key; did you mean "policy"?'),
        ('[policy]\nship_rul = "partial"\n', 'policy.ship_rul: no such key; did you mean "ship_rule"?'),
        (
            '[feeds.orders]\nencodng = "utf-8"\n',
            'feeds.orders.encodng: no such key; did you mean "encoding"?',
        ),
        ('[feeds.ordres]\nfiles = "*"\n', 'feeds.ordres: no such key; did you mean "orders"?'),
        (
            '[policy]\nship_rule = "partly"\n',
            "policy.ship_rule: 'partly' is not allowed; did you mean \"partial\"?",
        ),
        (
            '[policy]\nholdback = "tight"\n',
            "policy.holdback: 'tight' is not allowed; allowed: bounded, none, strict",
        ),
        ('[policy]\nhorizon_days = "two"\n', "policy.horizon_days: needs a whole number, not 'two'"),
        ("[policy]\nhorizon_days = -1\n", "policy.horizon_days: must be 0 or more, not -1"),
        ("[policy]\nhorizon_days = true\n", "policy.horizon_days: needs a whole number, not True"),
        ("[policy]\nhorizon_days = 36501\n", "policy.horizon_days: must be 36,500 or less, not 36501"),
        (
            "[notices]\nmoved_every_days = 99999\n",
            "notices.moved_every_days: must be 36,500 or less, not 99999",
        ),
        ("[policy]\nmin_release_value = inf\n", "policy.min_release_value: needs a number, not inf"),
        ('[policy]\nloose_rest = "sometimes"\n', "policy.loose_rest: needs true or false, not 'sometimes'"),
        (
            '[policy]\nsplit = "sometimes"\n',
            "policy.split: 'sometimes' is not allowed; allowed: false, if_needed, true",
        ),
        ("[policy]\nrank = []\n", "policy.rank: needs at least 1 entry, not []"),
        ('[policy]\nrank = ["prio"]\n', "policy.rank[0]: 'prio' is not allowed; did you mean \"priority\"?"),
        (
            '[[policy.fences]]\nname = "f"\nsku = []\nchannel = ["c"]\nqty = 1\nuntil = 2026-03-05\n',
            "policy.fences[0].sku: needs at least 1 entry, not []",
        ),
        (
            f"[[policy.fences]]\n{LAUNCH}pct = 101\n",
            "policy.fences[0].pct: must be 100 or less, not 101",
        ),
        (
            f'[[policy.fences]]\n{LAUNCH}warehouse = ["W2"]\nqty = 1\n',
            'the file: policy.fences, fence launch: warehouse "W2" is not among the client\'s warehouses',
        ),
        ("[policy]\nmin_release_value = 0\n", "policy.min_release_value: must be more than 0, not 0"),
        ("policy = 3\n", "policy: needs a section of its own in square brackets, not 3"),
        ('[feeds.orders]\nfiles = ["*.csv"]\n', "feeds.orders.files: needs text in quotation marks"),
        ('[feeds.orders]\ndelimiter = ";;"\n', "feeds.orders.delimiter: takes at most 1 character, not ';;'"),
        ('[feeds.orders]\nheader = "a"\n', "feeds.orders.header: needs a list"),
        ('[feeds.orders]\ncolumns = ["a"]\n', "feeds.orders.columns: needs a table"),
        (
            '[[feeds.orders.routes]]\nto = "orders"\nwhere = "true"\nwere = "x"\n',
            'feeds.orders.routes[0].were: no such key; did you mean "where"?',
        ),
        ('[[feeds.orders.routes]]\nto = "orders"\n', "feeds.orders.routes[0].where: needed, but not there"),
        ('[feeds.stock]\ncounted_at_time = "soon"\n', "feeds.stock.counted_at_time: needs a time of day"),
        ('[notices]\nmode = "on"\n', "notices.mode: 'on' is not allowed"),
    ],
)
def test_a_fault_names_the_file_the_key_and_what_to_write(text: str, fault: str) -> None:
    [told] = faults_of(ACME + text)
    assert told.startswith(f"clients/acme.toml: {fault}")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("name = \n", "not TOML: Invalid value (at line 1"),
        (b'name = "\xff"\n', "byte 8 is not UTF-8"),
        ("a = " + "[" * 50_000, "not TOML"),
        (ACME + 'client_id = "acme"\n', "client_id: the name of the file says it; take the key out"),
        (ACME + 'time_zone = "London"\n', "time_zone: 'London' is not a time zone"),
        ('name = "Acme"\nwarehouses = ["W1", "W1"]\n', "the file: warehouses names one twice: W1, W1"),
        (ACME + "status = 1\n", "status: 1 is not allowed; allowed: closed, live, trial, winding_down"),
        (ACME + f'status = "{"x" * 99}"\n', f"status: '{'x' * 59}... is not allowed"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(text: str | bytes, words: str) -> None:
    [told] = faults_of(text)
    assert words in told


def test_every_fault_of_a_file_is_told_at_once() -> None:
    told = faults_of("nam = 1\n[policy]\nsplit = 7\n")
    assert [line.split(": ")[1] for line in told] == ["name", "warehouses", "policy.split", "nam"]


def test_a_byte_order_mark_does_no_harm() -> None:
    content = b"\xef\xbb\xbf" + ACME.encode()
    assert parse_settings(content, Client, "clients/acme.toml", client_id="acme").name == "Acme"


def test_what_is_no_file_is_refused_and_never_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "acme.toml")
    with pytest.raises(ConfigurationError, match="not a file"):
        read_content(tmp_path / "acme.toml", "clients/acme.toml")


def test_a_file_that_may_not_be_read_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "acme.toml"
    path.write_text(ACME)

    def refuse(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)  # the suite may run as root, to whom nothing is forbidden
    with pytest.raises(ConfigurationError, match=r"cannot be read \(Permission denied\)"):
        read_content(path, "clients/acme.toml")


@pytest.mark.parametrize("name", ["acme", "A-1", "w.2_x", "7", "a" * 64])
def test_an_id_is_made_of_plain_characters(name: str) -> None:
    assert is_id(name)


@pytest.mark.parametrize("name", ["", ".", "..", ".acme", "a/b", "a b", "a\n", "ä", "-a", "a" * 65, "a\x00"])
def test_what_could_leave_its_folder_is_no_id(name: str) -> None:
    assert not is_id(name)


def test_a_name_is_shown_without_what_cannot_be_seen() -> None:
    assert shown("Größe.csv") == "Größe.csv"
    assert shown("a\nb\x1b[31m\udcff") == "a\\nb\\x1b[31m\\udcff"


def test_the_nearest_word_is_suggested_or_all_are_named() -> None:
    assert suggest("ordres", ["orders", "items"]) == 'did you mean "orders"?'
    assert suggest("zzz", ["orders", "items"]) == "known: items, orders"
    assert suggest("zzz", []) == "known: none"


@pytest.mark.parametrize(
    "settings",
    [
        WorkspaceSettings(),
        Policy(),
        NoticeSettings(),
        FeedSettings(),
        OrdersFeed(),
        ShipmentsFeed(),
        StockFeed(),
        Route(to="set_aside", where="true"),
        Client(client_id="acme", name="Acme", warehouses=("W1",)),
        Warehouse(warehouse_id="W1", allocator="us"),
    ],
)
def test_every_default_would_be_accepted_if_it_were_written_down(settings: Settings) -> None:
    assert type(settings).model_validate(settings.model_dump()) == settings
    assert type(settings).model_validate_json(settings.model_dump_json()) == settings


def test_a_settings_file_of_megabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "acme.toml"
    path.write_bytes(b"# x\n" * 250_001)
    with pytest.raises(ConfigurationError, match=r"acme.toml: larger than 1,000,000 bytes"):
        read_content(path, "clients/acme.toml")
    path.write_bytes(b"# x\n" * 250_000)
    assert len(read_content(path, "clients/acme.toml")) == 1_000_000
