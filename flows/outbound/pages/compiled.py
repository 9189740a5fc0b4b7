"""Templates as they were compiled the first time, beside Python's own compiled modules.

Compiling the templates of a page took a twentieth of a small night. What is kept is Python's bytecode, and it
lies where that of the modules lies: whoever may write there may change the program itself.
"""

from __future__ import annotations

import marshal
import os
import sys
from contextlib import suppress
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import BytecodeCache, __version__

if TYPE_CHECKING:
    from jinja2.bccache import Bucket


class CompiledBeside(BytecodeCache):
    """Keeps each template's bytecode in the `__pycache__` of a folder of templates.

    Where that cannot be read or written, or Python was asked to keep no bytecode, a template is compiled
    anew. So it is where its text, `options`, Jinja or Python is another one.
    """

    def __init__(self, folder: Path, options: str) -> None:
        self.folder = folder
        self.of = f"{MAGIC_NUMBER.hex()} {__version__} {options}\n"

    def get_cache_key(self, name: str, filename: str | None = None) -> str:  # noqa: ARG002 -- Jinja's own
        """A template is known by the name of its file."""
        return name

    def get_source_checksum(self, source: str) -> str:
        """Of all that the bytecode of a text depends on."""
        return super().get_source_checksum(self.of + source)

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take what is kept of a template, if it is of today."""
        with suppress(OSError, EOFError, ValueError, TypeError):
            checksum, _, code = self._place(bucket).read_bytes().partition(b"\n")
            if checksum == bucket.checksum.encode():
                bucket.code = marshal.loads(code)  # noqa: S302 -- as Python's own modules

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep a template; whoever reads meanwhile finds all of it, or what stood there before."""
        if sys.dont_write_bytecode:
            return
        place = self._place(bucket)
        hidden = place.with_name(f"{place.name}.{os.getpid()}")
        with suppress(OSError):
            place.parent.mkdir(parents=True, exist_ok=True)
            hidden.write_bytes(bucket.checksum.encode() + b"\n" + marshal.dumps(bucket.code))
            hidden.replace(place)

    def _place(self, bucket: Bucket) -> Path:
        return Path(cache_from_source(str(self.folder / bucket.key)))
