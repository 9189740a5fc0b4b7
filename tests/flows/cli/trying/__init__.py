"""Tests of `flows.cli.trying`."""
