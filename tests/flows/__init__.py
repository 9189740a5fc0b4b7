"""The world: files, databases, processes, people."""
