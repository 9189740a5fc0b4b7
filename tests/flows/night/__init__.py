"""Tests of the night's steps and of the story that they make."""
