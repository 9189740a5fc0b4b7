"""Options and fixtures of the whole suite."""

from __future__ import annotations

import gc
import inspect
import logging
import os
import shutil
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flows.workspace import Workspace

os.environ.setdefault("POLARS_MAX_THREADS", "1")
"""Frames of tests are small, and the other cores have tests of their own. Heard because Polars is not yet
imported: this file imports nothing of ours at its top."""

MEMORY, ROOM = Path("/dev/shm"), 4 * 2**30  # noqa: S108 -- a folder of this run alone is made there
"""Where files lie in memory, and the bytes that a whole run may need."""

MOST_WORKERS = 4
"""A worker collects the suite anew and makes the shared nights anew, so many of them share little."""

settings.register_profile("suite", deadline=None, derandomize=True)
settings.load_profile("suite")
"""A suite gives one answer for one tree; `--hypothesis-profile=default` draws other examples each time."""


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their argument, and let pytest number them.

    Packed bytes hold the second at which they were packed, and every worker must collect the same names.
    """
    return argname if isinstance(val, bytes) else None


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write generated pages and golden files again"
    )
    parser.addoption(
        "--part",
        type=int,
        choices=range(PARTS + 1),
        default=0,
        help=f"of {PARTS} parts of the suite this one, cut by module; 0: all",
    )


PARTS = 6
"""Into how many parts `--part` cuts the suite, module by module."""

SHARED = (
    "tests/spec/facts",
    "tests/golden",
    "tests/trials/test_flips.py",
    "tests/flows/safekeeping/test_verifying.py",
    "tests/flows/night/test_repeatable.py",
    "tests/flows/night/planning/test_retired.py",
    "tests/flows/simulating",
    "tests/flows/scheduling/test_prefect_flows.py",
    "tests/flows/night/test_first_",
)
"""Tests that ask nights of their whole session: they stand together at the start, so that one worker has them
and lives those nights once."""

SHARING = {"lived_together", "expect", "sample", "database"}
"""What is made for a whole session and costs seconds: tests that ask for it stand there, too."""

WHOLE_NIGHTS = "tests/flows"
"""Where pure functions are tried through the world around them; the line coverage of what they reach is asked
of their own tests, and tracing whole nights would double their time."""


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests of shared nights come first; whole nights are not traced; of parts one is kept."""
    if part := items and items[0].config.getoption("--part"):
        of_part: dict[bool, list[pytest.Item]] = {True: [], False: []}
        for item in items:
            of_part[crc32(item.nodeid.split("::")[0].encode()) % PARTS == part - 1].append(item)
        items[0].config.hook.pytest_deselected(items=of_part[False])
        items[:] = of_part[True]
    items.sort(key=lambda item: not item.nodeid.startswith(SHARED) and SHARING.isdisjoint(_asked_by(item)))
    for item in items:
        if item.nodeid.startswith(WHOLE_NIGHTS) and item.config.pluginmanager.has_plugin("pytest_cov"):
            item.add_marker("no_cover")


def _asked_by(item: pytest.Item) -> list[str]:
    """The names of the fixtures that a test asks for."""
    return item.fixturenames if isinstance(item, pytest.Function) else []


def pytest_collection_finish() -> None:
    """Spare the collector of garbage what stays to the end: a look through all modules takes it longest."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let it be cleared away in the end: modules of others count what is not."""
    gc.unfreeze()


def pytest_configure(config: pytest.Config) -> None:
    """Let workers and started programs share bytecode, also where none may be left beside the sources.

    Without it each of some forty processes compiles all that it imports.
    """
    if not hasattr(config, "workerinput"):
        _put_files_in_memory(config)
    if os.environ.pop("PYTHONDONTWRITEBYTECODE", "") and config.cache:
        os.environ.setdefault("PYTHONPYCACHEPREFIX", str(config.cache.mkdir("bytecode")))


def _put_files_in_memory(config: pytest.Config) -> None:
    """Let temporary files of this run lie in memory where there is room: waiting for a disk proves nothing.

    They go when it ends. With TMPDIR set they lie there, and those of failed tests stay.
    """
    if "TMPDIR" in os.environ or not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        return
    place = Path(tempfile.mkdtemp(prefix="backorders-tests-", dir=MEMORY))
    place.chmod(0o755)  # readers in tests are ordinary users
    os.environ["TMPDIR"], tempfile.tempdir = str(place), None
    config.add_cleanup(lambda: _remove(place))


def _remove(place: Path) -> None:
    """Remove a folder, and what is published below it and may not be changed."""
    for folder, _, _ in os.walk(place):
        Path(folder).chmod(0o755)
    shutil.rmtree(place, ignore_errors=True)


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """A worker a core for whole folders; none for single files, on one core, or where output is shown."""
    has_folder = any((config.invocation_params.dir / place).is_dir() for place in config.args)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if not has_folder or cores == 1 or config.getoption("capture") == "no":
        return 0
    return min(cores, MOST_WORKERS)


@pytest.fixture
def caplog(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> Iterator[pytest.LogCaptureFixture]:
    """Hear the program's own loggers, whatever a library did before to them, or to the root's."""
    program = logging.getLogger("flows")
    for name, logger in program.manager.loggerDict.items():
        if name.split(".")[0] == "flows" and isinstance(logger, logging.Logger):
            monkeypatch.setattr(logger, "disabled", False)
    monkeypatch.setattr(program.manager, "disable", logging.NOTSET)
    monkeypatch.setattr(program, "propagate", False)
    monkeypatch.setattr(program, "handlers", [caplog.handler])
    level = program.level
    program.setLevel(logging.DEBUG)
    yield caplog
    program.setLevel(level)


@pytest.fixture
def assert_golden(request: pytest.FixtureRequest) -> Callable[[str, Path], None]:
    """Compare a text with a committed file; with `--update-golden` write the file instead."""

    def check(text: str, golden: Path) -> None:
        if request.config.getoption("--update-golden"):
            golden.parent.mkdir(parents=True, exist_ok=True)
            golden.write_text(text, encoding="utf-8")
        found = golden.read_text(encoding="utf-8") if golden.is_file() else ""
        if found != text:
            pytest.fail(f"{golden} is stale: run pytest --update-golden and read the difference")

    return check


@pytest.fixture(scope="session")
def lived_together(request: pytest.FixtureRequest) -> None:
    """Live the pure nights of all tests that ask for this together, before the first (`tests.once`)."""
    from tests.once import rehearse  # noqa: PLC0415 -- it imports Polars

    tests = [one for one in request.session.items if isinstance(one, pytest.Function)]
    mine = [one for one in tests if "lived_together" in one.fixturenames]
    params = [(one, one.callspec.params if hasattr(one, "callspec") else {}) for one in mine]
    rehearse(
        [
            partial(one.function, **given)
            for one, given in params
            if inspect.signature(one.function).parameters.keys() == given.keys()
        ]
    )


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """The sample after its three nights; only read by tests."""
    from tests.trials.sample_nights import run_sample  # noqa: PLC0415 -- it imports Polars

    return run_sample(tmp_path_factory.mktemp("sample") / "workspace")
