"""Tests of `flows.cli.starting`."""
