"""Benchmarks as commands: `python -m tests.bench allocation`. Nothing here runs in the suite."""

from flows.polars_settings import prepare_polars

prepare_polars()
