"""The outer door: from what lies in a folder to rows of a feed.

Here belong looking at what was dropped (`scan`), keeping its bytes (`landing`), reading formats
(`reader`), joining that with the rules of intake (`forms`) and clearing what was taken (`archive`).
What a row means is decided in `transforms.intake`; what a file did is kept by `flows.ledger`.

Anybody may drop anything: nothing here ends with an exception because of what lies in `inbound/`.
"""
