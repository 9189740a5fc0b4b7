"""Tests of `transforms.allocation.demand`."""
