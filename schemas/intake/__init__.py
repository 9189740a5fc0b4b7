"""What comes in: the rows of each feed, and what became of every row and file."""
