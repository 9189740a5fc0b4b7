"""What clients say: items, order lines, changes, cancellations, wishes, and rows that hold their order."""
