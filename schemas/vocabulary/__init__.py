"""Closed vocabularies: what a code column may say, each word with its meaning."""
