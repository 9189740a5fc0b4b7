"""Reading what people set: one client's mistake is one client's night."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.configuration import parse_configuration, read_configuration, read_policies
from flows.workspace import Workspace
from schemas.errors import ConfigurationError
from schemas.settings.workspace import WorkspaceSettings

if TYPE_CHECKING:
    from pathlib import Path

ACME = 'name = "Acme"\nwarehouses = ["W1"]\n'
W1 = 'allocator = "us"\n'


def workspace_with(root: Path, **files: str) -> Workspace:
    """A workspace whose files are named `clients__acme` for clients/acme.toml."""
    workspace = Workspace(root)
    workspace.clients.mkdir()
    workspace.warehouses.mkdir()
    for name, text in files.items():
        (root / f"{name.replace('__', '/')}.toml").write_text(text)
    return workspace


def test_clients_and_warehouses_are_named_by_their_files(tmp_path: Path) -> None:
    configuration = read_configuration(workspace_with(tmp_path, clients__acme=ACME, warehouses__W1=W1))
    assert configuration.clients["acme"].client_id == "acme"
    assert configuration.warehouses["W1"].warehouse_id == "W1"
    assert configuration.refused == {}


def test_a_workspace_without_a_file_of_its_own_has_the_defaults(tmp_path: Path) -> None:
    assert read_configuration(Workspace(tmp_path)).settings == WorkspaceSettings()


def test_a_workspace_says_when_its_day_ends(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, workspace='time_zone = "Asia/Tokyo"\n')
    assert read_configuration(workspace).settings.time_zone == "Asia/Tokyo"


def test_a_broken_client_sits_the_night_out_and_the_others_go_on(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, clients__acme=ACME, clients__bad="name = 1\n", warehouses__W1=W1)
    configuration = read_configuration(workspace)
    assert list(configuration.clients) == ["acme"]
    assert list(configuration.refused) == ["bad"]
    assert "clients/bad.toml: name: needs text" in configuration.refused["bad"]


def test_a_client_of_an_unknown_warehouse_is_refused_with_the_nearest_name(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, clients__acme=ACME, warehouses__W11=W1)
    assert read_configuration(workspace).refused["acme"] == (
        'clients/acme.toml: warehouses: there is no warehouses/W1.toml; did you mean "W11"?'
    )


@pytest.mark.parametrize(
    ("mapping", "words"),
    [
        ('columns = { ordr_id = "No" }', "feeds.orders.columns: the feed has no column 'ordr_id'"),
        ('columns = { qty = "SUM(Quantity)" }', "SUM"),
        ('routes = [{ to = "set_aside", where = "NOW() > 1" }]', "NOW"),
    ],
)
def test_a_mapping_that_no_file_could_satisfy_refuses_the_client(
    tmp_path: Path, mapping: str, words: str
) -> None:
    text = f'{ACME}[feeds.orders]\nheader = ["Quantity", "No"]\n{mapping}\n'
    workspace = workspace_with(tmp_path, clients__acme=text, warehouses__W1=W1)
    told = read_configuration(workspace).refused["acme"]
    assert told.startswith("clients/acme.toml: ")
    assert words in told


@pytest.mark.parametrize(
    "mapping",
    [
        'columns = { order_id = "No", qty = "SUM(Quantity)" }',
        """columns = { order_id = "No" }\nroutes = [{ to = "set_aside", where = "SUM(Quantity) > 1" }]""",
        """routes = [{ to = "set_aside", where = "No = 1" }, { to = "set_aside", where = "SUM(No) > 1" }]""",
    ],
)
def test_a_mapping_that_no_file_could_satisfy_is_found_behind_a_column_that_one_may_have(
    tmp_path: Path, mapping: str
) -> None:
    text = f"{ACME}[feeds.orders]\n{mapping}\n"
    workspace = workspace_with(tmp_path, clients__acme=text, warehouses__W1=W1)
    assert "the function SUM is not allowed" in read_configuration(workspace).refused["acme"]


@pytest.mark.parametrize("name", ["InvoiceNo", "Invoice No.", "No. (intern)", "#"])
def test_whether_a_mapped_column_exists_only_a_file_can_tell(tmp_path: Path, name: str) -> None:
    text = f'{ACME}[feeds.orders]\ncolumns = {{ order_id = "{name}" }}\n'
    workspace = workspace_with(tmp_path, clients__acme=text, warehouses__W1=W1)
    assert read_configuration(workspace).refused == {}


def test_a_client_whose_file_name_is_no_id_is_refused(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, **{"clients__acme gifts": ACME, "warehouses__W1": W1})
    configuration = read_configuration(workspace)
    assert configuration.clients == {}
    assert "rename it" in configuration.refused["acme gifts"]


def test_other_files_beside_the_settings_are_not_read(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, clients__acme=ACME, warehouses__W1=W1)
    (workspace.clients / "acme.toml.bak").write_text("no")
    (workspace.clients / ".#acme.toml").symlink_to("nowhere")
    configuration = read_configuration(workspace)
    assert (list(configuration.clients), configuration.refused) == (["acme"], {})


def test_broken_warehouses_stop_the_run_and_all_of_them_are_named(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, warehouses__W1="", warehouses__W2='allocator = "wms"\n')
    (workspace.warehouses / "W 3.toml").write_text(W1)
    with pytest.raises(ConfigurationError) as caught:
        read_configuration(workspace)
    told = str(caught.value).split("\n")
    assert [line.split(": ")[0] for line in told] == [
        f"warehouses/{name}.toml" for name in ("W 3", "W1", "W2")
    ]
    assert told[1].startswith(
        'warehouses/W1.toml: allocator: needed, but not there; write one of "us", "wms", for example '
        '`allocator = "us"` (who owns the shelf'
    )
    assert "not supported yet" in told[2]


@pytest.mark.parametrize("text", ["time_zone = 3\n", "zone = 3\n", "time_zone\n"])
def test_a_broken_workspace_file_stops_the_run(tmp_path: Path, text: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^workspace\.toml: "):
        read_configuration(workspace_with(tmp_path, workspace=text))


def test_a_link_to_nowhere_is_not_taken_for_a_workspace_without_settings(tmp_path: Path) -> None:
    (tmp_path / "workspace.toml").symlink_to("nowhere")
    with pytest.raises(ConfigurationError, match="not a file"):
        read_configuration(Workspace(tmp_path))


def test_a_folder_that_is_not_there_is_no_workspace(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="backorders init"):
        read_configuration(Workspace(tmp_path / "nowhere"))


def test_the_files_that_shape_a_run_are_read_as_they_stand(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, workspace="", clients__acme=ACME, warehouses__W1=W1)
    (workspace.clients / "gone.toml").symlink_to("nowhere")
    assert list(read_policies(workspace).items()) == [
        ("clients/acme.toml", ACME.encode()),
        ("warehouses/W1.toml", W1.encode()),
        ("workspace.toml", b""),
    ]


def test_a_run_reads_the_settings_that_it_froze_whatever_was_written_since(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, workspace="", clients__acme=ACME, warehouses__W1=W1)
    before = read_configuration(workspace)
    frozen = read_policies(workspace)
    (workspace.clients / "acme.toml").write_text("broken")
    assert parse_configuration(frozen) == before
    assert list(frozen) == ["clients/acme.toml", "warehouses/W1.toml", "workspace.toml"]


def test_a_client_file_that_is_no_file_refuses_its_client(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path)
    (workspace.clients / "acme.toml").mkdir()
    assert "not a file" in read_configuration(workspace).refused["acme"]


def test_a_bare_workspace_has_no_files_that_shape_a_run(tmp_path: Path) -> None:
    assert read_policies(Workspace(tmp_path)) == {}


def test_of_clients_that_differ_only_in_capitals_one_goes_on(tmp_path: Path) -> None:
    files = {"clients__acme": ACME, "clients__ACME": ACME, "clients__Acme": ACME, "clients__bolt": ACME}
    workspace = workspace_with(tmp_path, warehouses__W1=W1, **files)
    configuration = read_configuration(workspace)
    assert sorted(configuration.clients) == ["ACME", "bolt"]
    assert sorted(configuration.refused) == ["Acme", "acme"]
    assert "differs from ACME only in capitals" in configuration.refused["acme"]
    assert "clients/acme.toml" not in read_policies(workspace)


def test_a_client_who_had_files_here_is_not_ended_by_a_twin_who_comes_new(tmp_path: Path) -> None:
    workspace = workspace_with(tmp_path, clients__acme=ACME, clients__Acme=ACME, warehouses__W1=W1)
    (workspace.archive / "acme").mkdir(parents=True)
    assert list(read_configuration(workspace).clients) == ["acme"]
