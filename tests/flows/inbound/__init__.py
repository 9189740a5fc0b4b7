"""The outer door: what may be dropped, and what is read from it."""
