"""Tests of `transforms/intake`."""
