"""A warehouse's file, `warehouses/<warehouse_id>.toml`."""

from __future__ import annotations

from datetime import date, time
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from schemas.settings.parent import Count, Days, Label, Labels, Settings, Text, Words, check_time_zone

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

PickForm = Literal["csv", "csv_with_mark", "xlsx"]
"""How pick files are written; a mark at the start of CSV breaks many imports."""


class Warehouse(Settings):
    """Whose stock and whose day: calendar, walking order and how the warehouse works with us."""

    warehouse_id: Label = Field(description="name of the file; never inside it")
    name: Text = Field("", description="for people")
    time_zone: Label = Field("UTC", description="IANA name")
    allocator: Literal["us", "wms"] = Field(
        description="who owns the shelf; no default, since two owners of one shelf is how trust is lost"
    )
    working_days: Words[Weekday] = Field(
        ("mon", "tue", "wed", "thu", "fri"), min_length=1, description="days on which goods are handled"
    )
    holidays: tuple[date, ...] = Field(
        (), max_length=1_000, description="days without work beside the weekend"
    )
    cut_off: time = Field(
        time(23, 59),
        description="files seen by then count for the day when nights were missed; what a later run releases "
        "leaves on the next working day",
    )
    day_only_at: time = Field(
        time(18, 0), description="local time at which a fact without a time of day happened"
    )
    bin_order: Labels = Field((), description="walking order; bins not named follow in natural order")
    pick_level: Literal["bin", "line"] = Field(
        "bin", description="line: the warehouse chooses the bin; its pick rows name none"
    )
    pick_order: Literal["walk", "order"] = Field(
        "walk",
        description="rows of pick files: in walking order, or order by order in rank order, as import tools "
        "expect",
    )
    pick_files: PickForm = Field(
        "csv",
        description="form in which pick files are delivered. csv: for programs that import; csv_with_mark: "
        "CSV that a spreadsheet program reads with its accents; xlsx: workbooks, all cells text",
    )
    pick_list: Literal["none", "pdf"] = Field(
        "none",
        description="whether a list on paper lies beside each pick file. pdf: A4 pages with a barcode for "
        "each release, for pickers without a warehouse system",
    )
    dock_to_stock_days: Days = Field(1, ge=0, description="working days from arrival to usable")
    overdue_release_days: Days = Field(
        1, ge=1, description="working days after its shipping day until an unconfirmed release is listed"
    )
    max_release_lines: Count | None = Field(
        None, ge=1, description="lines that one run may release for a client; the rest stays reserved"
    )
    delivery_folder: Text | None = Field(
        None, description="where pick files are copied; default outbox/<warehouse>/ in the workspace"
    )

    _zone = field_validator("time_zone")(check_time_zone)

    @model_validator(mode="after")
    def refuse_unsupported(self) -> Self:
        """`allocator = "wms"` is refused until it is built, rather than half obeyed."""
        if self.allocator == "wms":
            message = 'allocator = "wms" is not supported yet; only "us"'
            raise ValueError(message)
        return self
