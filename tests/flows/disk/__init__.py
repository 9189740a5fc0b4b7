"""Tests of `flows.disk`."""
