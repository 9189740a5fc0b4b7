"""Workbooks that others than the reader make, and what stands in them."""
