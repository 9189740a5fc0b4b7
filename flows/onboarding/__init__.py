"""Onboarding: sample files of a client become its first settings, and are tried under them."""
