"""What leaves tonight, what is held back and why, and from which lots and bins it is picked."""
