"""The night summary: what needs a person, readable in a minute."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

from pandera.typing.polars import DataFrame

from flows.outbound.summary import NightCounts, NightFacts, count_night, render_summary, summarize_night
from schemas.books.journal import Movement
from schemas.intake.verdicts import FileOutcome
from schemas.night import AsOf, Books
from schemas.results import Allocation, Finding, Message, QueuePosition
from schemas.vocabulary.findings import FindingCode
from tests.frames import NIGHT, frame_of


def finding(code: FindingCode, **values: Any) -> dict[str, Any]:  # noqa: ANN401 -- any column of a finding
    """A finding about order O1."""
    usual = {
        "code": code.value,
        "owner": code.owner.value,
        "subject": "O1",
        "command": "backorders why acme O1 --workspace .",
        "opened_on": NIGHT,
    }
    return usual | values


Told = tuple[list[NightCounts], DataFrame[Finding]]
"""What is counted of each cohort of clients, and the findings."""


def night(
    *findings: dict[str, Any],
    movements: tuple[dict[str, Any], ...] = (),
    allocations: tuple[dict[str, Any], ...] = (),
) -> Told:
    """A night of one client with one file, one short line and one message, and of one without."""
    facts = NightFacts(
        frame_of(FileOutcome, {"verdict": "loaded", "rows_read": 5, "rows_accepted": 3, "rows_rejected": 2}),
        frame_of(Movement, *({"ledger": "line", "cause": "allocated", **row} for row in movements)),
        frame_of(Allocation, *allocations),
        frame_of(QueuePosition, {"short_qty": 4, "backordered_qty": 3}),
        frame_of(Message, {"kind": "on_back_order"}),
        Books.of({}),
    )
    nothing = NightFacts(
        frame_of(FileOutcome),
        frame_of(Movement),
        frame_of(Allocation),
        frame_of(QueuePosition),
        frame_of(Message),
        Books.of({}),
    )
    quiet = count_night(nothing, ["quiet"])
    return [quiet, count_night(facts, ["acme"])], frame_of(Finding, *findings)


def summary(told: Told) -> dict[str, Any]:
    return summarize_night(*told, as_of=AsOf(NIGHT, 2))


def written(told: Told) -> str:
    """The Markdown."""
    documents = render_summary(*told, as_of=AsOf(NIGHT, 2))
    return {document.path: document.content.decode() for document in documents}["summary/summary.md"]


def test_what_is_most_severe_comes_first_and_a_held_client_before_all() -> None:
    facts = night(
        finding(FindingCode.NO_ADDRESS),
        finding(FindingCode.CLIENT_HELD, client_id="other", subject="law 2"),
        finding(FindingCode.FILE_REFUSED),
    )
    codes = [group["code"] for group in summary(facts)["needs_a_person"]]
    assert codes == ["client_held", "file_refused", "no_address"]
    assert written(facts).splitlines()[2] == "**Held: other** - their night is undone."


def test_a_code_that_nobody_ranked_comes_first_of_its_owner() -> None:
    unknown = finding(FindingCode.NO_ADDRESS, detail="new trouble") | {"code": "something_new"}
    facts = night(finding(FindingCode.CLIENT_HELD), finding(FindingCode.TOO_LATE), unknown)
    assert [(group["code"], group["meaning"]) for group in summary(facts)["needs_a_person"]][1:] == [
        ("something_new", "new trouble"),
        ("too_late", FindingCode.TOO_LATE.meaning),
    ]


def test_findings_of_one_kind_are_one_entry_with_examples_and_a_command() -> None:
    facts = night(*(finding(FindingCode.NO_ADDRESS, subject=f"O{n}") for n in (4, 3, 2, 1)))
    (group,) = summary(facts)["needs_a_person"]
    assert (group["count"], group["examples"], group["owner"]) == (4, ["O1", "O2", "O3"], "client")
    assert "acme, new: 4 x `no_address`, a notice has no mail address (O1, O2, O3, ...)" in written(facts)
    assert "`backorders why acme O1 --workspace .`" in written(facts)


def test_what_is_new_stands_apart_from_what_is_old_and_does_not_drown_in_it() -> None:
    old = [
        finding(FindingCode.OVERDUE_ASN, subject=f"S{n}", opened_on=NIGHT - timedelta(days=n))
        for n in range(1, 100)
    ]
    facts = night(*old, finding(FindingCode.OVERDUE_ASN, subject="S0"), finding(FindingCode.FILE_HELD))
    groups = [
        (group["code"], group["is_new"], group["count"], group["examples"])
        for group in summary(facts)["needs_a_person"]
    ]
    assert groups == [
        ("file_held", True, 1, ["O1"]),
        ("overdue_asn", True, 1, ["S0"]),
        ("overdue_asn", False, 99, ["S1", "S2", "S3"]),
    ]
    assert "**operator** acme, since 2025-11-23, the newest 2026-03-01: 99 x" in written(facts)


def test_what_opened_together_has_one_age() -> None:
    facts = night(finding(FindingCode.TOO_LATE, opened_on=NIGHT - timedelta(days=2)))
    assert "**client** acme, since 2026-02-28: 1 x `too_late`" in written(facts)


def test_a_single_finding_shows_its_detail() -> None:
    assert "(O1: the desk is missing)" in written(
        night(finding(FindingCode.NO_ADDRESS, detail="the desk is missing"))
    )


def test_a_quiet_night_says_so() -> None:
    text = written(night())
    assert text.startswith("# Night of 2026-03-02, run 2\n\n## Needs a person\n\nNothing.\n")
    assert "No picks." in text


def test_clients_are_counted_in_rows_and_units() -> None:
    movements = (
        {"from_account": "ORDERED", "to_account": "OPEN", "qty": 20},
        {"from_account": "OPEN", "to_account": "RELEASED", "qty": 5},
        {"from_account": "RESERVED", "to_account": "RELEASED", "qty": 2},
        {"from_account": "OPEN", "to_account": "RESERVED", "qty": 3},
        {"from_account": "OPEN", "to_account": "CANCELLED", "qty": 4},
        {"from_account": "RELEASED", "to_account": "SHIPPED", "qty": 6},
        {"ledger": "stock", "from_account": "FREE", "to_account": "RELEASED", "qty": 7},
    )
    acme, quiet = summary(night(movements=movements))["clients"]
    assert acme == {
        "client_id": "acme",
        "files": 1,
        "rows_read": 5,
        "rows_accepted": 3,
        "rows_duplicate": 0,
        "rows_set_aside": 0,
        "rows_rejected": 2,
        "units_ordered": 20,
        "units_released": 7,
        "units_reserved": 3,
        "units_shipped": 6,
        "units_cancelled": 4,
        "units_short": 4,
        "units_backordered": 3,
        "messages": 1,
    }
    assert set(quiet.values()) == {"quiet", 0}


def test_warehouses_are_counted_in_picks_orders_and_units() -> None:
    picks = (
        {"order_id": "O1", "allocated_qty": 2},
        {"order_id": "O1", "line_no": 2, "allocated_qty": 3},
        {"order_id": "O2", "allocated_qty": 9, "kind": "reserve"},
    )
    facts = night(allocations=picks)
    assert summary(facts)["warehouses"] == [{"warehouse_id": "W1", "pick_rows": 2, "orders": 1, "units": 5}]
    assert (
        "| warehouse id | pick rows | orders | units |\n| --- | --- | --- | --- |\n| W1 | 2 | 1 | 5 |"
        in written(facts)
    )


def test_a_warehouse_is_counted_over_all_cohorts_of_clients() -> None:
    picks = ({"order_id": "O1", "allocated_qty": 2}, {"order_id": "O2", "allocated_qty": 3})
    counts, findings = night(allocations=picks)
    told = summary(([*counts, counts[1]], findings))
    assert told["warehouses"] == [{"warehouse_id": "W1", "pick_rows": 4, "orders": 4, "units": 10}]
    assert [client["client_id"] for client in told["clients"]] == ["acme", "acme", "quiet"]


def test_machines_read_the_same() -> None:
    documents = render_summary(*night(), as_of=AsOf(NIGHT))
    content = json.loads(documents[0].content)
    assert (content["business_date"], content["clients"][0]["client_id"]) == ("2026-03-02", "acme")
