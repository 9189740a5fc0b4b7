"""Contract of personal data: the one table that never leaves people.sqlite but for picks and notices."""

from __future__ import annotations

import pandera.polars as pa

from schemas.table import Table


class ShipTo(Table, key=("client_id", "order_id")):
    """Who an order goes to. Lives in people.sqlite only."""

    client_id: str
    order_id: str
    ship_to_name: str = pa.Field(nullable=True)
    ship_to_address: str = pa.Field(nullable=True)
    ship_to_city: str = pa.Field(nullable=True)
    ship_to_region: str = pa.Field(nullable=True)
    ship_to_postcode: str = pa.Field(nullable=True)
    ship_to_country: str = pa.Field(nullable=True)
    phone: str = pa.Field(nullable=True)
    email: str = pa.Field(nullable=True)
    language: str = pa.Field(nullable=True)
    order_note: str = pa.Field(nullable=True)
    ship_to_company: str = pa.Field(nullable=True)
    ship_to_address_2: str = pa.Field(nullable=True)
    ship_to_store_no: str = pa.Field(nullable=True)
