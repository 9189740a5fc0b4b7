"""Tests of `transforms.allocation`."""
