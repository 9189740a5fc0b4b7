"""What readers are shown of a night: the rows of picks, order status and the analyst tables.

Pure functions from the books and the night's results to the rows of an output, in its order. How
a row is written into a file or a database belongs in `flows.outbound`.
"""
