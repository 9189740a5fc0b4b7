"""Landed files are read in a process of its own: text becomes rows of feeds; what stands against it is said."""
