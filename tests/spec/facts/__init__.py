"""The law of facts by example: stories of a few nights, what was sent on each and what the books must say.

What the rules of the allocation are (`tests.spec`) is said of one night's demand and supply; what stands
here is about what a night believes. Stories whose names begin with a letter and two digits are worked cases
of issue 8 in our own words (`tests.trials.worked_cases` runs the originals); the others are ours.
"""
