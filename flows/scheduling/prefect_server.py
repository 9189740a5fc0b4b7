"""Prefect's server behind a door: `python -m flows.scheduling.prefect_server DESCRIPTOR`.

It answers on a socket that whoever started it has opened, so nobody else can have taken its port meanwhile.
Prefect itself asks for a password where one is set, and lets every host name and every web page ask: a page
that is open on this machine could try, and a host name that leads here (DNS rebinding) would make it ours.
So there are two checks more, before Prefect sees a request.
"""

from __future__ import annotations

import socket
import sys
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

HOSTS = ("127.0.0.1", "localhost")
"""What loopback is called. Any port: `ssh -L` may lead here from another one."""

NO_FRAMES = "frame-ancestors 'none'"
"""No page shows ours within its own, where a click would be ours."""


class OwnPages:
    """Answers programs, which name no origin, and pages that came from here; no other page."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or refuse it with 403."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        own = f"http://{headers.get('host', '')}"
        if any(origin != own for origin in headers.getlist("origin")):
            refusal = PlainTextResponse("Only pages of this server may ask.", status_code=403)
            await refusal(scope, receive, send)
            return

        async def send_unframed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["Content-Security-Policy"] = NO_FRAMES
            await send(message)

        await self.app(scope, receive, send_unframed)


def guard(app: ASGIApp) -> ASGIApp:
    """An application that answers no foreign host and no foreign page."""
    return TrustedHostMiddleware(OwnPages(app), allowed_hosts=HOSTS, www_redirect=False)


def main(descriptor: int) -> None:
    """Serve on an open socket until a signal ends it."""
    import uvicorn  # noqa: PLC0415 -- the checks above are tried without Prefect's server
    from prefect.server.api.server import create_app  # noqa: PLC0415 -- as above

    application = guard(create_app(final=True))
    server = uvicorn.Server(uvicorn.Config(application, log_level="warning"))
    server.run(sockets=[socket.socket(fileno=descriptor)])


if __name__ == "__main__":
    main(int(sys.argv[1]))
