-- Something of every kind, for clients to list: beside the shop's own tables, in schemas of their own.
CREATE EXTENSION pg_trgm;
CREATE EXTENSION hstore;
CREATE EXTENSION postgres_fdw;

CREATE SCHEMA stock;
COMMENT ON SCHEMA stock IS 'what is on the shelves';

CREATE TYPE stock.size AS ENUM ('small', 'large');
COMMENT ON TYPE stock.size IS 'as it is printed on the box';
CREATE TYPE stock.place AS (shelf text, level int);
CREATE DOMAIN stock.sku AS text CHECK (VALUE ~ '^[A-Z]{3}[0-9]+$');
CREATE TYPE stock.span AS RANGE (subtype = int4);

CREATE TABLE stock.items (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    code stock.sku UNIQUE,
    size stock.size NOT NULL DEFAULT 'small',
    place stock.place,
    tags text[] DEFAULT '{}',
    more jsonb,
    attributes hstore,
    net numeric(8,2) CHECK (net >= 0),
    gross numeric(8,2) GENERATED ALWAYS AS (net * 1.19) STORED,
    seen timestamptz DEFAULT now(),
    name varchar(40) COLLATE "C",
    CONSTRAINT net_and_name UNIQUE (net, name)
);
COMMENT ON TABLE stock.items IS 'one row for each article';
COMMENT ON COLUMN stock.items.code IS 'printed on the box';
CREATE INDEX items_name ON stock.items (lower(name)) WHERE net > 0;
CREATE INDEX items_trgm ON stock.items USING gin (name gin_trgm_ops);
CREATE INDEX items_more ON stock.items (size, net DESC NULLS LAST) INCLUDE (seen);
CREATE STATISTICS stock.items_stat (dependencies, ndistinct) ON size, net FROM stock.items;
CREATE SEQUENCE stock.numbers START 10 INCREMENT 5;
CREATE TABLE stock.moves (
    item int NOT NULL REFERENCES stock.items ON DELETE CASCADE,
    customer int REFERENCES public.customers ON UPDATE SET NULL,
    day date NOT NULL,
    amount int NOT NULL DEFAULT nextval('stock.numbers'),
    during int4range, EXCLUDE USING gist (during WITH &&) WHERE (amount < 0),
    CHECK (amount <> 0)
) WITH (fillfactor = 80);
CREATE TABLE stock.log (at timestamptz NOT NULL, what text, PRIMARY KEY (at)) PARTITION BY RANGE (at);
CREATE TABLE stock.log_2026 PARTITION OF stock.log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE stock.log_rest PARTITION OF stock.log DEFAULT;
CREATE TABLE stock.base (a int);
CREATE TABLE stock.child (b int) INHERITS (stock.base);

CREATE VIEW stock.cheap AS SELECT id, code, net FROM stock.items WHERE net < 10 WITH CHECK OPTION;
COMMENT ON VIEW stock.cheap IS 'below ten';
CREATE VIEW stock.careful WITH (security_invoker = true, security_barrier = true) AS SELECT id FROM stock.items;
CREATE MATERIALIZED VIEW stock.totals AS SELECT item, sum(amount) AS total FROM stock.moves GROUP BY item;
CREATE UNIQUE INDEX totals_item ON stock.totals (item);
CREATE RULE no_delete AS ON DELETE TO stock.base DO INSTEAD NOTHING;

CREATE FUNCTION stock.tax(net numeric, rate numeric DEFAULT 0.19) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT net * rate';
COMMENT ON FUNCTION stock.tax IS 'what the state gets';
CREATE FUNCTION stock.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.seen := now(); RETURN NEW; END';
CREATE FUNCTION stock.codes(OUT id int, OUT code text) RETURNS SETOF record LANGUAGE sql AS 'SELECT id, code FROM stock.items';
CREATE PROCEDURE stock.tidy(INOUT n int) LANGUAGE plpgsql AS 'BEGIN n := n + 1; END';
CREATE AGGREGATE stock.product (numeric) (sfunc = numeric_mul, stype = numeric, initcond = '1');
CREATE FUNCTION stock.cheaper(numeric, numeric) RETURNS bool LANGUAGE sql AS 'SELECT $1 < $2';
CREATE OPERATOR stock.<<< (leftarg = numeric, rightarg = numeric, function = stock.cheaper);
CREATE CAST (stock.place AS text) WITH INOUT;
CREATE COLLATION stock.plain FROM "C";
CREATE CONVERSION stock.latin FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TRIGGER touch BEFORE UPDATE ON stock.items FOR EACH ROW EXECUTE FUNCTION stock.touch();
CREATE TEXT SEARCH DICTIONARY stock.words (TEMPLATE = simple, stopwords = english);
CREATE TEXT SEARCH CONFIGURATION stock.search (COPY = english);
CREATE FUNCTION stock.ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION stock.ddl();

ALTER TABLE stock.moves ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON stock.moves FOR SELECT USING (amount > 0);
CREATE PUBLICATION everything FOR TABLE stock.items (id, code) WHERE (net > 1), stock.base;

CREATE ROLE clerk IN ROLE pg_read_all_settings;
COMMENT ON ROLE clerk IS 'counts boxes';
CREATE ROLE counted LOGIN CONNECTION LIMIT 3 VALID UNTIL '2040-01-01';
ALTER ROLE counted SET work_mem = '8MB';
GRANT SELECT ON stock.items TO clerk;
GRANT SELECT (id), UPDATE (name) ON stock.items TO counted;
GRANT USAGE ON SCHEMA stock TO clerk;
GRANT EXECUTE ON FUNCTION stock.tax TO clerk;
ALTER DEFAULT PRIVILEGES IN SCHEMA stock GRANT SELECT ON TABLES TO clerk;

CREATE SERVER elsewhere FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host '127.0.0.1', dbname 'none');
CREATE USER MAPPING FOR CURRENT_USER SERVER elsewhere OPTIONS (user 'them', password 'not for the token');
CREATE FOREIGN TABLE stock.theirs (id int OPTIONS (column_name 'number'), name text) SERVER elsewhere OPTIONS (table_name 'them');

SELECT lo_create(4711);
COMMENT ON LARGE OBJECT 4711 IS 'a picture';

INSERT INTO stock.items (code, size, net, name) SELECT 'ABC' || i, 'large', i, 'item ' || i FROM generate_series(1, 30) i;
INSERT INTO stock.moves (item, customer, day, amount) SELECT i, i % 20 + 1, '2026-01-01', i FROM generate_series(1, 30) i;
ANALYZE;
