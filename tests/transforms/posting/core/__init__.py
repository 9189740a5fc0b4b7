"""Tests of `transforms.posting.core`."""
