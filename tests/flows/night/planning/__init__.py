"""Tests of `flows.night.planning`."""
