"""What tests of the ledger stop and replay: processes killed at a point, power cut at an operation."""
