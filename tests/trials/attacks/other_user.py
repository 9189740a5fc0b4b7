"""What another user of the machine tries: `other_user.py BASE DEPLOYMENT HOME UID`, started as root."""

from __future__ import annotations

import encodings.idna  # noqa: F401 -- the other user cannot read the interpreter's own modules
import json
import os
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def main(base: str, deployment: str, home: str, user: int) -> None:
    """Become that user, and try; a line an attempt."""
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)

    def post(headers: dict[str, str]) -> bytes:
        body = json.dumps({"name": "from-a-user", "parameters": {"business_date": "2062-01-01"}}).encode()
        url = f"{base}/api/deployments/{deployment}/create_flow_run"
        headers = {"Content-Type": "application/json", **headers}
        request = urllib.request.Request(url, body, headers)  # noqa: S310 -- loopback
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310 -- loopback
            content: bytes = answer.read()
            return content

    attempt("no password", lambda: post({}))
    attempt("a wrong password", lambda: post({"Authorization": "Basic YmFja29yZGVyczo="}))
    attempt("a bearer", lambda: post({"Authorization": "Bearer x"}))
    attempt("a rebound page", lambda: post({"Host": "shop.example", "Origin": "http://shop.example"}))
    for name in ("api.env", "prefect.db", "server.log"):
        attempt(name, (Path(home) / name).read_bytes)
    attempt("the folder", lambda: list(Path(home).iterdir()))


def attempt(name: str, action: Callable[[], object]) -> None:
    """Say what came of one attempt."""
    try:
        said = str(action())
    except OSError as error:
        said = f"refused: {error}"
    sys.stdout.write(f"{name} = {said[:60]}\n")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
