"""Tests of `transforms.posting.planned`."""
