"""Tests of `flows.outbound.versions`."""
