"""Tests of `transforms.posting.orders`."""
