"""Tests of `schemas.settings`."""
