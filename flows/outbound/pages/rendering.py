"""A page from its template: one file that asks no network and runs no script, whatever its texts say."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment

CODE = re.compile("`([^`]+)`")


def render_page(template: str, **content: object) -> bytes:
    """The bytes of a page; texts are escaped, and a name that the template misses is an error."""
    return _templates().get_template(f"{template}.html.jinja").render(content).encode()


@cache
def _templates() -> Environment:
    from jinja2 import Environment, FunctionLoader, StrictUndefined  # noqa: PLC0415 -- costs time, and commands do without

    from flows.outbound.pages.compiled import CompiledBeside  # noqa: PLC0415 -- as above

    environment = Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    options = (environment.autoescape, environment.trim_blocks, environment.lstrip_blocks)
    environment.bytecode_cache = CompiledBeside(Path(__file__).parent, repr(options))
    environment.globals["style"] = _read("style.css")
    environment.filters["with_code"] = _split_code
    return environment


def _read(name: str) -> str:
    return resources.files("flows.outbound.pages").joinpath(name).read_text("utf-8")


def _split_code(text: str) -> list[tuple[str, bool]]:
    """The parts of a sentence, and which of them stood between backticks."""
    return [(part, place % 2 == 1) for place, part in enumerate(CODE.split(text)) if part]
