"""What a column means wherever its name appears: one name, one meaning in every table.

A contract adds a description only where a table says more than the name; the data dictionary and the
comments of the analyst database use the contract's words first and these otherwise.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas.table import Table

MEANINGS: dict[str, str] = {
    "account": "account of the ledger that the units stand in",
    "action": "what the row asks for",
    "adjusted_at": "when the correction was made",
    "alias": "another spelling of the SKU",
    "allocated_qty": "units given",
    "announced_qty": "units announced by the ASN",
    "asn_id": "advance ship notice: the announcement of goods on their way",
    "asn_line_no": "line of the advance ship notice",
    "available_from": "the item may not be sold before this day",
    "basis": "how we know of the shipment",
    "bin_id": "shelf position",
    "business_date": "calendar day that the run closes",
    "cancel_after": "last ship date: after it the line must not ship any more",
    "cancelled_at": "when the consignee or client cancelled",
    "cancelled_qty": "units that will never ship",
    "cause": "why the movement was posted",
    "changed_at": "when the client changed the line",
    "channel": "sales channel of the order",
    "client_id": "merchant whose goods the 3PL holds",
    "code": "stable code; its meaning stands in the vocabulary",
    "consignee_id": "client's id of the person or business the order ships to",
    "counted_at": "instant of the last count",
    "currency": "ISO 4217 code of the unit price",
    "decimals": "places of a fraction; quantities of the item are scaled by it",
    "delay_reason": "why the announced goods come later",
    "deliver_by": "day by which it must arrive",
    "description": "the item in words",
    "detail": "what was found, in a sentence; never a value of a person",
    "due_on": "the day the line should ship",
    "email": "mail address of the consignee",
    "eta_on": "ship date we believe as of that night; null: no date",
    "event_id": "sender's number of the event; the same number is the same event",
    "expected_on": "day the goods are expected now",
    "expiry_on": "last usable day of the lot; null: does not expire",
    "feed": "what the file is about",
    "file_hash": "SHA-256 of the file's content",
    "first_expected_on": "day the goods were expected when first announced",
    "from_account": "account that the units left",
    "gtin_case": "barcode number of a case",
    "held_on": "business date of the night that put the units on hold",
    "hold_reason": "why it is on hold",
    "is_active": "the item may be sold",
    "is_due": "the line is due on this night",
    "is_open": "not confirmed yet",
    "kind": "which kind it is",
    "kit": "parts of one kit: SKU:2|SKU2:1",
    "language": "language of the consignee",
    "last_received_on": "day of the last receipt against it",
    "law": "number of the law of the ledger",
    "ledger": "which of the two ledgers",
    "line_no": "line of the order or document",
    "lost_qty": "reserved units that are no longer there",
    "lot_id": "batch of one SKU with one expiry date",
    "message_id": "identity of the message",
    "min_shelf_life_days": "days a lot must be usable from its shipping on",
    "next_step": "what happens next",
    "on_short": "what becomes of a due line that is short",
    "open_qty": "units wanted, with nothing given yet",
    "order_id": "client's order number",
    "order_note": "free text for the warehouse",
    "order_type": "dtc, b2b or marketplace",
    "ordered_at": "when the order was placed",
    "ordered_qty": "units ordered: the sum of open, reserved, released, shipped and cancelled",
    "owner": "who must act",
    "pegged_qty": "inbound units promised to the line",
    "phone": "telephone number of the consignee",
    "po_number": "purchase order number of the consignee",
    "priority": "1 is most urgent, 9 least",
    "promised_on": "ship date the shop stated to the buyer at checkout",
    "qty": "units",
    "queue_place": "place among the waiting lines of (first warehouse, sku)",
    "raised_at": "when the units were added",
    "rank": "place 1..n among the client's groups; 1 is served first",
    "reason": "reason as sent",
    "reason_code": "stable code of the reason",
    "receipt_id": "number of the receipt",
    "receipt_type": "asn, blind, return or transfer",
    "received_at": "when the goods were received",
    "received_on": "day the goods were received",
    "received_qty": "units received so far, damaged ones included",
    "release_id": "identity of a pick row handed to a warehouse",
    "released_qty": "units handed to the warehouse and not yet confirmed",
    "remaining_qty": "units still expected",
    "replaced_by": "SKU that follows this one",
    "reserved_qty": "units kept for the line",
    "row_no": "1-based data row of the file; people are told its line, which counts the header too",
    "rows_accepted": "rows that did what they say",
    "rows_duplicate": "rows whose fact was accepted before",
    "rows_read": "data rows of the file: the sum of the four verdicts",
    "rows_rejected": "rows in quarantine",
    "rows_set_aside": "rows that are fine but not ours",
    "run_no": "run of the business date, from 1",
    "safety_stock_qty": "units kept back in each warehouse",
    "segment": "client's segment of the order",
    "sell_multiple": "units that are sold together",
    "sent_qty": "quantity as sent",
    "sent_sku": "SKU as sent",
    "sent_uom": "unit of measure as sent",
    "shelf_life_days": "days the item keeps",
    "ship_by": "day by which it must ship",
    "ship_method": "carrier or service asked for",
    "ship_not_before": "day before which it must not ship",
    "ship_rule": "what must be there before anything of it ships",
    "ship_to_address": "street address of the consignee",
    "ship_to_address_2": "second line of the street address: floor, unit, building",
    "ship_to_city": "city of the consignee",
    "ship_to_company": "company of the consignee, where the name is a person's",
    "ship_to_country": "ISO 3166-1 country of the consignee",
    "ship_to_name": "name of the consignee",
    "ship_to_postcode": "postcode of the consignee",
    "ship_to_region": "region or state of the consignee",
    "ship_to_store_no": "number of the shop or depot that the order goes to, as its labels show it",
    "shipped_at": "when the goods left",
    "shipped_on": "day the goods left",
    "shipped_qty": "units shipped",
    "short_qty": "units short",
    "short_reason": "why units are short",
    "sku": "stock-keeping unit",
    "state": "where it stands",
    "status": "where it stands",
    "substitutes": "approved substitutes, one for one: A|B",
    "supplier_id": "who sends the goods",
    "to_account": "account that the units entered",
    "tracking_no": "tracking number of the carrier",
    "transit_days": "calendar days on the way to the consignee",
    "unit": "unit of the quantity; EA is one",
    "unit_price": "price of one sent unit, as sent",
    "uom": "unit of measure",
    "upc": "barcode number of one unit",
    "verdict": "what became of it",
    "waiting_qty": "units still waiting, as told",
    "warehouse_id": "warehouse",
    "who_acts": "who must do something",
}
"""By column name, in alphabetical order."""


def describe_columns(table: type[Table]) -> dict[str, str]:
    """The meaning of each column of a contract, in the order of declaration.

    Raises:
        KeyError: a column has neither a description nor a common meaning; a test keeps that from
            happening.
    """
    return {name: _meaning(name, column.description) for name, column in table.declared().items()}


def describe_key(table: type[Table]) -> str:
    """What tells the rows of a contract apart, as a sentence; nothing where they may be equal."""
    return f"Key: {', '.join(key)}." if (key := table.key()) else ""


def _meaning(name: str, description: str | None) -> str:
    """The contract's words; those that say only what an empty value means follow the common ones."""
    if description is None:
        return MEANINGS[name]
    is_addition = description.startswith(("default", "absent", "empty")) and name in MEANINGS
    return f"{MEANINGS[name]}; {description}" if is_addition else description
