"""Pass 2 (available to promise): announced goods and what fences leave over are promised, with their days."""
