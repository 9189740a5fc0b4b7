"""Tests of what leaves the house, mirrored from `flows/outbound/`."""
