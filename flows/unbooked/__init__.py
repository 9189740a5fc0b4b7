"""What came and is not in the books: where files name it, and held files that somebody says are meant."""
