"""Tests of `flows.inbound.reading`."""
