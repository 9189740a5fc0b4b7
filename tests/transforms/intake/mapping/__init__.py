"""Tests of `transforms.intake.mapping`."""
