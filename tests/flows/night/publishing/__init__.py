"""Tests of `flows.night.publishing`."""
