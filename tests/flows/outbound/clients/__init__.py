"""Tests of `flows.outbound.clients`."""
