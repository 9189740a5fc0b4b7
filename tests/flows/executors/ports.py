"""Places on this machine's loopback where nobody listens."""

from __future__ import annotations

import socket


def free_port() -> int:
    """A port that was free just now."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])
