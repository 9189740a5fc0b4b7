"""What a merchant gets: answers to files, rejected rows, where its orders stand."""
