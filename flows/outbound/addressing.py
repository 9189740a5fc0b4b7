"""Whom a message goes to, and the live ones that reach nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.people import read_people_after
from flows.outbound.mail import is_address
from schemas.findings import FindingCode
from schemas.vocabulary import NoticeState
from transforms.findings import make_findings, usual_cause
from transforms.reports.texts import single_line

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.client import Client
    from schemas.night import AsOf, NightPlan
    from schemas.results import Finding

ORDER = ("client_id", "order_id")
SCHEMA = dict.fromkeys(("client_id", "subject", "detail"), pl.String)


def address_of(client: Client, email: str | None, *, is_b2b: bool) -> str | None:
    """The mail address of a message: a business order's is the client's desk. None: there is none."""
    to = client.notices.desk_address if is_b2b else email or ""
    return to if is_address(to) else None


def sender_of(client: Client) -> str | None:
    """Whom mails are from; None: the client's file names nobody."""
    sender = client.notices.from_address or client.notices.reply_to
    return sender if is_address(sender) else None


def find_unaddressed(
    plan: NightPlan, connection: sqlite3.Connection, clients: Mapping[str, Client], *, as_of: AsOf
) -> DataFrame[Finding]:
    """Findings for the live messages of a plan that have no address, or whose client has no sender."""
    live = plan.messages.filter(pl.col("state") == NoticeState.TO_SEND).select(ORDER).unique().sort(ORDER)
    is_b2b = (pl.col("order_type") == "b2b").any()
    heads = plan.books.order_lines.group_by(ORDER).agg(is_b2b=is_b2b)
    people = read_people_after(connection, plan.ship_to, live).select(*ORDER, single_line(pl.col("email")))
    told = [
        {"client_id": client_id, "subject": order_id, "detail": reason}
        for client_id, order_id, business, email in live.join(heads, on=ORDER, how="left")
        .join(people, on=ORDER, how="left")
        .iter_rows()
        if (reason := _unreachable(clients[client_id], email, is_b2b=business))
    ]
    code = FindingCode.NO_ADDRESS
    rows = pl.DataFrame(told, schema=SCHEMA).with_columns(cause=usual_cause(code, as_of))
    return make_findings(rows, code, as_of=as_of)


def _unreachable(client: Client, email: str | None, *, is_b2b: bool) -> str:
    """Why a message cannot be mailed; empty where it can, or where the plan says it. Nothing of a person."""
    if is_b2b and not client.notices.desk_address:
        return ""
    if address_of(client, email, is_b2b=is_b2b) is None:
        return "the order has no mail address that can be used"
    return "" if sender_of(client) else "the client's file names no from_address and no reply_to"
