"""Tests of `flows.inbound.taking`."""
