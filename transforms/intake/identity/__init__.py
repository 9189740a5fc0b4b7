"""Which rows are new facts, which were said before, and which contradict."""
