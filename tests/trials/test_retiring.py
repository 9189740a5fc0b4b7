"""Books that let closed orders go say the same as books that keep them."""

from __future__ import annotations

import pytest

from schemas.night import Books
from tests.trials import retiring
from tests.trials.retiring import Beside, DifferenceError
from tests.warehouse.kinds import Style
from tests.warehouse.nights import Nights
from tests.warehouse.trial import run_courses

pytestmark = pytest.mark.thorough

NIGHTS = 7
STYLES = [Style.of(seed, short="implied", is_timed=True) for seed in (5, 9)]
"""Within these nights both tell of an order that had closed."""


def test_nothing_differs_where_orders_leave_at_once() -> None:
    books = [Nights.of(STYLES), Nights.of(STYLES, 0), Nights.of(STYLES, 2)]
    run_courses(STYLES, NIGHTS, Beside(books))
    left = [sum(one.closed_orders.height for one in nights.departed) for nights in books]
    assert left[0] == 0 < left[2] < left[1]


def test_the_command_says_how_many_left(capsys: pytest.CaptureFixture[str]) -> None:
    assert retiring.main(["--seeds", "1", "--nights", "2", "--closed-days", "0"]) == 0
    kept, at_once = capsys.readouterr().out.splitlines()
    assert kept.startswith("closed_days None: 0 departures")
    assert at_once.startswith("closed_days 0: ")


def test_orders_that_do_not_come_back_are_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Nights, "_recall", lambda *_: Books.blank())
    with pytest.raises(DifferenceError, match="closed_days 0: "):
        run_courses(STYLES, NIGHTS, Beside([Nights.of(STYLES), Nights.of(STYLES, 0)]))
