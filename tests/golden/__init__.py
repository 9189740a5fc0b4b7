"""The sample from end to end: what its nights wrote against committed files, and its story in numbers."""
