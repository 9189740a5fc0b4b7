"""Tests of `transforms.posting.shelf`."""
