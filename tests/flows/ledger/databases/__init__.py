"""Tests of `flows.ledger.databases`."""
