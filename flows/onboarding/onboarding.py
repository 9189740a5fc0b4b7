"""From sample files to a client's first settings: read, described, put into its file, and tried."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from flows.configuration import parse_configuration, read_policies
from flows.night.planning.memory import recall
from flows.onboarding.client_file import put_sections, without_answered
from flows.onboarding.known_names import known_names
from flows.onboarding.sampling import read_sample
from flows.rehearsal import find_client, rehearse_content
from schemas.intake.refusal import Refusal
from schemas.vocabulary.words import Feed
from transforms.intake.file_form import SourceFile
from transforms.onboarding.feeds import match_feed, match_feeds, runner_up
from transforms.onboarding.section import Answered, describe_section

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date, time

    from flows.rehearsal import Rehearsal
    from flows.workspace import Workspace
    from transforms.onboarding.feeds import Match
    from transforms.onboarding.samples import Sample
    from transforms.onboarding.section import FeedSection


@dataclass(frozen=True)
class Dropped:
    """A file to look at.

    Attributes:
        name: of the file.
        content: its bytes.
        feed: what a person says that it is; None: it is found.
    """

    name: str
    content: bytes
    feed: Feed | None = None


@dataclass(frozen=True)
class Newcomer:
    """A client to be.

    Attributes:
        client_id: its id.
        text: of its file as it is, or as `init` would write it.
        warehouses: that it uses.
        counted_at: time of day of its counts, if a person says that they are physical ones.
        today: the date on which it is tried.
    """

    client_id: str
    text: str
    warehouses: tuple[str, ...]
    counted_at: time | None
    today: date


@dataclass
class Looked:
    """What was found of a file.

    Attributes:
        dropped: the file.
        sample: its rows, or why a night would not read it.
        matches: feeds that it may be, the likeliest first; none where it is refused.
        as_written: what a night would make of it under the settings that are written.
        as_decided: likewise once everything is decided in the likeliest way; None where nothing is open.
        known_skus: how many of its SKUs stand in the other files, and how many it has; None without any.
    """

    dropped: Dropped
    sample: Sample | Refusal
    matches: list[Match] = field(default_factory=list)
    as_written: Rehearsal | None = None
    as_decided: Rehearsal | None = None
    known_skus: tuple[int, int] | None = None

    @property
    def match(self) -> Match | None:
        """The feed that it is taken for."""
        first = self.matches[0] if self.matches else None
        return first if first is not None and (first.fits or self.dropped.feed) else None

    def has_other_form(self, sections: Sequence[FeedSection]) -> bool:
        """Whether its feed is written for files with other columns."""
        feed = self.match.feed if self.match else None
        return any(section.feed == feed and self.dropped.name not in section.files for section in sections)

    @property
    def runner_up(self) -> Match | None:
        """A feed that it may be as well."""
        return runner_up(self.matches) if self.match and not self.dropped.feed else None


@dataclass(frozen=True)
class Found:
    """What was found of a client.

    Attributes:
        text: of its settings file.
        files: what was found of each file.
        sections: what is written of each feed.
        differs_in_case: SKUs that two files spell in other capitals.
    """

    text: str
    files: list[Looked]
    sections: list[FeedSection]
    differs_in_case: list[str]


def look_at_samples(workspace: Workspace, newcomer: Newcomer, dropped: Sequence[Dropped]) -> Found:
    """What sample files of a client say of its settings, and what a night would make of them then.

    Raises:
        ConfigurationError: what was found cannot be put into the client's file.
    """
    files = [Looked(one, read_sample(one.name, one.content, known_names())) for one in dropped]
    _match_all(files, newcomer.today)
    sections = list(_describe(files, newcomer))
    text = put_sections(newcomer.text, sections)
    _rehearse(workspace, newcomer, files, text, decided=False)
    if any(section.open for section in sections):
        _rehearse(
            workspace, newcomer, files, put_sections(newcomer.text, sections, decided=True), decided=True
        )
    return Found(text, files, sections, _other_capitals(files))


def _match_all(files: Sequence[Looked], today: date) -> None:
    """Find the feed of each file: by itself, and again with the SKUs of the others."""
    for is_first in (True, False):
        skus = [_skus_of(file) for file in files]
        for place, file in enumerate(files):
            if isinstance(file.sample, Refusal) or not (is_first or "sku" in file.matches[0].lacks):
                continue
            others = set().union(*skus[:place], *skus[place + 1 :])
            if file.dropped.feed:
                file.matches = [match_feed(file.sample, file.dropped.feed, known_names(), skus=others)]
            else:
                file.matches = match_feeds(file.sample, known_names(), skus=others, today=today)
    skus = [_skus_of(file) for file in files]
    for place, file in enumerate(files):
        others = set().union(*skus[:place], *skus[place + 1 :])
        file.known_skus = (len(skus[place] & others), len(skus[place])) if others and skus[place] else None


def _skus_of(file: Looked) -> set[str]:
    """The SKUs of a file."""
    source = file.match.sources.get("sku") if file.match else None
    if source is None or isinstance(file.sample, Refusal):
        return set()
    return set(file.sample.texts(source).unique())


def _describe(files: Sequence[Looked], newcomer: Newcomer) -> Iterator[FeedSection]:
    """A section for each feed that a file is taken for."""
    told = Answered(newcomer.warehouses, newcomer.counted_at, newcomer.today)
    for feed in Feed:
        samples = [
            (file.sample, file.match)
            for file in files
            if file.match and file.match.feed == feed and not isinstance(file.sample, Refusal)
        ]
        if samples:
            section = describe_section(feed, samples, known_names(), told)
            yield without_answered(newcomer.text, section)


def _rehearse(
    workspace: Workspace, newcomer: Newcomer, files: Sequence[Looked], text: str, *, decided: bool
) -> None:
    """Try each file under the settings.

    Raises:
        ConfigurationError: they cannot be read.
    """
    place = f"clients/{newcomer.client_id}.toml"
    configuration = parse_configuration({**read_policies(workspace), place: text.encode()})
    client = find_client(configuration, newcomer.client_id)
    memory = recall(workspace, newcomer.client_id)
    for file in files:
        if file.match is None:
            continue
        content = file.dropped.content
        file_hash = hashlib.sha256(content).hexdigest()
        feed, name = file.match.feed, file.dropped.name
        source = SourceFile(newcomer.client_id, feed, file_hash, name, newcomer.today)
        rehearsal = rehearse_content(content, source, client, memory)
        if decided:
            file.as_decided = rehearsal
        else:
            file.as_written = rehearsal


def _other_capitals(files: Sequence[Looked]) -> list[str]:
    """SKUs that are the same in two files but for capitals."""
    spelled: dict[str, set[str]] = {}
    for file in files:
        for sku in _skus_of(file):
            spelled.setdefault(sku.upper(), set()).add(sku)
    return sorted(sku for sku, ways in spelled.items() if len(ways) > 1)
