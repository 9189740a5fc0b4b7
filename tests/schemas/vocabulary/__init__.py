"""Tests of `schemas.vocabulary`."""
