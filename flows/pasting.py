"""Commands that are shown to be pasted: quoted for a shell, and with the workspace that they mean.

They are pasted into another terminal, from a mail or on the next day, so nothing is left to the folder or the
environment that somebody stands in.
"""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def say_workspace(root: Path) -> str:
    """The end of a command: the workspace that it means."""
    return f" --workspace {shlex.quote(str(root.absolute()))}"


def say_command(verb: str, *words: str, options: Sequence[str] = (), workspace: str = "") -> str:
    """A command as it can be pasted.

    Args:
        verb: the command of `backorders`.
        words: what it is about; an id that begins with a dash is no option.
        options: with their values.
        workspace: of `say_workspace`; empty where the command takes none.
    """
    if any(word.startswith("-") for word in words):
        return f"{shlex.join(('backorders', verb, *options))}{workspace} {shlex.join(('--', *words))}"
    return f"{shlex.join(('backorders', verb, *words, *options))}{workspace}"
