"""Tests of `transforms.posting.confirmations`."""
