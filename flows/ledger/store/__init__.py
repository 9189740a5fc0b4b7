"""Versions of the books: their segments, reading them, the one commit, and the ledger as nights see it."""
