-- Personal data, apart from everything else. Key: client and order.

CREATE TABLE people.ship_to (
    client_id TEXT NOT NULL,
    order_id TEXT NOT NULL,
    ship_to_name TEXT,
    ship_to_address TEXT,
    ship_to_city TEXT,
    ship_to_region TEXT,
    ship_to_postcode TEXT,
    ship_to_country TEXT,
    phone TEXT,
    email TEXT,
    language TEXT,
    order_note TEXT,
    PRIMARY KEY (client_id, order_id)
) STRICT, WITHOUT ROWID;
