"""Landed files are read in a process of its own: text becomes rows of feeds, or what it seems to be is said."""
