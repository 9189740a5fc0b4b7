"""A client's policy: the rules by which its orders are served."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from schemas.settings import Settings

RankKey = Literal["priority", "due_on", "promised_on", "ship_by", "cancel_after", "ordered_at"]
ShipRule = Literal["partial", "line_complete", "order_complete"]


class Policy(Settings):
    """Section `[policy]` of a client's file; every rule has a default."""

    rank: tuple[RankKey, ...] = Field(
        ("priority", "due_on", "ordered_at"),
        min_length=1,
        description="who comes first; keys ascend, nulls last, then order id and line number",
    )
    ship_rule: ShipRule = Field("partial", description="what must be there before anything of it ships")
    holdback: Literal["none", "strict"] = Field(
        "none", description="what a group that must be complete and is not does to those behind it"
    )
    split: bool = Field(True, description="a line may ship from several warehouses")
    lot_order: Literal["fefo", "fifo"] = Field("fefo", description="which lot goes first")
    not_due: Literal["wait", "reserve"] = Field("wait", description="what a line that is not due yet may do")
    horizon_days: int = Field(0, ge=0, description="a line is due so many calendar days early")
    standing: Literal["gain"] = Field(
        "gain", description="a reservation is kept, and its line competes for more"
    )
    may_cancel_until: Literal["release"] = Field(
        "release", description="until when a cancellation is accepted"
    )
    overdue_grace_days: int = Field(
        3, ge=0, description="working days an overdue announcement keeps its date"
    )
    asn_rest_days: int = Field(
        3, ge=0, description="working days the rest of a part-received line stays expected"
    )
    over_receipt_pct: int = Field(10, ge=0, description="received above the announced by more goes on hold")

    @model_validator(mode="after")
    def refuse_contradictions(self) -> Self:
        """A rank key named twice is refused: the second could never decide."""
        if len(set(self.rank)) < len(self.rank):
            message = f"rank names a key twice: {', '.join(self.rank)}"
            raise ValueError(message)
        return self
