"""Tests of `flows.outbound.analysts`."""
