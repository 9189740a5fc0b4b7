"""The outer door: from what lies in a folder to rows of a feed.

`taking` looks at what was dropped (`scan`), keeps its bytes (`landing`) and clears what was taken
(`archive`); `formats` makes rows of text of them; `reading` joins that with the rules of intake. What a
row means is decided in `transforms.intake`; what a file did is kept by `flows.ledger`.

Anybody may drop anything: nothing here ends with an exception because of what lies in `inbound/`.
"""
