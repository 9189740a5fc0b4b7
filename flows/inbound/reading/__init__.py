"""Bytes become text and rows, in a process of its own and never beyond a bound."""
