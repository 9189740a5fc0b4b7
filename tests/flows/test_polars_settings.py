"""Polars hears how it shall keep its memory, unless whoever runs the program says otherwise."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from flows.polars_settings import OF_OURS, OF_READING, mute_libraries, prepare_polars, settings_of_reading

PROGRAM = """
import os, sys
from flows.cli import main
sys.argv = ["backorders", "--help"]
try:
    main()
except SystemExit:
    os.dup2(sys.stderr.fileno(), 2)
    os.environ["_RJEM_MALLOC_CONF"] += ",confirm_conf:true"
    import polars
"""


@pytest.mark.skipif(sys.platform != "linux", reason="Polars has this allocator on Linux only")
def test_the_program_tells_polars_before_polars_starts() -> None:
    silent = {name: value for name, value in os.environ.items() if name not in OF_OURS}
    run = [sys.executable, "-c", PROGRAM]
    heard = subprocess.run(run, env=silent, check=True, capture_output=True, text=True).stderr
    assert "Set conf value: thp:always" in heard
    assert "Set conf value: dirty_decay_ms:30000" in heard


def test_what_whoever_runs_it_says_otherwise_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "environ", {"POLARS_THP": "0"})
    prepare_polars()
    assert os.environ == OF_OURS | {"POLARS_THP": "0"}


def test_the_process_that_reads_gives_memory_back_unless_somebody_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in OF_OURS.items():
        monkeypatch.setenv(name, value)
    assert settings_of_reading() == OF_READING
    monkeypatch.setenv("_RJEM_MALLOC_CONF", "dirty_decay_ms:7")
    assert "_RJEM_MALLOC_CONF" not in settings_of_reading()


WORDS = "Mrs Example, 1 Example Road"
PANIC = f"""
import ctypes, logging, os, subprocess, sys
kept = logging.StreamHandler(sys.stderr)
from flows.polars_settings import mute_libraries
mute_libraries()
mute_libraries()
ctypes.CDLL(None).write(2, b"{WORDS}", {len(WORDS)})
os.write(2, b"{WORDS}")
subprocess.run([sys.executable, "-c", "import sys; sys.stderr.write('{WORDS}')"])
print("ours", file=sys.stderr)
kept.emit(logging.makeLogRecord(dict(msg="kept")))
print(sys.stderr.isatty(), file=sys.stderr)
raise ValueError("raised")
"""


@pytest.mark.parametrize("buffered", ["", "1"])
def test_what_a_library_writes_itself_is_not_heard_and_what_python_says_is(buffered: str) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", PANIC],
        check=False,
        capture_output=True,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": buffered},
    )
    assert WORDS not in ended.stderr + ended.stdout
    assert ended.stderr.startswith("ours\nkept\nFalse\nTraceback")
    assert ended.stderr.endswith("ValueError: raised\n")


def test_a_stream_that_is_not_the_systems_is_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    mute_libraries()
    print("heard", file=sys.stderr)  # noqa: T201 -- that is what is tried
    assert capsys.readouterr().err == "heard\n"


def test_the_program_mutes_libraries_before_it_does_anything() -> None:
    program = (
        "import os, sys; from flows.cli import app; "
        f"app.app = lambda: os.write(2, b'{WORDS}') and print('ours', file=sys.stderr); app.main()"
    )
    ended = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    assert ended.stderr == "ours\n"
