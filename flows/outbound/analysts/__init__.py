"""What analysts read: one database a version, and months of history."""
