"""Tests of `flows.night.tidying`."""
