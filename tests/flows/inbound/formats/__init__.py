"""Tests of `flows.inbound.formats`."""
