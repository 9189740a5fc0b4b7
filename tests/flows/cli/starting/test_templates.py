"""What `backorders init` writes: every key it shows is one, with the default that it says."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import TypeAdapter
from pydantic_core import PydanticUndefined

from flows.cli.starting.init import write_settings
from flows.inbound.reading.forms import READER
from flows.settings_file import parse_settings
from flows.workspace import Workspace
from schemas.intake.refusal import Refusal
from schemas.settings.client import (
    Client,
    FeedSettings,
    NoticeSettings,
    OrdersFeed,
    Route,
    ShipmentsFeed,
    StockFeed,
)
from schemas.settings.policy import Fence, Policy
from schemas.settings.segment import Segment
from schemas.settings.warehouse import Warehouse
from schemas.settings.workspace import AlertSettings, ScaleSettings, WorkspaceSettings
from schemas.vocabulary.words import Feed
from tests.frames import NIGHT
from transforms.intake.file_form import Catalogue, SourceFile
from transforms.intake.mapping.feed_columns import ONE_OF, needed_columns
from transforms.intake.rows.form import read_form

if TYPE_CHECKING:
    from schemas.settings.parent import Settings

OFF = re.compile(r"#(?=\S)", re.MULTILINE)
"""The sign in front of a setting that is not in force; words have a space behind it."""

SECTIONS: dict[str, dict[str, type[Settings]]] = {
    "workspace.toml": {"": WorkspaceSettings, "alerts": AlertSettings, "scale": ScaleSettings},
    "W1.toml": {"": Warehouse},
    "acme.toml": {
        "": Client,
        "policy": Policy,
        "policy.segments": Segment,
        "policy.fences": Fence,
        "notices": NoticeSettings,
        "feeds.stock": StockFeed,
        "feeds.shipments": ShipmentsFeed,
        "feeds.orders": OrdersFeed,
        "feeds.orders.routes": Route,
    },
}
"""The model of each section of each file."""

EXAMPLES = {Fence, ScaleSettings, Segment, OrdersFeed, Route}
"""Sections that a template shows as an example as a whole."""


SAID_ELSEWHERE = frozenset(
    {"warehouse_id", "client_id", "policy", "notices", "feeds", "alerts", "scale", *FeedSettings.model_fields}
)
"""Keys that the file's name says, sections, and what the example of a feed shows."""


@dataclass(frozen=True)
class Shown:
    """A setting as a template shows it, and the words above it."""

    model: type[Settings]
    key: str
    value: object
    words: str
    is_off: bool

    @property
    def default(self) -> object:
        """What holds if nobody sets it; nothing where that is none."""
        default = self.model.model_fields[self.key].default
        return None if default is PydanticUndefined or default in ("", (), {}) else default


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """The files of a new workspace, by name."""
    made = write_settings(
        Workspace(Path("new")), [("W1", "Europe/London")], ["acme"], counted_at="", country="GB"
    )
    return {path.name: text for path, text in made.items()}


def shown_in(name: str, text: str) -> list[Shown]:
    """Every setting of a file, in force or not."""
    found, section, words = [], "", ""
    for line in text.splitlines():
        setting = OFF.sub("", line)
        if not line.strip():
            words = ""
        elif line.startswith("# ") or line == "#":
            words += f"{line[2:]} "
        elif heading := re.fullmatch(r"\[+([a-z_.]+)\]+", setting):
            section = heading.group(1)
        else:
            ((key, value),) = tomllib.loads(setting).items()
            found.append(Shown(SECTIONS[name][section], key, value, words, is_off=line.startswith("#")))
    return found


@pytest.mark.parametrize("name", SECTIONS)
def test_every_key_that_a_template_shows_is_one_with_the_default_that_it_says(
    files: dict[str, str], name: str
) -> None:
    """What has no default is shown by an example, and its words say so."""
    for shown in shown_in(name, files[name]):
        assert shown.key in shown.model.model_fields, shown.key
        kind: Any = shown.model.model_fields[shown.key].annotation
        value = TypeAdapter(kind).validate_python(shown.value)
        if shown.is_off and shown.model not in EXAMPLES:
            assert shown.default is None or value == shown.default, shown.key
            assert shown.default is not None or "xample" in shown.words, shown.key


@pytest.mark.parametrize("name", SECTIONS)
def test_every_key_that_a_person_may_want_is_shown(files: dict[str, str], name: str) -> None:
    shown = {(setting.model, setting.key) for setting in shown_in(name, files[name])}
    whole = set(SECTIONS[name].values()) - {Policy, *EXAMPLES}
    keys = {(model, key) for model in whole for key in model.model_fields.keys() - SAID_ELSEWHERE}
    assert keys <= shown


def test_any_setting_can_be_put_in_force_where_it_stands(files: dict[str, str]) -> None:
    """Taking off one sign, or those of one paragraph, leaves a file that is accepted."""
    for paragraph in files["acme.toml"].split("\n\n"):
        put = files["acme.toml"].replace(paragraph, OFF.sub("", paragraph))
        if "holdback_nights" not in paragraph and "channel_order" not in paragraph:  # need another key
            assert parse_settings(put.encode(), Client, "acme.toml", client_id="acme")


def test_what_a_file_must_have_is_what_the_template_says(files: dict[str, str]) -> None:
    said = dict(re.findall(r"^#   ([a-z]+) +([a-z_, ]+)$", files["acme.toml"], re.MULTILINE))
    assert list(said) == Feed.values()
    for feed in Feed:
        needed = set(needed_columns(feed)) | set(ONE_OF.get(feed, [[]])[0])
        extra = {"order_id"} if feed is Feed.CANCELLATIONS else set()
        assert set(said[feed].split(", ")) == needed | extra, feed


FIRST_FILES = {
    Feed.ORDERS: "order_id,sku,qty,ordered_at\n1,A,2,2026-03-02 09:00\n",
    Feed.RECEIPTS: "receipt_id,sku,received_qty,received_on\n1,A,2,2026-03-02\n",
    Feed.STOCK: "sku,qty\nA,2\n",
}


@pytest.mark.parametrize("feed", FIRST_FILES)
def test_the_first_files_of_a_newcomer_are_accepted_with_what_the_template_shows(
    files: dict[str, str], feed: Feed
) -> None:
    """Of a count, its paragraph must be put in force; the option `--counted-at` does so."""
    text = files["acme.toml"]
    for key in ("count_basis", "count_scope", "counted_at_time"):
        text = text.replace(f"#{key}", key)
    client = parse_settings(text.encode(), Client, "acme.toml", client_id="acme")
    raw = READER.read(FIRST_FILES[feed].encode(), client.feeds.of(feed))
    assert not isinstance(raw, Refusal)
    source = SourceFile("acme", feed, "f0", "first.csv", NIGHT)
    form = read_form(raw.with_lines(), source=source, client=client, catalogue=Catalogue.blank())
    assert (form.refusal, form.rejected.height, form.rows_read) == (None, 0, 1)
