"""From a frozen run to a settled plan: its files and books are read, and what is open is listed."""
