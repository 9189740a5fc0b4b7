"""What sample files of a new client seem to be: guesses with their evidence, and what a person must decide.

No file of a night is ever read by a guess: what is found becomes lines of the client's file, which a person
reads and `check` judges.
"""
