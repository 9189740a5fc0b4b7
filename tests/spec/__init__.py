"""The rules of an allocation by example: one file a rule, each example through the oracle and the engine.

A test's docstring is the rule in one sentence; its example is small text tables (`tables.py`), from
which the rule book is generated. The night is Monday 2026-03-02; dates are written month-day.
"""
