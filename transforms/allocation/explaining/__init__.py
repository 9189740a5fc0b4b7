"""What a finished plan says of itself: reasons, dates, places in the queue, who was overtaken."""
