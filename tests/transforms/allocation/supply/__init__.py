"""Tests of `transforms.allocation.supply`."""
