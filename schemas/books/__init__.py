"""The state that a version of the books holds: orders, goods on their way, shelves, items, people."""
