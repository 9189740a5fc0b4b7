"""Tests of `flows.ledger`."""
