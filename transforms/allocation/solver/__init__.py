"""Integers in, integers out: who takes how many units of which pool, in order of rank. No rule by name."""
