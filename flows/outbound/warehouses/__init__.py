"""What a warehouse gets: its pick files, once."""
