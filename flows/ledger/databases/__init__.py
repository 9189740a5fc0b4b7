"""The control database and that of people: opened, sealed, backed up and brought to today's format."""
