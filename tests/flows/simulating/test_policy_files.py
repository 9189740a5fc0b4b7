"""Policy files: whole policies, refused as a client's file would be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from flows.simulating.policy_files import read_policies, read_policy, refuse_misfits
from schemas.errors import ConfigurationError
from schemas.settings.client import Client
from schemas.settings.policy import Policy
from tests.flows.simulating.nights import put_policy

if TYPE_CHECKING:
    from pathlib import Path

COMPLETE = Policy(ship_rule="order_complete")


@pytest.mark.parametrize("text", ['ship_rule = "order_complete"', '[policy]\nship_rule = "order_complete"'])
def test_bare_keys_and_a_policy_section_say_the_same(tmp_path: Path, text: str) -> None:
    assert read_policy(put_policy(tmp_path, "whole", text)) == COMPLETE


def test_what_a_file_leaves_out_has_its_default(tmp_path: Path) -> None:
    assert read_policy(put_policy(tmp_path, "plain", "")) == Policy()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('ship_rul = "partial"', r'odd\.toml: ship_rul: no such key; did you mean "ship_rule"\?'),
        (
            '[policy]\nhold_back = "none"',
            r'odd\.toml: policy\.hold_back: no such key; did you mean "holdback"\?',
        ),
        (
            'ship_rule = "orders_complete"',
            r'odd\.toml: ship_rule: .* is not allowed; did you mean "order_complete"',
        ),
        ('name = "Acme"\n[policy]', r"odd\.toml: name: no such key; keys here: policy"),
        ("ship_rule = ", r"odd\.toml: not TOML"),
        ('holdback = "bounded"', r"odd\.toml: .*needs a bound: set holdback_nights, holdback_days"),
    ],
)
def test_a_file_that_cannot_be_followed_is_refused_by_file_and_key(
    tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(ConfigurationError, match=said):
        read_policy(put_policy(tmp_path, "odd", text))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"gone\.toml: not a file"):
        read_policies([tmp_path / "gone.toml"])


def test_policies_are_named_by_their_files_and_by_their_paths_where_names_are_alike(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    paths = [put_policy(tmp_path, "a"), put_policy(tmp_path, "same"), put_policy(tmp_path / "b", "same")]
    assert list(read_policies(paths)) == ["a", str(paths[1]), str(paths[2])]


def test_no_file_takes_the_name_of_the_own_policy(tmp_path: Path) -> None:
    path = put_policy(tmp_path, "own")
    assert list(read_policies([path])) == [str(path)]


def test_a_file_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    path = put_policy(tmp_path, "a")
    with pytest.raises(ConfigurationError, match="is named twice"):
        read_policies([path, path])


def test_a_policy_that_contradicts_the_rest_of_a_client_is_refused_with_both_named() -> None:
    twice = Client(client_id="acme", name="A", warehouses=("W1",)).model_copy(
        update={"warehouses": ("W1", "W1")}
    )
    with pytest.raises(ConfigurationError, match=r"policy whole for client acme: .*names one twice"):
        refuse_misfits({"whole": COMPLETE}, [twice])
