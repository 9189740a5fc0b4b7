"""The world: files, databases, processes, people.

Here belong reading what was dropped, the ledger on disk, publishing and delivering, the Prefect
flow and the command line. What a night means is decided in `transforms`; code here only brings it
its frames and makes its results durable.
"""
