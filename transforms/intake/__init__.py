"""The pure door: how a client's rows become ours, and which of them are new facts.

Here belong mapping, routing, casting, units of measure and the identity of a row. Reading bytes is the
work of `flows/inbound`; what an accepted row does to the books is the work of `transforms/posting`.
"""
