"""Properties: what holds for every night, and the engine beside the oracle."""
