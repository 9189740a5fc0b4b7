"""What people set: one frozen model a settings file, with the meaning of every key."""
