"""What is printed: tables for a terminal, JSON for programs, progress while nights run."""
