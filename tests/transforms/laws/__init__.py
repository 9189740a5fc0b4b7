"""Tests of `transforms.laws`."""
