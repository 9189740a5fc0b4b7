"""Tests of `transforms.intake.rows`."""
