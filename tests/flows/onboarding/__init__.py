"""Tests of `flows/onboarding`."""
