"""Tests of `flows.cli.asking`."""
