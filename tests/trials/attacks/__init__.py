"""What attackers bring along; `tests.trials.doors` runs it."""
