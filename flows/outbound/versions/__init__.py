"""A version as a whole: what it holds, which one is current, what was taken out of it."""
