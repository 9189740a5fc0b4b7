-- What the cells of a taken file say; NULL: no row, or taken before this was remembered.
ALTER TABLE seen_files ADD COLUMN cells_hash TEXT;
