"""Tests of `transforms.night`."""
