"""What follows from the data: pure functions, frames in and frames out.

Here belong the rules: how a client's row becomes ours, how the journal is posted, who gets which
units, which date may be promised, what must be told. `night.py` joins them into one plan. Nothing
here reads a file, asks the clock or chance, or writes a log: `as_of` is an argument.
"""
