"""What the warehouse says of its releases: shipped, short, too many, late, taken back, or nothing at all."""
