"""What attackers bring along: `tests.trials.hostile` and `tests.trials.doors` run it."""
