"""What may be given out, tonight and later, cut into pools of interchangeable units, and the ways to them."""
