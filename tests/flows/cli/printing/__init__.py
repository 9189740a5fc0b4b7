"""Tests of `flows.cli.printing`."""
