"""What is true and how it stays true: the ledger on disk.

Here belong the control and people databases, the segments and the one commit; how a file is written so that
it stays is said in `flows.disk`. What a night decides is not known here (`transforms`), nor what readers see
of it (`flows.outbound`).
"""
