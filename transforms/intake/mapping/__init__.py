"""What a settings file says of a feed's columns: its mapping, its routes, its expressions."""
