"""Tests of `flows.ledger.forgetting`."""
