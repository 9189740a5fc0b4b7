"""Tests of erasing people on request."""
