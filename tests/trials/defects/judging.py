"""A file against the rows that were known before it was made."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

from flows.inbound.formats.files import FileReader
from schemas.intake.refusal import Refusal
from schemas.settings.client import Client
from schemas.vocabulary.words import Feed
from transforms.intake.file_form import Catalogue, SourceFile
from transforms.intake.rows.form import read_form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transforms.intake.file_form import FileForm

Row = tuple[str, str, int, date]
"""Order, SKU, quantity and day."""

REFUSED = "refused"
READ, WRONG, LOST, TAKEN = (
    "read right",
    "silently wrong",
    "refused, could be read",
    "taken, should be refused",
)


@dataclass(frozen=True)
class Case:
    """A file, and what must come of it.

    Attributes:
        rows: the rows that are to be accepted, in any order.
        reasons: codes of rows that are to be rejected, each with its column (empty for the whole row).
        refusal: the code that refuses the file; then no row is accepted.
    """

    format_name: str
    family: str
    defect: str
    content: bytes
    settings: dict[str, Any] = field(default_factory=dict)
    rows: Sequence[Row] = ()
    reasons: Sequence[tuple[str, str]] = ()
    refusal: str = ""


@dataclass(frozen=True)
class Judged:
    """What became of a case."""

    case: Case
    verdict: str
    said: str

    @property
    def is_fine(self) -> bool:
        """Whether it is what must come of it."""
        return self.verdict == (REFUSED if self.case.refusal or self.case.reasons else READ)


def judge(case: Case) -> Judged:
    """Read the file as a night does, and compare."""
    told = _read(case)
    if isinstance(told, Refusal):
        fits = told.code.value == case.refusal
        return Judged(case, REFUSED if fits else LOST, f"{told.code.value}: {told.detail}")
    accepted = _accepted(told)
    reasons = sorted(
        (code, column or "") for column, code in told.rejected.select("column", "reason_code").rows()
    )
    said = f"{accepted} {reasons}"
    wanted = sorted(case.rows)
    if any(accepted.count(row) > wanted.count(row) for row in accepted):
        return Judged(case, WRONG, said)
    if case.refusal:
        return Judged(case, TAKEN, said)
    if accepted != wanted or reasons != sorted(case.reasons):
        return Judged(case, LOST, said)
    return Judged(case, REFUSED if case.reasons else READ, said)


def _read(case: Case) -> FileForm | Refusal:
    """The form of the file."""
    section = {"feeds": {"orders": case.settings}} if case.settings else {}
    client = Client.model_validate({"client_id": "acme", "name": "Acme", "warehouses": ["W1"], **section})
    raw = FileReader().read(case.content, client.feeds.orders)
    if isinstance(raw, Refusal):
        return raw
    source = SourceFile("acme", Feed.ORDERS, "f" * 64, "export", date(2026, 3, 2))
    form = read_form(raw.with_lines(), source=source, client=client, catalogue=Catalogue.blank())
    return form.refusal or form


def _accepted(form: FileForm) -> list[Row]:
    """The accepted rows of orders, sorted."""
    rows = form.rows.orders.select("order_id", "sku", "qty", "ordered_at").rows()
    return sorted((order, sku, qty, at.date()) for order, sku, qty, at in rows)
