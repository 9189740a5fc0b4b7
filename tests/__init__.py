"""Tests: a mirror of the three packages, plus the rules as specs, the oracle, properties and trials."""
