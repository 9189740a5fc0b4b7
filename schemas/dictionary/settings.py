"""The settings files in the data dictionary: every key with its default and its meaning."""

from __future__ import annotations

import json
from datetime import time
from typing import TYPE_CHECKING, Any, get_args

from pydantic_core import PydanticUndefined

from schemas.dictionary.markdown import with_choices, write_table
from schemas.intake.bounds import span_words
from schemas.settings.client import (
    Client,
    FeedSettings,
    NoticeSettings,
    OrdersFeed,
    Route,
    ShipmentsFeed,
    StockFeed,
)
from schemas.settings.parent import Settings
from schemas.settings.policy import Fence, Policy
from schemas.settings.segment import Segment
from schemas.settings.warehouse import Warehouse
from schemas.settings.workspace import AlertSettings, ScaleSettings, WorkspaceSettings

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from schemas.settings.parent import Settings

SECTIONS: tuple[tuple[str, type[Settings], str], ...] = (
    ("workspace.toml", WorkspaceSettings, "What holds for the whole workspace."),
    ("[alerts] of workspace.toml", AlertSettings, "Who hears of a night that does not end with exit code 0."),
    ("[scale] of workspace.toml", ScaleSettings, "Who does the work of a night. It shapes nothing of it."),
    ("warehouses/<warehouse_id>.toml", Warehouse, "Calendar, walking order, and how the warehouse works."),
    ("clients/<client_id>.toml", Client, "One merchant. The name of the file is its id."),
    ("[policy] of a client", Policy, "The rules by which its orders are served."),
    (
        "[[policy.segments]] of a client",
        Segment,
        (
            "Lines with rules of their own: those that have one of the named values in each named attribute. "
            "Of each rule the first segment counts that a line fits and that names the rule, else the "
            "policy. `standing` and `on_short` hold for the line itself; all others hold for a whole order "
            "and are those of its first line, the one with the lowest number."
        ),
    ),
    ("[[policy.fences]] of a client", Fence, "Units of some SKUs kept for some channels until a day."),
    ("[notices] of a client", NoticeSettings, "What its consignees are told, and how."),
    ("[feeds.<feed>] of a client", FeedSettings, "How its files of a feed are read; of every feed."),
    ("[feeds.orders] of a client", OrdersFeed, "Beside the keys of every feed."),
    ("[feeds.shipments] of a client", ShipmentsFeed, "Beside the keys of every feed."),
    (
        "[feeds.stock] of a client",
        StockFeed,
        (
            "Beside the keys of every feed. The feed is refused until the file says what a count means. "
            "Where the section says anything, nobody is told of a warehouse's lines before its first "
            "accepted count."
        ),
    ),
    ("[[feeds.<feed>.routes]] of a client", Route, "Rows of a file that are something else."),
)
"""Title, model and words of each section, in the order of the page."""

SETTINGS = """\
A settings file has at most 1,000,000 bytes. A table has at most 500 keys, a list 20,000 entries, a text 2,000
characters, a number 18 figures; tables and lists are at most 10 deep. The expressions of a feed have at most
20,000 characters together, and one has at most 60 operators, makes a text at most 64 times longer, and adds
at most 20,000 characters to a row. Where a key has bounds of its own, they stand behind its meaning."""

OF_THE_FILE_NAME = ("client_id", "warehouse_id")


def describe_settings() -> str:
    """The chapter on settings, as Markdown."""
    return f"## Settings\n\n{SETTINGS}\n\n" + "\n".join(
        _describe_section(title, model, words) for title, model, words in SECTIONS
    )


def _describe_section(title: str, model: type[Settings], words: str) -> str:
    """A settings file or a section of one; keys that are sections of their own are left out."""
    inherited = (
        FeedSettings.model_fields if model is not FeedSettings and issubclass(model, FeedSettings) else {}
    )
    rows = [
        [f"`{key}`", _default(field), _words(field) + _bounds(model, key)]
        for key, field in model.model_fields.items()
        if field.description and key not in inherited and key not in OF_THE_FILE_NAME
    ]
    return f"### {title}\n\n{words}\n\n{write_table(['key', 'default', 'meaning'], rows)}"


def _default(field: FieldInfo) -> str:
    """A default as it would stand in the file; keys without one must be set."""
    if field.default is PydanticUndefined:
        return "must be set"
    if field.default is None:
        return "not set"
    default = str(field.default) if isinstance(field.default, time) else field.default
    return f"`{json.dumps(default)}`"


def _words(field: FieldInfo) -> str:
    """The description, with the allowed words where they are a closed list."""
    literals = [choice for choice in _choices(field.annotation) if isinstance(choice, str | bool)]
    choices = [choice if isinstance(choice, str) else json.dumps(choice) for choice in literals]
    return with_choices(field.description or "", choices)


def bounds_of(model: type[Settings], key: str) -> dict[str, Any]:
    """What a value of a key must be within, in the words of JSON Schema."""
    schema = model.model_json_schema()["properties"][key]
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    found: dict[str, Any] = choices[0] if choices else schema
    return found


def _bounds(model: type[Settings], key: str) -> str:
    """How great its number, how long its text, how many its entries may be; nothing for a closed list."""
    bounds = bounds_of(model, key)
    if "maximum" in bounds:
        least = bounds.get("minimum")
        return f"; {span_words(least, bounds['maximum'])}"
    if "maxItems" in bounds:
        longest = bounds["items"].get("maxLength")
        each = f" of at most {longest:,} characters" if longest else ""
        return f"; at most {bounds['maxItems']:,} entries{each}"
    texts = bounds.get("additionalProperties", bounds)
    is_text = isinstance(texts, dict) and texts.get("maxLength", 1) > 1
    return f"; at most {texts['maxLength']:,} characters" if is_text else ""


def _choices(annotation: object) -> list[object]:
    """The literals in a type, at any depth."""
    arguments = get_args(annotation)
    return [
        leaf for argument in arguments for leaf in (_choices(argument) if get_args(argument) else [argument])
    ]
