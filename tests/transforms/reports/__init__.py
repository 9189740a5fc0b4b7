"""Tests of what readers are shown, mirrored from `transforms/reports/`."""
