"""Tests of `transforms.intake.values`."""
