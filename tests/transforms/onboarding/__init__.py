"""Tests of `transforms/onboarding`."""
