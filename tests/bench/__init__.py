"""Benchmarks as commands: `python -m tests.bench allocation`. Nothing here runs in the suite."""
