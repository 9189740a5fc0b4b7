"""The law of facts: what a shelf holds is reckoned from its facts alone."""
