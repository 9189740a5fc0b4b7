"""Tests of announced goods."""
