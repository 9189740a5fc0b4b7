"""The page with which a morning begins: what a night did and what is to be done, for people."""
