"""Landed files are read in a process of their own: text becomes rows of feeds; what is against it is said."""
