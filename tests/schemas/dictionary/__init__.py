"""Tests of `schemas.dictionary`."""
