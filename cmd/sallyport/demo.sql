-- The shop of `sallyport demo`. The role that the proxy logs in as may read and change the rows, and nothing else.

CREATE TABLE customers (
    id    int PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name  text NOT NULL,
    email text NOT NULL
);
CREATE TABLE products (
    id    int PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    name  text NOT NULL,
    price numeric(8,2) NOT NULL
);
CREATE TABLE orders (
    id          int PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    customer_id int NOT NULL REFERENCES customers,
    product_id  int NOT NULL REFERENCES products,
    quantity    int NOT NULL CHECK (quantity > 0),
    ordered     date NOT NULL
);
CREATE TABLE salaries (
    employee text PRIMARY KEY,
    monthly  numeric(8,2) NOT NULL
);

INSERT INTO customers (name, email) VALUES
    ('Harbour Books', 'orders@harbour-books.example'),
    ('Mill Lane School', 'office@mill-lane.example'),
    ('Nordlicht GmbH', 'einkauf@nordlicht.example');
INSERT INTO products (name, price) VALUES
    ('Desk lamp', 39.90), ('Notebook, ruled', 4.50), ('Fountain pen', 24.00);
INSERT INTO orders (customer_id, product_id, quantity, ordered) VALUES
    (1, 2, 120, '2026-03-02'), (2, 1, 12, '2026-03-05'), (3, 3, 8, '2026-03-09'), (1, 3, 3, '2026-03-11');
INSERT INTO salaries VALUES ('warehouse, lead', 3900), ('warehouse', 3100), ('bookkeeping', 3600);

REVOKE CREATE ON SCHEMA public FROM PUBLIC; -- as PostgreSQL 15 and later have it
GRANT USAGE ON SCHEMA public TO shop_svc;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO shop_svc;
