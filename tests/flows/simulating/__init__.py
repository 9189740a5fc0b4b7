"""Tests of simulations: where their nights come from, and that nothing is touched."""
