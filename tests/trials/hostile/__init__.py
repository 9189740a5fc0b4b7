"""Hostile files, names, settings, damage and commands, each beside clients that are well.

`python -m tests.trials.hostile` tries all; what is tried, and what must come of it, is data in
`tests.trials.attacks`, written before anybody looked.
"""
