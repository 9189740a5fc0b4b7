"""Erasing a person at once: finding every file that holds the person of an order, and taking it out.

Here belong `backorders erase` without its page, and what a night does for an erasure that is still
open. What grows old by itself is deleted by `flows.night.tidying.forgetting`.
"""
