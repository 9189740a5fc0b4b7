"""Where Prefect keeps what it keeps, and what it must not do; to be called before Prefect is imported."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.workspace import Workspace

OF_OURS = {
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    # a server that starts within a flow takes 12 to 18 s, and longer on a machine that has other work
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "120",
    # runs of the day's looks would otherwise pile up for ever
    "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
    "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "2592000",
    # what our own modules log is shown in Prefect's pages, too
    "PREFECT_LOGGING_EXTRA_LOGGERS": "flows",
    # no page of another origin may read an answer; our own pages ask by a path, so `ssh -L` may lead to them
    "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": "",
    "PREFECT_UI_API_URL": "/api",
}
"""What Prefect shall do here, unless whoever runs it says otherwise in the environment."""


def prepare_prefect(workspace: Workspace, *, console_level: str = "WARNING") -> None:
    """Let everything that Prefect keeps lie in the workspace, and nothing leave the house.

    Has no effect on a Prefect that is imported already.
    """
    home = workspace.root.resolve() / ".prefect"
    os.environ["PREFECT_HOME"] = str(home)
    os.environ["BACKORDERS_WORKSPACE"] = str(workspace.root.absolute())
    os.environ["PREFECT_SERVER_UI_STATIC_DIRECTORY"] = str(home / "ui")
    for name, value in {**OF_OURS, "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": console_level}.items():
        os.environ.setdefault(name, value)
