"""Formats of dropped files: bytes become rows of text, or a refusal, and never beyond a bound."""
