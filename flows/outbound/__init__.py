"""What leaves the house: picks, notices, acknowledgements, reports and the analyst database, published.

Here belong writing the outputs of a version and making it the current one. What their rows say is
decided in `transforms.reports`; nothing here changes what was committed.
"""
