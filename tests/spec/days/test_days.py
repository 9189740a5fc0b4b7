"""Every day that a warehouse expects, a row each.

Where a line leaves before its due day, since that is closed or within the horizon, its shipping day is told.
"""

from __future__ import annotations

from datetime import date, datetime

import pytest

from schemas.night import AsOf
from tests.spec.days.rows import Night


def asked(month: int, day: int) -> AsOf:
    """A night that somebody asked for by its date."""
    return AsOf(date(2026, month, day))


def scheduled(month: int, day: int, frozen_at: str) -> AsOf:
    """A night that a clock began: its date, and when it was frozen (month-day and time, UTC)."""
    return AsOf(
        date(2026, month, day), frozen_at=datetime.fromisoformat(f"2026-{frozen_at}+00:00"), is_asked=False
    )


MONDAY = """
    warehouses=W1                                     -> due release W1 03-03     # what stands there
    promised_on=03-02                                 -> due release W1 03-03
    promised_on=03-03                                 -> due release W1 03-03
    promised_on=03-04                                 -> early reserve W1 03-04
    ship_by=03-03                                     -> due release W1 03-03
    ship_by=03-04                                     -> early reserve W1 03-04
    horizon_days=1 promised_on=03-04                  -> due release W1 03-03     # a day early
    horizon_days=1 promised_on=03-05                  -> early reserve W1 03-04   # leaves a day early
    ship_not_before=03-02                             -> due release W1 03-03
    ship_not_before=03-03                             -> due release W1 03-03
    ship_not_before=03-04                             -> early reserve W1 03-04
    ship_not_before=03-07                             -> early reserve W1 03-09     # opens on a Saturday
    cancel_after=03-02                                -> due none -
    cancel_after=03-02 past_cancel=cancel             -> cancelled
    cancel_after=03-03 past_cancel=cancel             -> due release W1 03-03
    cancel_after=03-04                                -> due release W1 03-03
    deliver_by=03-04 transit_days=2                   -> due none -
    deliver_by=03-05 transit_days=2                   -> due release W1 03-03
    deliver_by=03-06 transit_days=2                   -> early reserve W1 03-04
    expiry_on=03-02                                   -> due none -
    expiry_on=03-03                                   -> due release W1 03-03
    expiry_on=03-04                                   -> due release W1 03-03
    expiry_on=03-05 min_shelf_life_days=1             -> due release W1 03-03
    expiry_on=03-05 min_shelf_life_days=2             -> due release W1 03-03
    expiry_on=03-05 min_shelf_life_days=3             -> due none -
    available_from=03-02                              -> due release W1 03-03
    available_from=03-03                              -> due release W1 03-03
    available_from=03-04                              -> due reserve W1 03-04
    until=03-02                                       -> due release W1 03-03
    until=03-03                                       -> due release W1 03-03
    until=03-04                                       -> due none 03-04
    expected_on=03-03                                 -> due none 03-04
    expected_on=03-04                                 -> due none 03-05
    expected_on=03-06                                 -> due none 03-09           # Friday
    expected_on=03-07                                 -> due none 03-10           # Saturday
    expected_on=03-08                                 -> due none 03-10
    expected_on=03-09                                 -> due none 03-10
    expected_on=03-16                                 -> due none 03-18           # before a holiday
    expected_on=03-17                                 -> due none 03-19           # on it
    expected_on=03-18                                 -> due none 03-19
    expected_on=03-03 warehouses=DOCK0                -> due none 03-04
    expected_on=03-06 warehouses=DOCK0                -> due none 03-09
    expected_on=03-07 warehouses=DOCK0                -> due none 03-10
    expected_on=03-17 warehouses=DOCK0                -> due none 03-19
    expected_on=03-03 warehouses=DOCK2                -> due none 03-05
    expected_on=03-06 warehouses=DOCK2                -> due none 03-10
    expected_on=03-07 warehouses=DOCK2                -> due none 03-11
    expected_on=03-16 warehouses=DOCK2                -> due none 03-19
    expected_on=03-17 warehouses=DOCK2                -> due none 03-20
    expected_on=03-06 warehouses=SAT                  -> due none 03-07
    expected_on=03-07 warehouses=SAT                  -> due none 03-09
    expected_on=03-08 warehouses=SAT                  -> due none 03-10
    expected_on=03-02 status=overdue                  -> due none 03-04           # late from its day on
    expected_on=02-26 status=overdue                  -> due none 03-04
    expected_on=02-25 status=overdue                  -> due none 03-04           # the last night of grace
    expected_on=02-24 status=overdue                  -> due none -
    expected_on=02-25 overdue_grace_days=2            -> due none -
    expected_on=02-16 last_received_on=02-25          -> due none 03-04           # the rest of a delivery
    expected_on=02-16 last_received_on=02-24          -> due none -
    expected_on=02-25 warehouses=DOCK0                -> due none 03-04
    expected_on=02-25 warehouses=DOCK2                -> due none 03-05
    expected_on=03-05 cancel_after=03-05              -> due none -
    expected_on=03-05 cancel_after=03-06              -> due none 03-06
    expected_on=03-05 deliver_by=03-07 transit_days=2 -> early none -
    expected_on=03-05 deliver_by=03-08 transit_days=2 -> early none 03-06
"""

THURSDAY = """
    promised_on=03-06                                 -> due release W1 03-06
    promised_on=03-07                                 -> due release W1 03-06     # leaves on Friday
    promised_on=03-08                                 -> due release W1 03-06
    promised_on=03-09                                 -> early reserve W1 03-09
    ship_not_before=03-07                             -> due reserve W1 03-09
    promised_on=03-06 warehouses=SAT                  -> due release SAT 03-06
    promised_on=03-07 warehouses=SAT                  -> early reserve SAT 03-07
    cancel_after=03-07                                -> due release W1 03-06
    expected_on=03-06                                 -> due none 03-09
"""

FRIDAY = """
    warehouses=W1                                     -> due release W1 03-09
    promised_on=03-09                                 -> due release W1 03-09
    promised_on=03-10                                 -> early reserve W1 03-10
    ship_not_before=03-09                             -> due release W1 03-09
    ship_not_before=03-10                             -> early reserve W1 03-10
    cancel_after=03-08                                -> due none -
    cancel_after=03-09                                -> due release W1 03-09
    expiry_on=03-08                                   -> due none -
    expiry_on=03-09                                   -> due release W1 03-09
    available_from=03-09                              -> due release W1 03-09
    until=03-09                                       -> due release W1 03-09
    until=03-10                                       -> due none 03-10
    expected_on=03-06                                 -> due none 03-10           # planned on a closed day
    expected_on=03-09                                 -> due none 03-10
    expected_on=03-06 warehouses=SAT                  -> due none 03-09
    warehouses=SAT                                    -> due release SAT 03-07
    promised_on=03-08 warehouses=SAT                  -> due release SAT 03-07
    promised_on=03-09 warehouses=SAT                  -> early reserve SAT 03-09
    cancel_after=03-06 warehouses=W1|SAT              -> due none -
    cancel_after=03-07 warehouses=W1|SAT              -> due release SAT 03-07    # who ships by then
    cancel_after=03-09 warehouses=W1|SAT              -> due release W1 03-09
    promised_on=03-09 warehouses=W1|SAT               -> due release W1 03-09     # due by its first
    promised_on=03-09 warehouses=SAT|W1               -> early reserve SAT 03-09
"""

SATURDAY = """
    warehouses=W1                                     -> due release W1 03-09
    warehouses=SAT                                    -> due release SAT 03-09
    promised_on=03-09                                 -> due release W1 03-09
    promised_on=03-10                                 -> early reserve W1 03-10
    cancel_after=03-08                                -> due none -
    expected_on=03-07                                 -> due none 03-10           # comes on Monday, not late
    expected_on=03-07 warehouses=SAT                  -> due none 03-10           # late: planned on Monday
"""

SUNDAY = """
    warehouses=W1                                     -> due release W1 03-09
    promised_on=03-09                                 -> due release W1 03-09
    promised_on=03-10                                 -> early reserve W1 03-10
    cancel_after=03-08                                -> due none -
    expiry_on=03-08                                   -> due none -
    expected_on=03-08                                 -> due none 03-10
    expected_on=03-04                                 -> due none 03-10           # grace until Monday
    expected_on=03-03                                 -> due none -
"""

BEFORE_A_HOLIDAY = """
    warehouses=W1                                     -> due release W1 03-18
    warehouses=SAT                                    -> due release SAT 03-17    # works on it
    promised_on=03-18                                 -> due release W1 03-18
    promised_on=03-19                                 -> early reserve W1 03-19
    ship_not_before=03-17                             -> due release W1 03-18
    cancel_after=03-17                                -> due none -
    cancel_after=03-17 warehouses=W1|SAT              -> due release SAT 03-17
    expiry_on=03-17                                   -> due none -
    until=03-18                                       -> due release W1 03-18
    expected_on=03-16                                 -> due none 03-19           # planned on the holiday
"""

TWO_DAYS_BEFORE_A_HOLIDAY = """
    promised_on=03-16                                 -> due release W1 03-16
    promised_on=03-17                                 -> due release W1 03-16
    promised_on=03-18                                 -> early reserve W1 03-18
"""

BEFORE_MAUNDY_THURSDAY = """
    promised_on=04-02                                 -> due release W1 04-02
    promised_on=04-06                                 -> due release W1 04-02     # for Easter Monday
    promised_on=04-07                                 -> early reserve W1 04-07
    expected_on=04-02                                 -> due none 04-07
    expected_on=04-03                                 -> due none 04-08
    expected_on=04-02 warehouses=DOCK2                -> due none 04-08
    promised_on=04-03 warehouses=SAT                  -> due release SAT 04-02
    promised_on=04-04 warehouses=SAT                  -> early reserve SAT 04-04
"""

BEFORE_GOOD_FRIDAY = """
    warehouses=W1                                     -> due release W1 04-07
    promised_on=04-07                                 -> due release W1 04-07
    promised_on=04-08                                 -> early reserve W1 04-08
    cancel_after=04-06                                -> due none -
    cancel_after=04-07                                -> due release W1 04-07
    cancel_after=04-06 warehouses=W1|SAT              -> due release SAT 04-04
    expiry_on=04-06                                   -> due none -
    expiry_on=04-07                                   -> due release W1 04-07
    warehouses=SAT                                    -> due release SAT 04-04
    promised_on=04-06 warehouses=SAT                  -> due release SAT 04-04
    promised_on=04-07 warehouses=SAT                  -> early reserve SAT 04-07
    expected_on=04-02                                 -> due none 04-08
    expected_on=03-30                                 -> due none 04-08           # the last night of grace
    expected_on=03-27                                 -> due none -
"""

GOOD_FRIDAY = """
    warehouses=W1                                     -> due release W1 04-07
    warehouses=SAT                                    -> due release SAT 04-04
    promised_on=04-07                                 -> due release W1 04-07
    promised_on=04-08                                 -> early reserve W1 04-08
    expected_on=04-03                                 -> due none 04-08           # comes on Tuesday
    expected_on=04-04 warehouses=SAT                  -> due none 04-07
    expected_on=03-31                                 -> due none 04-08           # grace until Tuesday
    expected_on=03-30                                 -> due none -
"""

EASTER_MONDAY = """
    warehouses=W1                                     -> due release W1 04-07
    promised_on=04-07                                 -> due release W1 04-07
    promised_on=04-08                                 -> early reserve W1 04-08
    expected_on=03-31                                 -> due none 04-08           # grace until Tuesday
    expected_on=03-30                                 -> due none -
    expected_on=04-03                                 -> due none 04-08           # comes on Tuesday
"""

AT_A_QUARTER_PAST_TWO = """
    warehouses=L1400                                  -> due release L1400 {after}
    warehouses=L1415                                  -> due release L1415 {before}
    warehouses=L1430                                  -> due release L1430 {before}
    cancel_after={before} warehouses=L1400            -> due none -
    cancel_after={before} warehouses=L1415            -> due release L1415 {before}
    cancel_after={before} warehouses=L1400|L1430      -> due release L1430 {before}
    promised_on={after} warehouses=L1400              -> due release L1400 {after}
    promised_on={after} warehouses=L1415              -> early reserve L1415 {after}
    until={after} warehouses=L1400                    -> due release L1400 {after}
    until={after} warehouses=L1415                    -> due none {after}
"""

CLOCKS_GO_FORWARD = """
    warehouses=DAILY0030                              -> due release DAILY0030 03-30
    warehouses=DAILY0205                              -> due release DAILY0205 03-30
    warehouses=DAILY0130                              -> due release DAILY0130 03-29  # skipped: an hour later
    warehouses=DAILY0230                              -> due release DAILY0230 03-29
"""

CLOCKS_GO_BACK = """
    warehouses=DAILY0030                              -> due release DAILY0030 10-26
    warehouses=DAILY0130                              -> due release DAILY0130 10-26  # passed the first time
    warehouses=DAILY0205                              -> due release DAILY0205 10-25
"""


def at_a_quarter_past_two(before: str, after: str) -> str:
    """A run at 14:15 in London: the shipping day `before` the cut-off, and the one `after` it."""
    return AT_A_QUARTER_PAST_TWO.format(before=before, after=after)


NIGHTS = [
    Night("Monday", asked(3, 2), MONDAY),
    Night("Thursday", asked(3, 5), THURSDAY),
    Night("Friday", asked(3, 6), FRIDAY),
    Night("Saturday", asked(3, 7), SATURDAY),
    Night("Sunday", asked(3, 8), SUNDAY),
    Night("two days before a holiday", asked(3, 15), TWO_DAYS_BEFORE_A_HOLIDAY),
    Night("before a holiday", asked(3, 16), BEFORE_A_HOLIDAY),
    Night("before Maundy Thursday", asked(4, 1), BEFORE_MAUNDY_THURSDAY),
    Night("before Good Friday", asked(4, 2), BEFORE_GOOD_FRIDAY),
    Night("Good Friday", asked(4, 3), GOOD_FRIDAY),
    Night("Easter Monday", asked(4, 6), EASTER_MONDAY),
    Night("last Friday of winter", scheduled(3, 26, "03-27 14:15"), at_a_quarter_past_two("03-27", "03-30")),
    Night("first Monday of summer", scheduled(3, 29, "03-30 13:15"), at_a_quarter_past_two("03-30", "03-31")),
    Night("last Friday of summer", scheduled(10, 22, "10-23 13:15"), at_a_quarter_past_two("10-23", "10-26")),
    Night(
        "first Monday of winter", scheduled(10, 25, "10-26 14:15"), at_a_quarter_past_two("10-26", "10-27")
    ),
    Night("clocks go forward", scheduled(3, 28, "03-29 01:10"), CLOCKS_GO_FORWARD),
    Night("clocks go back", scheduled(10, 24, "10-25 01:10"), CLOCKS_GO_BACK),
    Night("a missed night", scheduled(3, 26, "03-30 13:15"), at_a_quarter_past_two("03-30", "03-31")),
]


@pytest.mark.parametrize("planner", ["oracle", "engine"])
@pytest.mark.parametrize("night", NIGHTS, ids=lambda night: night.name)
def test_a_night_answers_every_row(night: Night, planner: str) -> None:
    assert night.answered(planner) == night.asked()


def test_rows_that_say_the_same_are_not_lost() -> None:
    written = [line for night in NIGHTS for line in night.rows.splitlines() if line.strip()]
    assert sum(len(night.asked()) for night in NIGHTS) == len(written) > 180
