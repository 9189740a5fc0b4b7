"""The shelves after a night's facts: counts, adjustments, units on hold, and what the books differ by."""
