"""Tests of `transforms.posting.facts`."""
