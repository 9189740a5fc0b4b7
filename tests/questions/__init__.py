"""What analysts, clients and managers ask, as SQL: a file a question, its words in the first line."""
