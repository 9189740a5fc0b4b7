"""After a delivery: what was taken is cleared, people are forgotten, chores are done."""
