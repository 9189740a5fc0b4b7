"""Tests of `flows.ledger.store`."""
