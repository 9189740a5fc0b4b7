"""Alerts: a command of `workspace.toml` is run when a night does not end with zero, or its files are unusual.

Nobody watches at 04:15. What became of the night never depends on the command: one that is missing, fails or
takes too long is said, and that is all. A machine that is off alerts nobody: `status --max-age`, asked from
elsewhere, does.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import TYPE_CHECKING

from flows.outcomes import named, outcome_of
from flows.pasting import say_command, say_workspace
from flows.settings_file import parse_settings, parse_toml, read_content, shown
from schemas.errors import BackordersError, ConfigurationError
from schemas.settings.parent import Settings
from schemas.settings.workspace import AlertSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from flows.workspace import Workspace

LOG = logging.getLogger(__name__)
MAX_SAID = 300
"""Bytes of what a failing command wrote that are said again."""


UNEXPECTED = "Files are not as expected"
"""What the command is told of nights that are done."""


class OnlyAlerts(Settings):
    """`workspace.toml` without all that may be broken in it beside the alerts."""

    alerts: AlertSettings = AlertSettings()


WATCHED: ContextVar[bool] = ContextVar("watched", default=False)
"""Whether a block around this one alerts already."""


@contextmanager
def alerting(place: Workspace, say: Callable[[str], object] = LOG.warning) -> Iterator[None]:
    """A block in which nights run: an error that leaves it is told to the alert command, once.

    Args:
        place: whose `workspace.toml` names the command.
        say: told in a sentence where the command itself failed.
    """
    if WATCHED.get():
        yield
        return
    token = WATCHED.set(True)
    try:
        yield
    except Exception as error:
        if problem := alert(place, named(error)):
            say(problem)
        raise
    finally:
        WATCHED.reset(token)


def alert(place: Workspace, error: BackordersError) -> str:
    """What went wrong with the alert itself, in a sentence; empty: it was sent, or there is no command."""
    return _send(place, *describe(place, error))


def alert_of_files(place: Workspace, unexpected: Sequence[str], say: Callable[[str], object]) -> None:
    """Tell the alert command of files that are not as expected, after nights that are done."""
    if unexpected and (problem := _send(place, *_describe(place, UNEXPECTED, 0, "\n".join(unexpected)))):
        say(problem)


def _send(place: Workspace, text: str, facts: dict[str, str]) -> str:
    """Run the command; what went wrong with it, or nothing."""
    try:
        settings = read_alerts(place)
    except ConfigurationError as fault:
        return f"Nobody was alerted, since the settings of alerts cannot be followed: {fault}"
    if not settings.command:
        return ""
    problem = _run(settings, place, text, facts)
    return problem and f"The alert command of workspace.toml {problem}. The outcome of the night stays."


def read_alerts(place: Workspace) -> AlertSettings:
    """Section `[alerts]` of `workspace.toml`, also where another section is what is broken.

    Raises:
        ConfigurationError: the section cannot be followed, or the file is not TOML.
    """
    name = place.settings_file.name
    if not place.settings_file.exists():
        return AlertSettings()
    keys = parse_toml(read_content(place.settings_file, name), name)
    section = {key: value for key, value in keys.items() if key == "alerts"}
    return parse_settings(section, OnlyAlerts, name).alerts


def describe(place: Workspace, error: BackordersError) -> tuple[str, dict[str, str]]:
    """What the command reads on standard input, and what it finds in its environment."""
    return _describe(place, *outcome_of(error), str(error))


def _describe(place: Workspace, heading: str, code: int, words: str) -> tuple[str, dict[str, str]]:
    """The same of any outcome."""
    root = str(place.root.absolute())
    first = say_command("status", workspace=say_workspace(place.root))
    text = f"{heading} (exit code {code})\n\n{words}\n\nWorkspace: {root}\nLook first: {first}\n"
    return text, {
        "BACKORDERS_WORKSPACE": root,
        "BACKORDERS_EXIT_CODE": str(code),
        "BACKORDERS_OUTCOME": heading,
    }


def _run(settings: AlertSettings, place: Workspace, text: str, facts: dict[str, str]) -> str:
    """How the command failed; empty: it did not."""
    with tempfile.TemporaryFile() as written:
        try:
            process = subprocess.Popen(  # noqa: S603 -- whoever may write the settings says what is run
                settings.command,
                stdin=subprocess.PIPE,
                stdout=written,
                stderr=subprocess.STDOUT,
                cwd=place.root,
                env=os.environ | facts,
                start_new_session=True,
            )
        except (OSError, ValueError) as fault:
            return f"could not be started ({getattr(fault, 'strerror', None) or fault})"
        try:
            process.communicate(text.encode("utf-8", "backslashreplace"), timeout=settings.seconds)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return f"did not end within {settings.seconds:g} seconds and was ended"
        if process.returncode == 0:
            return ""
        written.seek(0)
        words = shown(" ".join(written.read(MAX_SAID).decode("utf-8", "replace").split()))
        return f"ended with {process.returncode}" + (f": {words}" if words else "")
