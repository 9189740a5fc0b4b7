"""Tests of `flows.outbound.warehouses`."""
