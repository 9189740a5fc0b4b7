"""Tests of `transforms.intake.keys`."""
