"""The workspace's own file, `workspace.toml`."""

from __future__ import annotations

import re
from typing import Annotated, Self

from pydantic import Field, field_validator, model_validator

from schemas.settings.parent import MAX_EXPRESSION, Days, Label, Settings, check_time_zone


class AlertSettings(Settings):
    """`[alerts]` of `workspace.toml`: what is run when a night does not end with 0, or files are unusual."""

    command: tuple[Annotated[str, Field(min_length=1, max_length=MAX_EXPRESSION)], ...] = Field(
        (),
        max_length=100,
        description="program and its arguments, run without a shell in the workspace's folder; it reads what "
        "happened on standard input, and its environment has BACKORDERS_EXIT_CODE, BACKORDERS_OUTCOME and "
        "BACKORDERS_WORKSPACE; empty: nobody is alerted",
    )
    seconds: float = Field(60.0, gt=0, le=3600, description="how long it may take before it is ended")

    @field_validator("command")
    @classmethod
    def refuse_nought_bytes(cls, command: tuple[str, ...]) -> tuple[str, ...]:
        """No system starts a program with such a word; line ends it may have: a script is one."""
        if any("\0" in word for word in command):
            message = "a word has a nought byte, which no program can be given; write it without"
            raise ValueError(message)
        return command


HERE = "here"
PROCESSES = re.compile(r"processes:([1-9][0-9]?)")
CLUSTER = re.compile(r"tls://[^/\s]+:[0-9]{1,5}|tcp://(127\.0\.0\.1|localhost|\[::1\]):[0-9]{1,5}")


class ScaleSettings(Settings):
    """`[scale]` of `workspace.toml`: who does the work of a night, a cohort of clients at a time."""

    executor: str = Field(
        HERE,
        max_length=MAX_EXPRESSION,
        description='"here": this process, one cohort after the other; "processes:4": so many processes of '
        'this machine; "tls://HOST:PORT" or, on this machine, "tcp://127.0.0.1:PORT": the workers of a Dask '
        "scheduler, which see the workspace at the same path; what is published is the same",
    )
    tls_ca_file: str = Field("", max_length=MAX_EXPRESSION, description="certificate that signed the others")
    tls_cert_file: str = Field("", max_length=MAX_EXPRESSION, description="certificate of this program")
    tls_key_file: str = Field("", max_length=MAX_EXPRESSION, description="key of that certificate")
    cohort_lines: int = Field(
        200_000,
        ge=1,
        le=100_000_000,
        strict=True,
        description="order lines of a cohort, about; a client is never divided; more need more memory",
    )

    @model_validator(mode="after")
    def refuse_unknown_executor(self) -> Self:
        """Who does the work is one of those above; to another machine nobody talks without certificates."""
        if self.executor == HERE or PROCESSES.fullmatch(self.executor):
            return self
        if not CLUSTER.fullmatch(self.executor):
            message = (
                f'executor = "{self.executor}" is none of "{HERE}", "processes:N" (1 to 99), '
                '"tls://HOST:PORT" and "tcp://127.0.0.1:PORT"; without TLS a scheduler is talked to on this '
                "machine alone, since whoever can talk to it can run programs there"
            )
            raise ValueError(message)
        files = (self.tls_ca_file, self.tls_cert_file, self.tls_key_file)
        if self.executor.startswith("tls") and not all(files):
            message = "a tls:// executor needs tls_ca_file, tls_cert_file and tls_key_file"
            raise ValueError(message)
        return self


class WorkspaceSettings(Settings):
    """`workspace.toml`: what holds for the whole workspace."""

    time_zone: Label = Field("UTC", description="decides which calendar date has ended")
    keep_nights: Days = Field(14, ge=1, description="whole versions kept; month ends are kept as well")
    analyst_days: Days = Field(90, ge=1, description="days of history in the analyst file")
    closed_days: Days = Field(
        30,
        ge=0,
        description="days a closed order stays in the books; a later row that names it brings it back",
    )
    finding_nights: Days = Field(
        7, ge=1, description="nights on which what is said once is on the list, unless it is done before"
    )
    people_days: Days = Field(90, ge=1, description="days after which files that hold people are deleted")
    people_group: Label = Field(
        "", description="group of the system that may read files that hold people; empty: their owner alone"
    )
    min_free_bytes: int = Field(
        1_000_000_000, ge=0, le=10**15, strict=True, description="free disk needed before a run starts"
    )
    max_file_bytes: int = Field(
        500_000_000, ge=1, le=10**10, strict=True, description="a larger dropped file is refused"
    )
    settle_seconds: float = Field(
        60.0,
        ge=0,
        le=3600,
        description="a file that changed more recently may still be written and is left for later; one "
        "without an end, of its last line or of its format, must be quiet, and lie there, "
        "for twice as long; 0: at once",
    )

    alerts: AlertSettings = AlertSettings()
    scale: ScaleSettings = ScaleSettings()

    _zone = field_validator("time_zone")(check_time_zone)
