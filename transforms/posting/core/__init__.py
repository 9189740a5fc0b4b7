"""What all of posting stands on: postings, rows, drafts of movements, taking by names, kits and lots."""
