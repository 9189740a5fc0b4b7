"""The workspace's own file, `workspace.toml`."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator

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

    _zone = field_validator("time_zone")(check_time_zone)
