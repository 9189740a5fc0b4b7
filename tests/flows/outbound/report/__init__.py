"""Tests of the page of a night: what it asks, how it looks, what a browser makes of it."""
