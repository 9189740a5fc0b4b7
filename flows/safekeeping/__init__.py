"""Backups of a whole workspace, and putting one back so that nothing is handed out twice unsaid.

Here belong making a backup while nights run, putting it back, finding what was handed out after it, and
dropping again what came since. The books' own copies before a change of format are
`flows.ledger.databases.backups`.
"""
