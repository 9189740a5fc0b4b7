"""Tests of `transforms.allocation.solver`."""
