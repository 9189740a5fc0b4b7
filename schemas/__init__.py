"""What things are: contracts of every table, the vocabulary, policies and errors.

Here belongs what may be said about data without looking at any: one class a table, one enumeration
a vocabulary, one frozen model a settings file. No rule that computes something lives here (that is
`transforms`), and nothing here opens a file, asks the clock or writes a log (that is `flows`).
"""
