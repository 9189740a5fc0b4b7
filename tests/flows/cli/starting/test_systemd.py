"""Units of systemd for a workspace: started by it as they stand, and allowed little."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from flows.cli.starting import systemd
from flows.cli.starting.systemd import BY_SERVE, BY_TIMER, make_units, quote_path, quote_word, read_time
from flows.workspace import Workspace
from schemas.errors import ConfigurationError
from tests.flows.cli.published import run
from tests.flows.night.small_world import make_world

if TYPE_CHECKING:
    from collections.abc import Iterable

ANALYZE = shutil.which("systemd-analyze")
MOST_EXPOSED = 25
"""Tenths of a point, as `systemd-analyze security` counts: 100 is everything."""


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A command that is installed."""
    place = tmp_path / "bin" / "backorders"
    place.parent.mkdir()
    place.write_text("#!/bin/sh\n")
    place.chmod(0o755)
    monkeypatch.setattr(systemd, "find_program", lambda: str(place))
    return str(place)


def write_units(place: Workspace, folder: Path, names: tuple[str, ...]) -> list[Path]:
    """The files of the units."""
    folder.mkdir()
    units = make_units(place, names, zone="Europe/London", user="daemon", minutes=5)
    for name, text in units.items():
        (folder / name).write_text(text)
    return sorted(folder.iterdir())


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize("names", [BY_TIMER, BY_SERVE])
@pytest.mark.parametrize("folder", ["data", "a b", 'it\'s "50 %" $HOME'])
def test_systemd_takes_the_units_as_they_stand(tmp_path: Path, folder: str, names: tuple[str, ...]) -> None:
    if ANALYZE is None:
        pytest.skip("systemd-analyze is not here")
    place = make_world(tmp_path / folder)
    for unit in write_units(place, tmp_path / "units", names):
        checked = subprocess.run([ANALYZE, "verify", unit], capture_output=True, text=True, check=False)
        about_units = [line for line in checked.stderr.splitlines() if "backorders" in line]
        assert not about_units
        assert checked.returncode == 0


@pytest.mark.usefixtures("program")
@pytest.mark.parametrize(
    "name", ["backorders.service", "backorders-looks.service", "backorders-serve.service"]
)
def test_a_service_may_do_little(tmp_path: Path, name: str) -> None:
    if ANALYZE is None:
        pytest.skip("systemd-analyze is not here")
    place = make_world(tmp_path / "data")
    write_units(place, tmp_path / "units", BY_SERVE if "serve" in name else BY_TIMER)
    asked = ("security", "--offline=true", f"--threshold={MOST_EXPOSED}", str(tmp_path / "units" / name))
    judged = subprocess.run([ANALYZE, *asked], capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout[-300:]


@pytest.mark.usefixtures("program")
def test_a_failed_night_is_told_and_the_night_runs_without_prefect(tmp_path: Path) -> None:
    units = make_units(make_world(tmp_path / "data"), zone="Europe/London", user="daemon", minutes=7)
    night, failed = units["backorders.service"], units["backorders-failed.service"]
    assert "OnFailure=backorders-failed.service" in night
    assert " run --plain --workspace " in night
    assert " status --workspace " in failed
    assert "SuccessExitStatus=4" in failed
    assert "OnCalendar=*-*-* 04:15:00 Europe/London" in units["backorders.timer"]
    assert "OnUnitInactiveSec=7 min" in units["backorders-looks.timer"]
    assert f'ReadWritePaths="{tmp_path / "data"}"' in night


def settings_of(units: Iterable[str]) -> set[str]:
    """Every line of units that sets something, without its value."""
    return set(re.findall(r"^([A-Za-z]+)=", "\n".join(units), re.MULTILINE))


@pytest.mark.usefixtures("program")
def test_what_lies_in_a_home_can_be_read() -> None:
    at_home = Workspace(Path("/home/ann/orders"))
    (text,) = {
        make_units(at_home, ("backorders.service",), zone="UTC", user="ann", minutes=5)["backorders.service"]
    }
    assert "ProtectHome=read-only" in text
    elsewhere = make_units(Workspace(Path("/srv/orders")), zone="UTC", user="ann", minutes=5)
    assert "RestrictSUIDSGID" not in settings_of(
        elsewhere.values()
    )  # it forbids folders that hand on a group


@pytest.mark.parametrize(
    ("text", "word"),
    [("/srv/a b", '"/srv/a b"'), ("100%", '"100%%"'), ("$x", '"$$x"'), ('a"\\', '"a\\"\\\\"')],
)
def test_a_word_is_quoted_as_systemd_reads_it(text: str, word: str) -> None:
    assert quote_word(text) == word
    assert quote_path("/a$b") == '"/a$b"'


def test_a_path_that_no_unit_can_hold_is_refused() -> None:
    with pytest.raises(ConfigurationError, match="unit file"):
        quote_word("/srv/a\nExecStartPre=/bin/evil")


@pytest.mark.parametrize("text", ["25:00", "soon", "02:30", "00:30", "04:15+01:00"])
def test_a_bad_time_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError):
        read_time(text)
    assert read_time("04:15") == time(4, 15)


def test_the_command_prints_or_writes_them(tmp_path: Path, program: str) -> None:
    place = make_world(tmp_path / "data")
    shown = run("systemd", "-w", str(place.root), "--user", "daemon")
    assert shown.exit_code == 0
    assert f'ExecStart="{program}" run --plain' in shown.output
    written = run(
        "systemd", "-w", str(place.root), "--user", "daemon", "--serve", "--output", str(tmp_path / "out")
    )
    assert "enable --now backorders-serve.service" in written.output
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(BY_SERVE)
