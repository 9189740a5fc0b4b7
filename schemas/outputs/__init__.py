"""What others read: the analyst database, and the files for warehouses and clients."""
