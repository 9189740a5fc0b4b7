"""What says which fact, order or line a row means; what reads rows and what judges them stand on it."""
