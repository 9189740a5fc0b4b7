"""The door before Prefect's server: programs and its own pages pass, other hosts and pages do not."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from flows.scheduling.prefect_server import guard

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

HERE = "127.0.0.1:4200"


async def answer_all(scope: Scope, receive: Receive, send: Send) -> None:
    """An application without any doubt."""
    del scope, receive
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b"secret"})


def ask(*headers: tuple[str, str], kind: str = "http") -> tuple[int, dict[str, str]]:
    """The status and the headers of an answer."""
    sent: list[dict[str, Any]] = []

    async def send(message: Any) -> None:  # noqa: ANN401 -- the interface's own type
        sent.append(message)

    async def receive() -> Any:  # noqa: ANN401 -- likewise
        return {"type": "http.request"}

    raw = [(name.encode(), value.encode()) for name, value in headers]
    scope: dict[str, Any] = {
        "type": kind,
        "headers": raw,
        "method": "POST",
        "path": "/api",
        "query_string": b"",
    }
    if kind == "websocket":
        scope["extensions"] = {"websocket.http.response": {}}

    async def call() -> None:
        await guard(answer_all)(scope, receive, send)

    asyncio.run(call())
    return sent[0]["status"], {name.decode(): value.decode() for name, value in sent[0]["headers"]}


@pytest.mark.parametrize(
    "headers",
    [
        [("host", HERE)],
        [("host", "localhost:4200")],
        [("host", HERE), ("origin", f"http://{HERE}")],
        [("host", "localhost:9999"), ("origin", "http://localhost:9999")],
    ],
)
def test_programs_and_own_pages_pass_and_no_page_may_frame_them(headers: list[tuple[str, str]]) -> None:
    status, answered = ask(*headers)
    assert status == 200
    assert answered["content-security-policy"] == "frame-ancestors 'none'"


@pytest.mark.parametrize("kind", ["http", "websocket"])
@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([], 400),
        ([("host", "")], 400),
        ([("host", "shop.example")], 400),
        ([("host", "127.0.0.1.shop.example:4200")], 400),
        ([("host", "shop.example:4200"), ("origin", "http://shop.example:4200")], 400),
        ([("host", "192.168.0.7:4200")], 400),
        ([("host", HERE), ("origin", "http://shop.example")], 403),
        ([("host", HERE), ("origin", "null")], 403),
        ([("host", HERE), ("origin", "")], 403),
        ([("host", HERE), ("origin", "http://127.0.0.1:8080")], 403),
        ([("host", HERE), ("origin", f"https://{HERE}")], 403),
        ([("host", HERE), ("origin", f"http://{HERE}"), ("origin", "http://shop.example")], 403),
    ],
)
def test_other_hosts_and_other_pages_do_not(headers: list[tuple[str, str]], status: int, kind: str) -> None:
    assert ask(*headers, kind=kind)[0] == status
