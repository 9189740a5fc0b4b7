"""Trials: long runs over data that is not part of the project, each with a command of its own."""
