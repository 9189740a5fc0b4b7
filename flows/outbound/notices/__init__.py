"""What whoever waits is told: words, layout, address and mail."""
