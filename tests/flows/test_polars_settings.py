"""Polars hears how it shall keep its memory, unless whoever runs the program says otherwise."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from flows.polars_settings import OF_OURS, prepare_polars

PROGRAM = """
import os, sys
from flows.cli import main
sys.argv = ["backorders", "--help"]
try:
    main()
except SystemExit:
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
