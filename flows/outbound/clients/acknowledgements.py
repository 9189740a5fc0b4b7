"""Acknowledgements: whoever dropped a file is told what became of it, each rejected row by its place.

One JSON file for machines and one text for people. By day intake answers a file's form alone: its rows
count as accepted as far as their form is valid, and the answer says that the night has the last word.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import polars as pl

from flows.inbound.reading.forms import MAX_PLACES
from flows.outbound.documents import Document, path_label
from schemas.intake.dropped_file import FileKey
from schemas.intake.verdicts import FileOutcome
from schemas.vocabulary.codes import ReasonCode
from schemas.vocabulary.words import Feed, FileVerdict, Verdict
from transforms.hints import hint_of
from transforms.intake.rows.advice import Desk, advise
from transforms.units import true_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pandera.typing.polars import DataFrame

    from schemas.intake.verdicts import RejectedRow, RowOutcome
    from schemas.settings.client import Client
    from transforms.intake.file_form import FileForm, SourceFile
    from transforms.intake.rows.places import Place

MAX_LISTED = 100
"""Rejected rows and notes that the text lists; the JSON file has `MAX_KEPT`, the quarantine file all rows."""

MAX_KEPT = MAX_PLACES

WITHOUT_QUANTITY = (Feed.ITEMS, Feed.CANCELLATIONS)
"""Feeds whose rows may say nothing of a quantity: a cancellation without one means all that is left."""


@dataclass(frozen=True)
class Answering:
    """What files are answered with beside their verdicts: whose they are, and where their bad rows stand.

    Attributes:
        clients: by id; one whose settings are gone gets less advice.
        places: by file, then by the number of the row.
    """

    clients: Mapping[str, Client] = field(default_factory=dict)
    places: Mapping[FileKey, Mapping[int, Place]] = field(default_factory=dict)


RowsOfFiles = dict[tuple[Any, ...], pl.DataFrame]
FILE = FileKey._fields
MEANINGS = {code.value: code.meaning for code in ReasonCode}
FORM_ONLY = "only the form was read; what the rows do is answered by the night"
VERDICT_MEANINGS = {verdict.value: verdict.meaning for verdict in FileVerdict}


def render_acknowledgements(
    files: DataFrame[FileOutcome],
    rejected_rows: DataFrame[RejectedRow],
    outcomes: DataFrame[RowOutcome],
    answering: Answering,
) -> Iterator[Document]:
    """`acks/<client>/<feed>/<file name>.<hash>.json` and `.txt` for each file.

    Of a file with the verdict `duplicate` nothing was read again, so it lists no row. Files of one
    name and content are numbered.
    """
    rejections = _by_file(rejected_rows.sort("row_no", "column", "reason_code", nulls_last=True))
    notes = _by_file(outcomes.filter(pl.col("note") != "").sort("row_no"))
    return _render(files, rejections, notes, answering, note_of_form="")


def render_form_acknowledgement(form: FileForm, source: SourceFile, answering: Answering) -> list[Document]:
    """The answer to a file's form by day, under the path that the night's answer has in its version."""
    set_aside = form.outcomes.filter(pl.col("verdict") == Verdict.SET_ASIDE).height
    rejected = form.rejected["row_no"].n_unique()
    refusal = form.refusal
    outcome = pl.DataFrame(
        {
            "business_date": source.business_date,
            "run_no": 0,
            "client_id": source.client_id,
            "feed": source.feed.value,
            "file_name": source.file_name,
            "file_hash": source.file_hash,
            "cells_hash": form.cells_hash,
            "verdict": (FileVerdict.REFUSED if refusal else FileVerdict.LOADED).value,
            "reason_code": refusal.code.value if refusal else None,
            "detail": refusal.detail if refusal else "",
            "rows_read": form.rows_read,
            "rows_accepted": form.rows_read - set_aside - rejected,
            "rows_duplicate": 0,
            "rows_set_aside": set_aside,
            "rows_rejected": rejected,
            "qty_read": form.qty_read,
            "qty_decimals": form.qty_decimals,
        },
        schema=FileOutcome.dtypes(),
    ).pipe(FileOutcome.validate)
    rejections = _by_file(form.rejected.sort("row_no", "column", "reason_code", nulls_last=True))
    notes = _by_file(form.outcomes.filter(pl.col("note") != "").sort("row_no"))
    return list(_render(outcome, rejections, notes, answering, note_of_form=FORM_ONLY))


def _render(
    files: DataFrame[FileOutcome],
    rejections: RowsOfFiles,
    notes: RowsOfFiles,
    answering: Answering,
    *,
    note_of_form: str,
) -> Iterator[Document]:
    """Both documents of each file."""
    for place, outcome in _placed(files):
        is_loaded = outcome["verdict"] == FileVerdict.LOADED
        key = FileKey(*(outcome[name] for name in FILE))
        bad, told = [
            rows[key].to_dicts() if is_loaded and key in rows else [] for rows in (rejections, notes)
        ]
        answer = _answer(outcome, _explain(bad, key, answering) if bad else [], told)
        answer["form_only"] = note_of_form
        content = json.dumps(answer, indent=2, ensure_ascii=False, default=str) + "\n"
        yield Document(f"{place}.json", content.encode())
        yield Document(f"{place}.txt", write_answer(answer).encode())


def place_answer(client_id: str, feed: str, file_name: str, file_hash: str) -> str:
    """Where a file's answer stands, without ending: by day below the workspace, by night in its version."""
    name = f"{path_label(file_name)}.{file_hash[:12] or 'unread'}"
    return f"acks/{path_label(client_id)}/{path_label(feed)}/{name}"


def write_answer(answer: dict[str, Any]) -> str:
    """An acknowledgement as a readable text."""
    rows = answer["rows"]
    lines = [
        f"File     {answer['file_name']}",
        f"Client   {answer['client_id']}    Feed  {answer['feed']}    Night  {answer['business_date']}",
        f"Verdict  {answer['verdict'].upper()}: {answer['meaning']}",
        *([f"Reason   {answer['reason']}"] if answer["reason"] else []),
        *([f"Hint     {answer['hint']}"] if answer["hint"] else []),
        *([f"Form     {answer['form_only']}"] if answer["form_only"] else []),
        "",
        f"Rows read {rows['read']} = "
        + " + ".join(f"{rows[verdict]} {verdict.replace('_', ' ')}" for verdict in Verdict.values()),
        *_total(answer),
        *_list_rejections(answer["rejections"]),
        *_list_notes(answer["notes"]),
    ]
    return "\n".join(lines) + "\n"


def _total(answer: dict[str, Any]) -> list[str]:
    """The control total; nothing where rows may go without a quantity and none had one."""
    if answer["feed"] in WITHOUT_QUANTITY and not answer["quantity"]:
        return []
    return [f"Quantity  {answer['quantity']} (control total of accepted and duplicate rows)"]


def _placed(files: DataFrame[FileOutcome]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each file with the path of its acknowledgement, without ending."""
    seen: Counter[str] = Counter()
    for outcome in files.sort("client_id", "feed", "file_name", "file_hash", "verdict").iter_rows(named=True):
        place = place_answer(*(outcome[name] for name in ("client_id", "feed", "file_name", "file_hash")))
        seen[place] += 1
        yield place + (f".{seen[place]}" if seen[place] > 1 else ""), outcome


def _by_file(rows: pl.DataFrame) -> RowsOfFiles:
    """The first rows of each file that an answer lists, and one more where it is cut."""
    first = rows.group_by(FILE, maintain_order=True).head(MAX_KEPT + 1)
    return first.partition_by(FILE, as_dict=True, maintain_order=True)


def _answer(
    outcome: dict[str, Any], rejections: list[dict[str, Any]], notes: list[dict[str, Any]]
) -> dict[str, Any]:
    """An acknowledgement as machines read it."""
    verdict, code = outcome["verdict"], outcome["reason_code"]
    return {
        **{name: outcome[name] for name in ("client_id", "feed", "file_name", "file_hash")},
        "business_date": outcome["business_date"],
        "run_no": outcome["run_no"],
        "verdict": verdict,
        "meaning": VERDICT_MEANINGS[verdict],
        "reason_code": code,
        "reason": outcome["detail"] or MEANINGS.get(code or "", ""),
        "hint": hint_of(code, outcome["feed"]),
        "rows": {
            "read": outcome["rows_read"],
            **{name: outcome[f"rows_{name}"] for name in Verdict.values()},
        },
        "quantity": true_number(outcome["qty_read"], outcome["qty_decimals"]),
        "rejections": rejections[:MAX_KEPT],
        "notes": [
            {"row": row["row_no"], "verdict": row["verdict"], "note": row["note"]} for row in notes[:MAX_KEPT]
        ],
        **({"is_cut": True} if max(len(rejections), len(notes)) > MAX_KEPT else {}),
    }


def _explain(rejections: list[dict[str, Any]], key: FileKey, answering: Answering) -> list[dict[str, Any]]:
    """Each rejection of a file as machines read it: where, what about, why, and what to do."""
    desk = Desk(Feed(key.feed), answering.clients.get(key.client_id))
    places = answering.places.get(key, {})
    return [_rejection(row, places.get(row["row_no"]), desk) for row in rejections]


def _rejection(row: dict[str, Any], place: Place | None, desk: Desk) -> dict[str, Any]:
    code = row["reason_code"]
    return {
        "row": row["row_no"],
        "line": place.line if place else None,
        "about": {place.column: place.name} if place and place.name else {},
        "column": row["column"],
        "code": code,
        "sentence": MEANINGS.get(code, code),
        "hint": advise(code, row["column"], desk),
    }


def _list_rejections(rejections: list[dict[str, Any]]) -> list[str]:
    """Rejected rows for people, the first of them."""
    listed = [
        f"  {_where(r)}: {r['sentence']} ({r['code']}); to do: {r['hint']}" for r in rejections[:MAX_LISTED]
    ]
    return _titled("Rejected, to be corrected in quarantine and dropped again:", listed, len(rejections))


def _where(rejection: dict[str, Any]) -> str:
    """The line, what the row is about, and the column at fault."""
    line = f"line {rejection['line']}" if rejection["line"] else f"data row {rejection['row']}"
    about = [f"{column} {name}" for column, name in rejection["about"].items()]
    return ", ".join([line, *about, rejection["column"] or "whole row"])


def _list_notes(notes: list[dict[str, Any]]) -> list[str]:
    listed = [f"  {note['verdict']}, {note['note']}" for note in notes[:MAX_LISTED]]
    return _titled("Notes:", listed, len(notes))


def _titled(title: str, listed: list[str], count: int) -> list[str]:
    """A list below its title, or nothing; what is left out is counted."""
    if not listed:
        return []
    more = f"  and {count - len(listed)} more; the JSON file has them all"
    if count == MAX_KEPT:
        more = f"  and more; the JSON file has {MAX_KEPT:,} of them, the quarantine file every rejected row"
    rest = [more] if count > len(listed) else []
    return ["", title, *listed, *rest]
