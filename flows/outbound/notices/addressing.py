"""Whom a message goes to, and the live ones that reach nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from flows.ledger.store.people import read_people_after
from schemas.results import Finding
from schemas.settings.client import is_written_language
from schemas.settings.mail_address import is_address
from schemas.vocabulary.findings import FindingCode
from schemas.vocabulary.words import NoticeState, OrderType
from transforms.findings import make_findings, usual_cause
from transforms.texts import single_line

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

    from pandera.typing.polars import DataFrame

    from schemas.night import AsOf, NightPlan
    from schemas.settings.client import Client

ORDER = ("client_id", "order_id")
SCHEMA = dict.fromkeys(("client_id", "subject", "detail"), pl.String)
NO_MAIL_ADDRESS = "the order has no mail address that can be used"
OTHER_LANGUAGE = "the order asks for another language, and notices are written in English only: it got none"


def address_of(client: Client, email: str | None, *, is_b2b: bool) -> str | None:
    """The mail address of a message: a business order's is the client's desk. None: there is none."""
    to = client.notices.desk_address if is_b2b else email or ""
    return to if is_address(to) else None


def is_to_desk(client: Client, email: str | None, *, is_b2b: bool) -> bool:
    """Whether the client's desk reads it: of a business order, or where the order has the desk's address."""
    desk = client.notices.desk_address.lower()
    return is_b2b or (bool(desk) and (email or "").lower() == desk)


def sender_of(client: Client) -> str | None:
    """Whom mails are from; None: the client's file names nobody, and its messages are previews."""
    sender = client.notices.sender
    return sender if is_address(sender) else None


def is_understood(language: str | None, *, to_desk: bool) -> bool:
    """Whether a message can be mailed in its reader's language; a desk reads what its client's file says."""
    return to_desk or not language or is_written_language(language)


def find_unmailed(
    plan: NightPlan, connection: sqlite3.Connection, clients: Mapping[str, Client], *, as_of: AsOf
) -> DataFrame[Finding]:
    """Findings for the live messages of a plan that reach nobody: no address, or no such language.

    Of a business order without a desk the plan says it itself.
    """
    live = plan.messages.filter(pl.col("state") == NoticeState.TO_SEND).select(ORDER).unique().sort(ORDER)
    heads = plan.books.order_lines.group_by(ORDER).agg(is_b2b=(pl.col("order_type") == OrderType.B2B).any())
    people = read_people_after(connection, plan.ship_to, live)
    messages = live.join(heads, on=ORDER, how="left").join(
        people.select(*ORDER, single_line(pl.col("email")), "language"), on=ORDER, how="left"
    )
    told: dict[FindingCode, list[dict[str, str]]] = {FindingCode.NO_ADDRESS: [], FindingCode.NO_LANGUAGE: []}
    for message in messages.to_dicts():
        client, is_b2b = clients[message["client_id"]], message["is_b2b"]
        about = {"client_id": message["client_id"], "subject": message["order_id"]}
        to_desk = is_to_desk(client, message["email"], is_b2b=is_b2b)
        if not is_understood(message["language"], to_desk=to_desk):
            told[FindingCode.NO_LANGUAGE].append(about | {"detail": OTHER_LANGUAGE})
        elif not (is_b2b and not client.notices.desk_address) and (
            address_of(client, message["email"], is_b2b=is_b2b) is None
        ):
            told[FindingCode.NO_ADDRESS].append(about | {"detail": NO_MAIL_ADDRESS})
    return pl.concat(_findings_of(code, rows, as_of) for code, rows in told.items()).pipe(Finding.validate)


def _findings_of(code: FindingCode, rows: list[dict[str, str]], as_of: AsOf) -> DataFrame[Finding]:
    of_code = pl.DataFrame(rows, schema=SCHEMA).with_columns(cause=usual_cause(code, as_of))
    return make_findings(of_code, code, as_of=as_of)
