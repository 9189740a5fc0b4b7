"""Tests of `flows.outbound.notices`."""
