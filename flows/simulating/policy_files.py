"""Policy files: the rules of a `[policy]` section on their own, to be tried on nights that were."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pydantic import ValidationError

from flows.settings_file import explain_error, parse_settings, parse_toml, read_content, shown
from schemas.errors import ConfigurationError
from schemas.outputs.simulation import OWN
from schemas.settings.client import Client
from schemas.settings.parent import Settings
from schemas.settings.policy import Policy
from transforms.simulation.policies import under_policy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path


class PolicyFile(Settings):
    """A file with a `[policy]` section and nothing else."""

    policy: Policy = Policy()


def read_policies(paths: Sequence[Path]) -> dict[str, Policy]:
    """Each file's policy by a short name: the file's own name, or its path where two are alike.

    Raises:
        ConfigurationError: a file cannot be read or followed, or is named twice.
    """
    stems = Counter(path.stem for path in paths)
    policies: dict[str, Policy] = {}
    for path in paths:
        is_plain = stems[path.stem] == 1 and path.stem != OWN
        name = shown(path.stem if is_plain else str(path))
        if name in policies:
            message = f"{name} is named twice; name each policy file once"
            raise ConfigurationError(message)
        policies[name] = read_policy(path)
    return policies


def read_policy(path: Path) -> Policy:
    """The policy of a file: bare keys of a policy, or a `[policy]` section.

    It is a whole policy: what it leaves out has its default.

    Raises:
        ConfigurationError: it cannot be read, or a key of it cannot be followed.
    """
    place = shown(str(path))
    content = read_content(path, place)
    if "policy" in parse_toml(content, place):
        return parse_settings(content, PolicyFile, place).policy
    return parse_settings(content, Policy, place)


def refuse_misfits(policies: dict[str, Policy], clients: Iterable[Client]) -> None:
    """See to it that each client could have each policy.

    Raises:
        ConfigurationError: a policy contradicts the rest of a client's file.
    """
    for client in clients:
        for name, policy in policies.items():
            try:
                under_policy(client, policy)
            except ValidationError as error:
                faults = [
                    f"policy {name} for client {client.client_id}: {explain_error(detail, Client)}"
                    for detail in error.errors()
                ]
                raise ConfigurationError("\n".join(faults)) from error
