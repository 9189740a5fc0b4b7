"""What is true and how it stays true: the ledger on disk.

Here belong durable writing, the lock, the control and people databases, the segments and the one
commit. What a night decides is not known here (`transforms`), nor what readers see of it
(`flows.outbound`).
"""
