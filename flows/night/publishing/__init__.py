"""A committed version as files for people and programs, and the months that are over."""
