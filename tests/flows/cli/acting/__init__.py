"""Tests of `flows.cli.acting`."""
