"""What stands beside the versions: runs and what each took, deliveries, and what people said."""
