"""Pass 1: what stands there is kept for whoever keeps it, and given to those who wait."""
