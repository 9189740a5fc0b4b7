"""The bench of whole nights: made by seed, run as a user types it, beside a floor and a plain SQL script.

A night stands in a process of its own, and so do the two that it is compared with.
"""
