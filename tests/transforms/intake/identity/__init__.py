"""Tests of `transforms.intake.identity`."""
