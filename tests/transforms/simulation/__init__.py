"""Tests of what a simulation measures and compares."""
