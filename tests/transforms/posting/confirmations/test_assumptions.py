"""Tests of clients whose shipments are assumed without a confirmation."""

from __future__ import annotations

from datetime import timedelta

from tests.frames import NIGHT
from tests.transforms.posting.nights import (
    client_with,
    found,
    line,
    night,
    nights_later,
    ordered,
    release,
    released_ten,
    rows_of,
)


def test_an_assuming_clients_releases_of_earlier_nights_count_as_shipped() -> None:
    client = client_with(confirm="assume")
    same_night = night(released_ten(), rows_of(), client=client)
    assert line(same_night.books) == {"ordered": 10, "released": 10}
    posting = night(released_ten(), rows_of(), client=client, as_of=nights_later(1))
    assert line(posting.books) == {"ordered": 10, "shipped": 10}
    assert posting.shipments.select("basis", "shipped_qty").rows() == [("assumed", 10)]
    assert posting.shipments["shipped_on"].to_list() == [NIGHT + timedelta(days=1)]
    assert found(posting) == [("assumed_shipment", "W1")]


def test_nothing_is_assumed_to_ship_on_a_day_the_warehouse_does_not_work() -> None:
    client = client_with(confirm="assume")
    friday, saturday, sunday, monday = (nights_later(days) for days in (4, 5, 6, 7))
    books = release(ordered({"qty": 10}, received=10), {"allocated_qty": 10}, as_of=friday)
    assert [
        night(books, rows_of(), client=client, as_of=day).shipments.height for day in (saturday, sunday)
    ] == [0, 0]
    shipped = night(books, rows_of(), client=client, as_of=monday).shipments
    assert shipped["shipped_on"].to_list() == [monday.business_date]
