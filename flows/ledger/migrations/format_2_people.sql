-- What is kept how long, and what was erased. Dates ISO 8601, times UTC.

-- Business date of the night that left nothing of the order open, reserved or released.
ALTER TABLE people.ship_to ADD COLUMN closed_on TEXT;

CREATE INDEX people.closed_orders ON ship_to (closed_on) WHERE closed_on IS NOT NULL;

-- Orders whose person was erased: no address of theirs is taken any more.
-- look_from: files of the nights since that date may hold the person still; NULL: none does.
CREATE TABLE people.erasures (
    client_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    erased_at TEXT NOT NULL,
    look_from TEXT,
    PRIMARY KEY (client_id, order_id)
) STRICT, WITHOUT ROWID;

-- What is true of this database: closings_known, rewrite_due.
CREATE TABLE people.marks (
    mark TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
