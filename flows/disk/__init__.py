"""The one way to the disk: durable writing, its faults and damages, the lock of the writer, a full disk."""
