"""Tests of what follows, mirrored from `transforms/`."""
