"""Rows as sent become rows of a feed, or reasons with a place and advice for who sent them."""
