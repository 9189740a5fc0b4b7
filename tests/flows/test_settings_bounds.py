"""A settings file that is too much is answered at once, with the place and the bound."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from flows.configuration import parse_configuration
from flows.settings_bounds import MOST_FAULTS
from schemas.dictionary.settings import SECTIONS, bounds_of

if TYPE_CHECKING:
    from schemas.settings.parent import Settings

QUICK = 1.5
"""Seconds of the processor on a busy machine; without bounds the slowest of these took minutes."""

ACME = 'name = "x"\nwarehouses = ["W1"]\n'
KEY = ".".join(["a"] * 20_000)
SEGMENT = '[[policy.segments]]\nname = "s{n}"\nchannel = ["c{n}"]\non_short = "cancel_rest"\n'
ROUTE = '[[feeds.orders.routes]]\nto = "set_aside"\nwhere = "{where}"\n'
FENCE = (
    "[[policy.fences]]\nname = 'a.b.c.d.e.f.g.h.i.j.k'\nsku = ['1.2.3.4.5.6.7.8.9.0.1.2']\nchannel = ['c']\n"
    "qty = 1\nuntil = 2026-12-31\n"
)
ONE_COLUMN = '[feeds.orders]\nheader = ["s"]\n'


def _numbers(count: int) -> str:
    """A list of so many texts, none twice."""
    return "[" + ", ".join(f'"c{number}"' for number in range(count)) + "]"


def _mapped(expression: str) -> str:
    """A client that maps its SKU so."""
    return ONE_COLUMN + f'[feeds.orders.columns]\nsku = "{expression}"\n'


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"{KEY} = 1", "line 3: a key has at most 10 parts"),
        (f"[{KEY}]\nx = 1", "line 3: a key has at most 10 parts"),
        (f"[[{KEY}]]\nx = 1", "line 3: a key has at most 10 parts"),
        (f"\n\npolicy.{KEY} = 1", "line 5: a key has at most 10 parts"),
        (f"policy = {{ {KEY} = 1 }}", "line 3: a key has at most 10 parts"),
        (".".join(['"a b"', "'c'"] * 9) + " = 1", "line 3: a key has at most 10 parts"),
        ("\n".join(f"k{n} = 1" for n in range(50_000)), "a table has at most 500 keys, this one 50,002"),
        ("k" * 900_000 + " = 1", "a key has at most 100 characters, one has 900,000"),
        ("country = " + "9" * 900_000, "a number of thousands of figures"),
        ("country = 0x" + "f" * 900_000, "country: a number has at most 18 figures"),
        ("x = " + "[" * 400 + "]" * 400, "tables and lists are at most 10 deep"),
        (
            f'time_zone = "{"a" * 900_000}"',
            "time_zone: takes at most 2,000 characters, this text has 900,000",
        ),
        (f'time_zone = "{"a" * 1_000}"', "time_zone: takes at most 100 characters"),
        (f"pick_contacts = {_numbers(60_000)}", "pick_contacts: a list has at most 20,000 entries"),
        (
            'pick_contacts = ["phone"' + ', "phone"' * 20 + "]",
            "pick_contacts: takes at most 20 entries, this li",
        ),
        ("[policy]\nmin_release_value = true", "policy.min_release_value: needs a number, not True"),
        ("[policy]\nmin_release_value = 0.00001", "policy.min_release_value: takes at most 4 decimals"),
        ("".join(SEGMENT.format(n=n) for n in range(2_000)), "policy.segments: takes at most 200 entries"),
        (
            ROUTE.format(where="s = 'x'") * 1_000,
            "feeds.orders.routes: takes at most 100 entries, this list has 1,",
        ),
        (_mapped("s || " * 390 + "s"), "at most 60 operators (signs, AND, OR, NOT), this one 390"),
        (_mapped("s IN (s" + ", s" * 600 + ")"), "at most 60 operators"),
        (_mapped("CONCAT(s" + ", s" * 600 + ")"), "it may make a text 601 times as long"),
        (
            ONE_COLUMN + ROUTE.format(where="TRUE OR " * 55 + "TRUE") * 99,
            "at most 20,000 characters of expres",
        ),
    ],
)
def test_what_is_beyond_a_bound_is_refused_at_once(text: str, words: str) -> None:
    begun = time.process_time()
    files = {"warehouses/W1.toml": b'allocator = "us"\n', "clients/acme.toml": (ACME + text).encode()}
    told = parse_configuration(files).refused["acme"]
    assert time.process_time() - begun < QUICK
    assert words in told
    assert told.startswith("clients/acme.toml: ")
    assert len(told) < 4_000


@pytest.mark.parametrize(
    "text",
    [
        "".join(SEGMENT.format(n=n) for n in range(200)),
        f'[[policy.segments]]\nname = "s"\nchannel = {_numbers(20_000)}\non_short = "cancel_rest"\n',
        _mapped("s IN (" + ", ".join(f"'{n}'" for n in range(200)) + ")"),
        _mapped("CONCAT(s, '-', s)"),
        ONE_COLUMN + ROUTE.format(where="s = 'x' OR s = 'y'") * 99,
        FENCE,
    ],
)
def test_what_is_within_all_bounds_is_followed_at_once(text: str) -> None:
    begun = time.process_time()
    files = {"warehouses/W1.toml": b'allocator = "us"\n', "clients/acme.toml": (ACME + text).encode()}
    assert parse_configuration(files).refused == {}
    assert time.process_time() - begun < QUICK


def test_of_many_faults_the_first_are_told_and_the_others_counted() -> None:
    text = "".join(f"k{number} = 1\n" for number in range(100))
    files = {"warehouses/W1.toml": b'allocator = "us"\n', "clients/acme.toml": (ACME + text).encode()}
    *_, last = lines = parse_configuration(files).refused["acme"].splitlines()
    assert len(lines) == MOST_FAULTS + 1
    assert last == "clients/acme.toml: and 80 more"


KEYS = [
    (model, key)
    for _, model, _ in SECTIONS
    for key, field in model.model_fields.items()
    if field.description or field.annotation in (int, str, float)
]


@pytest.mark.parametrize(("model", "key"), KEYS, ids=[f"{model.__name__}.{key}" for model, key in KEYS])
def test_every_key_has_a_bound(model: type[Settings], key: str) -> None:
    bounds = bounds_of(model, key)
    if "items" in bounds:
        assert "maxItems" in bounds
        bounds = bounds["items"]
    if isinstance(bounds.get("additionalProperties"), dict):
        bounds = bounds["additionalProperties"]
    is_closed = bounds.keys() & {"enum", "const", "$ref"} or bounds.get("type") == "boolean"
    is_day = bounds.get("format") in ("date", "time")
    assert is_closed or is_day or bounds.keys() & {"maximum", "maxLength"}, bounds


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (
            '[[policy.segments]]\nname = "a\\nb"\nchannel = ["c"]\non_short = "cancel_rest"\n',
            "policy.segments[0].name",
        ),
        (
            '[[policy.segments]]\nname = "a"\nchannel = ["c\\r"]\non_short = "cancel_rest"\n',
            "policy.segments[0].channel[0]",
        ),
        ('[notices]\nbrand = "a\\u001b[31m"\n', "notices.brand"),
        ('country = "\\u2028"\n', "country"),
    ],
)
def test_no_name_breaks_a_line_or_steers_a_terminal(text: str, key: str) -> None:
    files = {"warehouses/W1.toml": b'allocator = "us"\n', "clients/acme.toml": (ACME + text).encode()}
    [told] = parse_configuration(files).refused["acme"].splitlines()
    assert told.startswith(f"clients/acme.toml: {key}: ")
    assert "has characters that cannot be seen or break a line" in told
    assert told.isprintable()
