"""What one cell says: numbers, days, instants, quantities, SKUs. Nothing here knows a row."""
