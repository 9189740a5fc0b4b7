"""How the books of an older program become those of today's: one module for each format.

Here belong the scripts and functions that lead from one format to the next, and nothing else. When they are
applied is said in `flows.ledger.databases.migrating` (databases) and `flows.ledger.store.segments` (rows).
"""
