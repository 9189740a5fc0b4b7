"""`backorders onboard`: the first settings of a client, from files that it sent."""

from __future__ import annotations

from datetime import UTC, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer
from rich.text import Text

from flows.cli.options import DEFAULT_WORKSPACE, ClientArgument, JsonOption, WorkspaceOption
from flows.cli.printing.paper import count_of, make_table, open_console, print_json
from flows.cli.printing.watching import watched_steps
from flows.cli.starting.init import check_names, make_inbound, read_clock, write_settings
from flows.disk import durable
from flows.pasting import say_command, say_workspace
from flows.workspace import Workspace, require_workspace
from schemas.errors import ConfigurationError, SourceError
from schemas.intake.refusal import Refusal
from schemas.vocabulary.words import Feed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from flows.configuration import Configuration
    from flows.onboarding.onboarding import Dropped, Found, Looked
    from flows.rehearsal import Rehearsal
    from transforms.onboarding.guesses import Choice
    from transforms.onboarding.section import FeedSection

MAX_LEFT = 12
"""Names of columns that are left over and told."""


def onboard(  # noqa: PLR0913, PLR0917 -- the options of the command
    client_id: ClientArgument,
    files: Annotated[
        list[str],
        typer.Argument(metavar="FILE...", help="Sample files; FEED=FILE says of which feed one is."),
    ],
    warehouse: Annotated[
        list[str] | None,
        typer.Option("--warehouse", help="Id of a warehouse of the client; repeat it in the order of use."),
    ] = None,
    country: Annotated[str, typer.Option(help="Country of the client, ISO 3166-1.")] = "",
    counted_at: Annotated[
        str, typer.Option(help="Stock files are physical counts, made at this time of their day (HH:MM).")
    ] = "",
    replace: Annotated[  # noqa: FBT002 -- an option of the command line
        bool,
        typer.Option("--replace", help="Write over what the client's file says otherwise; a copy is kept."),
    ] = False,
    to_stdout: Annotated[  # noqa: FBT002 -- likewise
        bool, typer.Option("--stdout", help="Print the settings and write nothing.")
    ] = False,
    workspace: WorkspaceOption = DEFAULT_WORKSPACE,
    as_json: JsonOption = False,  # noqa: FBT002 -- likewise
) -> None:
    """Look at sample files of a client and write its first settings, with what decides each of them."""
    place = Workspace(workspace.absolute())
    require_workspace(place)
    from flows.configuration import read_configuration  # noqa: PLC0415 -- takes time; help need not wait
    from flows.onboarding.client_file import contradictions, show_changes  # noqa: PLC0415 -- likewise
    from flows.onboarding.onboarding import Newcomer, look_at_samples  # noqa: PLC0415 -- likewise

    check_names("client", [client_id])
    configuration = read_configuration(place)
    warehouses, before = _settle(place, configuration, client_id, warehouse or [], country)
    today = datetime.now(UTC).astimezone(ZoneInfo(configuration.settings.time_zone)).date()
    clock = read_clock(counted_at) if counted_at else None
    newcomer = Newcomer(client_id, before, warehouses, clock, today)
    with watched_steps("reading the files"):
        dropped = [_read(word, configuration.settings.max_file_bytes) for word in files]
        found = look_at_samples(place, newcomer, dropped)
    path = place.clients / f"{client_id}.toml"
    otherwise = contradictions(before, found.sections) if path.exists() else []
    is_written = bool(found.sections) and not to_stdout and (replace or not otherwise)
    kept = _write(place, client_id, found.text) if is_written else None
    changes = show_changes(before, found.text, f"clients/{client_id}.toml") if path.exists() else []
    page = _describe(found, path if is_written else None, kept) | {"contradicts": otherwise}
    if as_json:
        print_json({"client_id": client_id, **page})
    elif to_stdout:
        open_console().print(found.text, end="", soft_wrap=True)
    else:
        _print_page(open_console(), client_id, found, page, changes if not is_written or kept else [])
        if is_written:
            _print_next(open_console(), place, client_id, files, found)
    _refuse(found, [] if is_written or to_stdout else otherwise, client_id)


def _settle(
    place: Workspace, configuration: Configuration, client_id: str, warehouses: list[str], country: str
) -> tuple[tuple[str, ...], str]:
    """The client's warehouses, and the text of its file as it stands or as `init` would write it.

    Raises:
        ConfigurationError: its file is broken, or nobody can say which warehouses it uses.
    """
    from flows.rehearsal import find_client  # noqa: PLC0415 -- takes time that help need not wait for

    path = place.clients / f"{client_id}.toml"
    if client_id in configuration.clients or client_id in configuration.refused:
        client = find_client(configuration, client_id)
        if warehouses and tuple(warehouses) != client.warehouses:
            named = ", ".join(client.warehouses)
            message = f"clients/{client_id}.toml names its warehouses ({named}); change it there"
            raise ConfigurationError(message)
        return client.warehouses, path.read_text("utf-8")
    known = configuration.warehouses
    used = warehouses or list(known)[: 1 if len(known) == 1 else 0]
    unknown = [name for name in used if name not in known]
    if unknown or not used:
        wrong = (
            f"there is no warehouses/{unknown[0]}.toml"
            if unknown
            else f"which warehouses does {client_id} use?"
        )
        there = (
            f"there are {', '.join(sorted(known))}"
            if known
            else "there are none; `backorders init` makes some"
        )
        message = f"{wrong}; say --warehouse, once for each in the order in which they are used; {there}"
        raise ConfigurationError(message)
    sites = [(name, known[name].time_zone) for name in used]
    written = write_settings(place, sites, [client_id], counted_at="", country=country)
    return tuple(used), written[path]


def _read(word: str, max_bytes: int) -> Dropped:
    """A file as it was named: `FILE` or `FEED=FILE`.

    Raises:
        SourceError: there is no such file, or none that a night would take.
    """
    from flows.onboarding.onboarding import Dropped  # noqa: PLC0415 -- takes time that help need not wait for
    from flows.rehearsal import read_dropped  # noqa: PLC0415 -- likewise

    feed, _, named = word.partition("=")
    is_told = feed in Feed.values() and bool(named)
    path = Path(named if is_told else word)
    return Dropped(path.name, read_dropped(path, max_bytes), Feed(feed) if is_told else None)


def _write(place: Workspace, client_id: str, text: str) -> Path | None:
    """Write the client's file and make its folders; an older file is kept beside it, and named."""
    from flows.onboarding.client_file import keep_older  # noqa: PLC0415 -- takes time; help need not wait

    path = place.clients / f"{client_id}.toml"
    try:
        durable.make_folder(path.parent)
        is_same = path.exists() and path.read_text("utf-8") == text
        kept = None if is_same else keep_older(path)
        durable.write_text(path, text)
        make_inbound(place, [client_id])
    except OSError as error:
        message = f"{path}: cannot be written ({error.strerror})"
        raise ConfigurationError(message) from error
    return kept


def _refuse(found: Found, otherwise: Sequence[str], client_id: str) -> None:
    """See to it that all files were understood, and what was found was written.

    Raises:
        ConfigurationError: the client's file says something else.
        SourceError: a file cannot be read, or fits no feed.
    """
    if otherwise:
        message = (
            f"clients/{client_id}.toml says something else of {', '.join(otherwise)}. Nothing was written; "
            "--replace takes what was found and keeps the older file beside it"
        )
        raise ConfigurationError(message)
    strangers = [file for file in found.files if file.match is None or file.has_other_form(found.sections)]
    if lost := [file.dropped.name for file in strangers]:
        message = f"{', '.join(lost)}: not read by these settings; where no feed was found, FEED=FILE says it"
        raise SourceError(message)


def _describe(found: Found, path: Path | None, kept: Path | None) -> dict[str, Any]:
    """What was found as machines read it."""
    return {
        "written": str(path) if path else None,
        "kept": str(kept) if kept else None,
        "settings": found.text,
        "files": [_describe_file(file) for file in found.files],
        "feeds": [_describe_section(section) for section in found.sections],
    }


def _describe_file(file: Looked) -> dict[str, Any]:
    """A file as machines read it."""
    refusal = file.sample if isinstance(file.sample, Refusal) else None
    other = file.runner_up
    return {
        "file": file.dropped.name,
        "feed": file.match.feed.value if file.match else None,
        "may_be": other.feed.value if other else None,
        "program": file.match.export.name if file.match and file.match.export else None,
        "refused": {"code": refusal.code.value, "detail": refusal.detail} if refusal else None,
        "nearest": [
            {"feed": match.feed.value, "lacks": list(match.lacks)}
            for match in file.matches[:2]
            if not file.match
        ],
        "as_written": _describe_rehearsal(file.as_written),
        "as_decided": _describe_rehearsal(file.as_decided),
    }


def _describe_rehearsal(rehearsal: Rehearsal | None) -> dict[str, Any] | None:
    """What a night would make of a file, as machines read it."""
    if rehearsal is None:
        return None
    refusal = rehearsal.refusal
    return {
        "refused": {"code": refusal.code.value, "detail": refusal.detail} if refusal else None,
        "rows": {"read": rehearsal.rows_read, **rehearsal.verdicts},
    }


def _describe_section(section: FeedSection) -> dict[str, Any]:
    """A feed as machines read it."""
    return {
        "feed": section.feed.value,
        "columns": dict(section.mapped),
        "left_over": [name for name, _ in section.left_over],
        "to_decide": [
            {
                "key": f"feeds.{section.feed}.{guess.key}",
                "question": guess.why,
                "choices": [_describe_choice(choice) for choice in guess.choices],
            }
            for guess in section.open
        ],
    }


def _describe_choice(choice: Choice) -> dict[str, Any]:
    """A choice as machines read it."""
    value = choice.value.isoformat() if isinstance(choice.value, time) else choice.value
    return {"value": value, "meaning": choice.meaning, "also": dict(choice.also)}


def _print_page(
    console: Console, client_id: str, found: Found, page: dict[str, Any], changes: Sequence[str]
) -> None:
    """What was found: each feed with its columns, each file with its rows, and what is to be decided."""
    console.print(f"{client_id} · {count_of(len(found.files), 'sample file')}\n", style="bold")
    for section in found.sections:
        _print_section(console, section)
    for file in found.files:
        console.print(
            Text.assemble((file.dropped.name, "bold"), f": {say_file(file, found.sections)}"), soft_wrap=True
        )
    if found.differs_in_case:
        listed = ", ".join(found.differs_in_case[:MAX_LEFT])
        sentence = f'files spell SKUs in other capitals ({listed}); sku_rule = "upper" makes them one'
        console.print(Text.assemble(("Seen:", "bold yellow"), f" {sentence}"), soft_wrap=True)
    if changes:
        console.print("\nWhat changes in its file", style="bold")
        for line in changes:
            console.print(f"  {line}", soft_wrap=True)
    if page["kept"]:
        console.print(f"\nThe file as it was: {page['kept']}", soft_wrap=True)


def _print_section(console: Console, section: FeedSection) -> None:
    """The columns of a feed, and what decides how it is read."""
    from transforms.onboarding.page import toml  # noqa: PLC0415 -- Polars takes time; help need not wait

    reasons = {
        guess.key.removeprefix("columns."): guess.why for guess in section.guesses if not guess.is_open
    }
    rows = [(ours, theirs, reasons.get(ours, "it has our name")) for ours, theirs in section.mapped]
    program = f" ({section.program})" if section.program else ""
    console.print(make_table(f"{section.feed}{program}", ("ours", "theirs", "why"), rows))
    for guess in section.guesses:
        if not guess.is_open and not guess.key.startswith("columns."):
            console.print(f"  {guess.key} = {toml(guess.value)} ({guess.why})", soft_wrap=True)
    for name, reason in section.left_over:
        if reason:
            console.print(f"  {name}: {reason}", soft_wrap=True)
    left = [name for name, reason in section.left_over if not reason]
    if left:
        more = f" and {len(left) - MAX_LEFT} more" if len(left) > MAX_LEFT else ""
        console.print(f"  not read: {', '.join(left[:MAX_LEFT])}{more}", soft_wrap=True)
    console.print()


def say_file(file: Looked, sections: Sequence[FeedSection]) -> str:
    """What a file is, and how many of its rows can be read."""
    if isinstance(file.sample, Refusal):
        return f"cannot be read: {file.sample.detail}. {file.sample.code.meaning}"
    if file.match is None or file.as_written is None:
        nearest = file.matches[0]
        if not nearest.sources:
            return "fits no feed; no column of it has a name that is known"
        lacks = f", but nothing seems to be {', '.join(nearest.lacks)}" if nearest.lacks else ""
        return f"fits no feed; nearest is {nearest.feed}{lacks}"
    other = f", perhaps {file.runner_up.feed}" if file.runner_up else ""
    known = (
        f"; {file.known_skus[0]} of {file.known_skus[1]} SKUs stand in the other files"
        if file.known_skus
        else ""
    )
    if file.has_other_form(sections):
        form = file.match.export.name if file.match.export else "other columns"
        other = "of another form than the file before it; a feed has one form, so let them come alike"
        return f"{file.match.feed} ({form}) {other}, or as two clients"
    now = _say_rows(file.as_written)
    later = _say_rows(file.as_decided) if file.as_decided else now
    then = f"; once decided {later}" if later != now else ""
    return f"{file.match.feed}{other}: {now}{then}{known}"


def _say_rows(rehearsal: Rehearsal) -> str:
    """How many rows can be read, and why others cannot."""
    if rehearsal.refusal:
        return f"no row can be read ({rehearsal.refusal.detail})"
    rejected, aside = rehearsal.verdicts["rejected"], rehearsal.verdicts["set_aside"]
    can = rehearsal.rows_read - rejected - aside
    parts = [f"{can:,} of {count_of(rehearsal.rows_read, 'row')} can be read"]
    if aside:
        parts.append(f"{aside:,} set aside")
    if rejected:
        reasons = rehearsal.rejected.group_by("column", "reason_code", maintain_order=True).len()
        told = [f"{column or 'row'} {code} ({rows:,})" for column, code, rows in reasons.head(3).iter_rows()]
        parts.append(f"{rejected:,} rejected: {', '.join(told)}")
    return "; ".join(parts)


def _print_next(
    console: Console, place: Workspace, client_id: str, files: Sequence[str], found: Found
) -> None:
    """What is still to be decided, and what to type."""
    to_decide = [(section.feed, guess) for section in found.sections for guess in section.open]
    here = say_workspace(place.root)
    console.print("\nNext:")
    if to_decide:
        console.print(f"  1. in clients/{client_id}.toml, decide where it says `# decide`:")
        for feed, guess in to_decide:
            console.print(f"     feeds.{feed}.{guess.key}: {guess.why}", soft_wrap=True)
    else:
        console.print(f"  1. read clients/{client_id}.toml; nothing is left to be decided")
    console.print("  2. try each file, until nothing of it surprises:")
    for word, file in zip(files, found.files, strict=True):
        if file.match and not file.has_other_form(found.sections):
            path = word.removeprefix(f"{file.dropped.feed}=") if file.dropped.feed else word
            command = say_command(
                "check", client_id, file.match.feed, str(Path(path).absolute()), workspace=here
            )
            console.print(f"     {command}", soft_wrap=True)
    feeds = ", ".join(section.feed for section in found.sections)
    console.print(f"  3. drop such files in inbound/{client_id}/<feed>/: {feeds}")
    console.print(f"  4. {say_command('run', workspace=here)}", soft_wrap=True)
