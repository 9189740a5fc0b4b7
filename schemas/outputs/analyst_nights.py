"""Contracts of what each night decided, as analysts see the nights before tonight's, too.

Those of nights that a program before format 9 of the books made are missing: nobody kept them.
"""

from __future__ import annotations

import pandera.polars as pa
import polars as pl  # noqa: TC002 -- a contract is read at run time

from schemas.results import Decision, LostReservation, Overtaking, Peg

RUN_NO = "analysts see the date's last run only"


class PegNight(
    Peg,
    key=("business_date", "run_no", "client_id", "order_id", "line_no", "asn_id", "asn_line_no", "eta_on"),
):
    """Inbound units that were promised to a line on a night."""

    business_date: pl.Date
    run_no: int = pa.Field(description=RUN_NO)


class DecisionNight(
    Decision, key=("business_date", "run_no", "client_id", "order_id", "line_no", "reason_code")
):
    """Why units of a line got nothing on a night; quantities of a line sum to its short quantity then."""

    business_date: pl.Date
    run_no: int = pa.Field(description=RUN_NO)


class OvertakingNight(
    Overtaking,
    key=("business_date", "run_no", "client_id", "order_id", "line_no", "warehouse_id", "sku", "rule"),
):
    """Units that worse ranks got on a night where a short due line wanted them, and by which rule."""

    business_date: pl.Date
    run_no: int = pa.Field(description=RUN_NO)


class LostReservationNight(
    LostReservation,
    key=("business_date", "run_no", "client_id", "order_id", "line_no", "warehouse_id", "sku"),
):
    """Reserved units that a line had before a night and not after it."""

    business_date: pl.Date
    run_no: int = pa.Field(description=RUN_NO)
