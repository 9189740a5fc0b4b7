"""Canaries: a marker of its own in every column, header and refused cell, and where each may be found."""
