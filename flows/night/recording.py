"""What a run leaves for machines beside its outputs: a line of JSON for each step, and figures to watch.

`log/backorders.jsonl` is turned over between runs once it is large, so no line is torn. Neither the log nor
`metrics/backorders.prom` (`flows.night.metrics`) decides what a night does: what cannot be written is said,
and the night goes on. `status` tells from them how the last run ended.
"""

from __future__ import annotations

import json
import logging
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from logging.handlers import RotatingFileHandler
from typing import TYPE_CHECKING, NamedTuple

from flows.night.metrics import write_metrics
from flows.outcomes import named, outcome_of
from flows.unforeseen import told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flows.workspace import Workspace
    from schemas.errors import BackordersError

LOG = logging.getLogger(__name__)
PROGRAM = logging.getLogger("flows")
"""What every module of ours logs below."""

MAX_BYTES = 5_000_000
"""A larger log is turned over by the next run: some 20,000 lines, or two years of nights without looks."""

KEPT_LOGS = 5
OF_STEPS = ("step", "run_id", "is_done")
"""What a step says of itself beside its words (`flows.night.announcing`)."""


LAST_BYTES = 65_536
"""Of the log's end, among which the words of the last run are looked for."""


class LastEnd(NamedTuple):
    """When the last run ended, its exit code, and what was said."""

    at: datetime
    exit_code: int
    words: str


class JsonLine(logging.Formatter):
    """A record as one line of JSON in ASCII, so that nothing in it can steer a terminal or break a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Instant (UTC), level, logger, words; of a step its name and run, of an error what may be told."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name in OF_STEPS if (value := record.__dict__.get(name)) is not None}
        if code := record.__dict__.get("exit_code"):
            line["exit_code"] = code
        if record.exc_info and record.exc_info[1]:
            line["error"] = told(record.exc_info[1])
        return json.dumps(line)


class QuietFile(RotatingFileHandler):
    """A log that is left out where it cannot be written: it would be the last to know of a full disk."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 -- the library's name
        """Do nothing."""


@contextmanager
def recorded(place: Workspace) -> Iterator[None]:
    """A block that runs nights, under their lock: its log is kept, and in the end its figures are written.

    A process that is killed writes neither end nor figures, and `backorders_run_timestamp_seconds` stays old.
    """
    with kept_log(place, turns_over=True) as handler:
        try:
            yield
        except Exception as error:
            outcome = named(error)
            _log_outcome(handler, outcome)
            write_metrics(place, outcome.exit_code)
            raise
        write_metrics(place, 0)


def record_outcome(place: Workspace, outcome: BackordersError) -> None:
    """Keep how a run ended that was well while it ran, and is judged now."""
    with kept_log(place) as handler:
        _log_outcome(handler, outcome)
    write_metrics(place, outcome.exit_code)


def find_last_end(place: Workspace) -> LastEnd | None:
    """How the last run ended, as its figures and its log say; None where neither can be read."""
    figures: dict[str, str] = {}
    with suppress(OSError, UnicodeDecodeError):
        lines = place.metrics_file.read_text("utf-8").splitlines()
        figures = dict(line.rsplit(" ", 1) for line in lines if " " in line and not line.startswith("#"))
    try:
        code = int(figures["backorders_run_exit_code"])
        at = datetime.fromtimestamp(float(figures["backorders_run_timestamp_seconds"]), UTC)
    except (KeyError, ValueError, OverflowError, OSError):
        return None
    return LastEnd(at, code, _last_words(place, code) if code else "")


def _last_words(place: Workspace, code: int) -> str:
    """What the log says of the last run that ended with that code; empty where it says nothing."""
    text = b""
    with suppress(OSError), place.log_file.open("rb") as log:
        log.seek(max(place.log_file.stat().st_size - LAST_BYTES, 0))
        text = log.read()
    for line in reversed(text.decode("ascii", errors="replace").splitlines()):
        with suppress(ValueError):
            said = json.loads(line)
            if isinstance(said, dict) and said.get("exit_code") == code:
                return str(said.get("message", ""))
    return ""


@contextmanager
def kept_log(place: Workspace, *, turns_over: bool = False) -> Iterator[QuietFile | None]:
    """A block whose log stands in the workspace, too; only who holds the run lock turns a large one over."""
    handler = _open_log(place, turns_over=turns_over)
    if handler is None:
        yield None
        return
    level = PROGRAM.level
    PROGRAM.addHandler(handler)
    PROGRAM.setLevel(min(PROGRAM.getEffectiveLevel(), logging.INFO))
    try:
        yield handler
    finally:
        PROGRAM.removeHandler(handler)
        PROGRAM.setLevel(level)
        handler.close()


def _open_log(place: Workspace, *, turns_over: bool) -> QuietFile | None:
    """The end of the log; None where the disk refuses."""
    try:
        place.log_file.parent.mkdir(parents=True, exist_ok=True)
        handler = QuietFile(place.log_file, backupCount=KEPT_LOGS, encoding="ascii")
        if turns_over and place.log_file.stat().st_size > MAX_BYTES:
            handler.doRollover()
    except OSError as error:
        LOG.warning("%s cannot be written (%s); this run has no log", place.log_file, error.strerror)
        return None
    handler.setLevel(logging.INFO)
    handler.setFormatter(JsonLine())
    return handler


def _log_outcome(handler: QuietFile | None, outcome: BackordersError) -> None:
    """How the run ended, into the kept log alone: who called it tells a person."""
    if handler is None:
        return
    heading, code = outcome_of(outcome)
    words = f"{heading}: {outcome}"
    record = PROGRAM.makeRecord(PROGRAM.name, logging.ERROR, __file__, 0, words, (), None)
    record.__dict__["exit_code"] = code
    handler.handle(record)
