-- Each line is a statement that PostgreSQL accepts. The test grants exactly what the analysis asks for, and then all but one thing.
SELECT 1
SELECT id FROM orders
SELECT * FROM orders
SELECT o.* FROM orders o
SELECT orders.id FROM orders
SELECT public.orders.id FROM public.orders
SELECT public.orders.* FROM orders
SELECT count(*) FROM orders
SELECT 1 FROM orders
SELECT FROM orders
SELECT o FROM orders o
SELECT orders FROM orders
SELECT o::text FROM orders o
SELECT row_to_json(o) FROM orders o
SELECT to_jsonb(o.*) FROM orders o
SELECT ROW(o.*) FROM orders o
SELECT ROW(o.id, o.note) FROM orders o
SELECT (o).id FROM orders o
SELECT (o.*).note FROM orders o
SELECT ((o)).total FROM orders o
SELECT o.label FROM orders o
SELECT label(o) FROM orders o
SELECT (o).label FROM orders o
SELECT id(o) FROM orders o
SELECT ctid FROM orders
SELECT xmin, id FROM orders
SELECT tableoid::regclass FROM orders
SELECT id FROM orders ORDER BY secret
SELECT id AS secret FROM orders ORDER BY secret
SELECT id AS secret FROM orders ORDER BY orders.secret
SELECT id AS secret FROM orders ORDER BY secret || ''
SELECT id FROM orders ORDER BY 1
SELECT note AS secret FROM orders GROUP BY secret, note
SELECT count(*) AS n FROM orders GROUP BY state ORDER BY n
SELECT state AS s FROM orders GROUP BY s
SELECT count(*) FROM orders GROUP BY GROUPING SETS ((state), (note), ())
SELECT count(*) FROM orders GROUP BY ROLLUP (state, note), CUBE (total)
SELECT grouping(state), count(*) FROM orders GROUP BY state
SELECT state FROM orders GROUP BY state HAVING max(secret) > 'a'
SELECT id FROM orders WHERE secret = 'x'
SELECT id FROM orders WHERE (id, secret) = (1, 's')
SELECT id FROM orders WHERE (id, note) IN (SELECT id, secret FROM orders)
SELECT id FROM orders WHERE EXISTS (SELECT FROM customers WHERE customers.id = orders.customer_id)
SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM customers WHERE email = o.secret)
SELECT DISTINCT ON (secret) id FROM orders
SELECT DISTINCT ON (note) id AS note FROM orders
SELECT DISTINCT state FROM orders
SELECT id FROM orders LIMIT (SELECT max(tree) FROM docs)
SELECT id FROM orders OFFSET (SELECT count(id) FROM customers WHERE boss IS NULL) ROWS FETCH FIRST 2 ROWS ONLY
SELECT count(*) FILTER (WHERE secret = 'x') FROM orders
SELECT array_agg(id ORDER BY secret) FROM orders
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total) FROM orders
SELECT rank() OVER (PARTITION BY state ORDER BY secret) FROM orders
SELECT sum(id) OVER w FROM orders WINDOW w AS (PARTITION BY note ORDER BY total ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
SELECT lag(secret) OVER (ORDER BY id) FROM orders
SELECT CASE WHEN secret = 'x' THEN note ELSE state END FROM orders
SELECT CASE id WHEN customer_id THEN 1 END FROM orders
SELECT coalesce(note, secret), greatest(id, customer_id), nullif(note, state) FROM orders
SELECT tags[1], tags[id:customer_id] FROM orders
SELECT (ARRAY[id, customer_id])[1] FROM orders
SELECT ARRAY(SELECT secret FROM orders)
SELECT ARRAY[ARRAY[id], ARRAY[customer_id]] FROM orders
SELECT (SELECT secret FROM orders WHERE id = 1)
SELECT (SELECT o.secret) FROM orders o
SELECT id FROM orders WHERE total > ALL (SELECT qty FROM items)
SELECT id FROM orders WHERE customer_id = ANY (tags)
SELECT id FROM orders WHERE secret IS NULL
SELECT id FROM orders WHERE (secret = 'x') IS NOT TRUE
SELECT id FROM orders WHERE secret IS DISTINCT FROM note
SELECT id FROM orders WHERE secret BETWEEN note AND state
SELECT id FROM orders WHERE secret LIKE note ESCAPE '!'
SELECT id FROM orders WHERE secret SIMILAR TO 's'
SELECT id FROM orders WHERE note IN ('a', secret)
SELECT id FROM orders WHERE note COLLATE "C" > 'a'
SELECT extract(year FROM now()), position('a' IN note), substring(secret FROM 1 FOR 2), overlay(note PLACING 'x' FROM 1), trim(BOTH 'x' FROM state) FROM orders
SELECT now() AT TIME ZONE note FROM orders WHERE false
SELECT CAST(secret AS varchar(10)) FROM orders
SELECT note::mood FROM orders WHERE false
SELECT current_user, current_date, localtimestamp(2)
SELECT upper(name) FROM customers
SELECT refund(id) FROM orders
SELECT public.refund(1)
SELECT app.hidden()
SELECT * FROM rows_of(2)
SELECT r FROM rows_of(2) r
SELECT o.id FROM orders o, LATERAL rows_of(o.customer_id) r
SELECT x.note FROM orders o, LATERAL (SELECT o.note) x
SELECT x.id FROM orders o CROSS JOIN LATERAL (SELECT c.id FROM customers c WHERE c.id = o.customer_id) x
SELECT g FROM generate_series(1, 3) g
SELECT g.g, o.id FROM generate_series(1, 3) g, orders o
SELECT o FROM generate_series(1, 3) g, orders o
SELECT * FROM generate_series(1, 3) WITH ORDINALITY
SELECT * FROM ROWS FROM (generate_series(1, 3), unnest(ARRAY[1, 2])) AS t(a, b)
SELECT key, value FROM docs, jsonb_each(body)
SELECT e.value FROM docs d, jsonb_array_elements(d.body -> 'b') AS e
SELECT a FROM jsonb_to_recordset('[{"a":1}]') AS t(a int, b text)
SELECT unnest(tags) FROM orders
SELECT u FROM orders, unnest(tags) AS u
SELECT * FROM orders o JOIN customers c ON c.id = o.customer_id
SELECT o.id FROM orders o JOIN customers c ON c.id = o.customer_id AND c.password = 'x'
SELECT count(*) FROM orders JOIN customers USING (id)
SELECT id FROM orders JOIN customers USING (id)
SELECT orders.note FROM orders LEFT JOIN customers USING (id)
SELECT j.id FROM orders JOIN customers USING (id) AS j
SELECT * FROM orders NATURAL JOIN items
SELECT product FROM orders NATURAL JOIN items
SELECT j.note FROM (orders JOIN customers ON true) j
SELECT j FROM (orders o JOIN data d ON true) AS j(a, b)
SELECT a FROM orders AS o(a, b)
SELECT o.b FROM orders AS o(a, b) WHERE o.a = 1
SELECT note FROM orders AS o(a, b)
SELECT o.id FROM (orders o CROSS JOIN customers c) JOIN items i ON i.order_id = o.id
SELECT s.x FROM (SELECT secret AS x, note FROM orders) s
SELECT s.* FROM (SELECT id, note FROM orders) s
SELECT s FROM (SELECT id, secret FROM orders) s
SELECT id FROM (SELECT * FROM orders) s
SELECT s.a FROM (SELECT id, note FROM orders) AS s(a, b)
SELECT lower FROM (SELECT lower(note) FROM orders) s
SELECT "?column?" FROM (SELECT id + 1 FROM orders) s
SELECT column1 FROM (VALUES (1), (2)) v
SELECT v.b FROM (VALUES (1, 'x')) AS v(a, b)
SELECT "case" FROM (SELECT CASE WHEN true THEN 1 END FROM orders) s
SELECT coalesce FROM (SELECT coalesce(note) FROM orders) s
SELECT int4 FROM (SELECT 1::int) s
SELECT exists FROM (SELECT EXISTS (SELECT 1)) s
SELECT secret FROM (SELECT (SELECT secret FROM orders LIMIT 1)) s
VALUES (1, 'a'), (2, 'b')
VALUES ((SELECT max(secret) FROM orders))
TABLE orders
TABLE app.orders
SELECT id FROM orders UNION SELECT id FROM customers
SELECT id FROM orders UNION ALL SELECT id FROM customers ORDER BY id
(SELECT id FROM orders ORDER BY note LIMIT 1) EXCEPT SELECT boss FROM customers
SELECT id FROM (SELECT id, note FROM orders UNION SELECT boss, email FROM customers) u
WITH x AS (SELECT id FROM orders) SELECT * FROM x
WITH orders AS (SELECT id AS secret FROM customers) SELECT secret FROM orders
WITH x(a) AS (SELECT secret FROM orders) SELECT a FROM x
WITH x AS (SELECT id FROM orders), y AS (SELECT id FROM x) SELECT y.id FROM y JOIN customers c ON c.id = y.id
WITH orders AS (SELECT * FROM orders) SELECT id FROM orders
WITH RECURSIVE t(n) AS (SELECT id FROM customers WHERE boss IS NULL UNION ALL SELECT c.id FROM customers c JOIN t ON c.boss = t.n) SELECT n FROM t
WITH RECURSIVE a AS (SELECT n FROM b), b AS (SELECT 1 AS n) SELECT n FROM a
WITH RECURSIVE t AS (SELECT id, boss FROM customers UNION ALL SELECT c.id, c.boss FROM customers c, t WHERE c.boss = t.id) SEARCH DEPTH FIRST BY id SET o SELECT id FROM t ORDER BY o
WITH RECURSIVE t AS (SELECT id, boss FROM customers UNION ALL SELECT c.id, c.boss FROM customers c, t WHERE c.boss = t.id) CYCLE id SET cyc USING p SELECT id, cyc FROM t
WITH d AS (DELETE FROM orders WHERE id = 1 RETURNING note) SELECT note FROM d
WITH i AS (INSERT INTO customers (id) VALUES (9) RETURNING id) SELECT * FROM i
WITH u AS (UPDATE orders SET note = 'x' RETURNING *) SELECT count(*) FROM u
SELECT (WITH x AS (SELECT secret FROM orders) SELECT max(secret) FROM x)
SELECT o.id FROM orders o WHERE o.id IN (WITH x AS (SELECT o.customer_id AS c) SELECT c FROM x)
SELECT id FROM orders FOR UPDATE
SELECT o.id FROM orders o, customers c FOR SHARE OF o
SELECT s.id FROM (SELECT id FROM orders) s FOR UPDATE
SELECT o.id FROM orders o JOIN customers c ON c.id = o.id FOR NO KEY UPDATE SKIP LOCKED
SELECT id FROM orders ORDER BY secret FOR KEY SHARE
SELECT id FROM report
SELECT * FROM report WHERE total > 1
SELECT id FROM report FOR UPDATE
SELECT id FROM parent
SELECT * FROM child
SELECT id FROM base
SELECT id FROM ONLY base
SELECT x FROM derived
SELECT id FROM orders TABLESAMPLE bernoulli (50) REPEATABLE (1)
SELECT last_value FROM counter
SELECT nextval('counter')
SELECT nextval('public.counter'::regclass)
SELECT setval('counter', 3)
SELECT secret FROM app.orders
SELECT app.orders.secret FROM app.orders, public.orders
SELECT t.id FROM app.things t
SELECT id, (p).a FROM pairs
SELECT (p).first_of FROM pairs
SELECT (arr[1]).b FROM pairs
SELECT (p).* FROM pairs
SELECT note === secret FROM orders
SELECT note OPERATOR(public.===) state FROM orders
SELECT note OPERATOR(pg_catalog.=) state FROM orders
SELECT id FROM orders ORDER BY note USING <
SELECT value, type, path, name, year FROM data
SELECT d.value FROM data d WHERE d.key = 1 ORDER BY d.type
SELECT x.c FROM docs, xmltable('/r' PASSING page COLUMNS c int PATH 'c') x
SELECT xmlelement(NAME foo, xmlattributes(id AS a), note) FROM orders
SELECT xmlserialize(CONTENT page AS text) FROM docs
SELECT body ->> 'a', body #> '{b}' FROM docs WHERE body @> '{}'
SELECT json_build_object('k', note) FROM orders
SELECT string_agg(note, ',' ORDER BY id DESC NULLS LAST) FROM orders
SELECT pg_catalog.count(id) FROM orders
SELECT relname FROM pg_class
SELECT c.relname, n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r'
SELECT table_name FROM information_schema.tables
INSERT INTO orders (id, note) VALUES (3, 'x')
INSERT INTO orders VALUES (3, 1)
INSERT INTO orders VALUES (3, DEFAULT, 1), (4, 2, 2)
INSERT INTO app.things DEFAULT VALUES
INSERT INTO app.things SELECT id, name FROM customers
INSERT INTO app.things (id) SELECT id FROM orders WHERE secret = 'x'
INSERT INTO app.things SELECT * FROM app.orders
INSERT INTO orders (id) VALUES (5) RETURNING id
INSERT INTO orders (id) VALUES (5) RETURNING *
INSERT INTO orders (id) VALUES (5) RETURNING note || 'x'
INSERT INTO orders AS o (id) VALUES (5) RETURNING o.state
INSERT INTO orders (id) VALUES (1) ON CONFLICT DO NOTHING
INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO NOTHING
INSERT INTO orders (id, note) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET note = excluded.note
INSERT INTO orders AS o (id, note) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET note = o.secret || excluded.note WHERE o.state = 'new' RETURNING total
INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET (note, state) = (SELECT name, email FROM customers WHERE id = 1)
INSERT INTO items (order_id, product) VALUES (1, 'p') ON CONFLICT (order_id, product) DO UPDATE SET qty = 1
INSERT INTO orders (id, tags[1]) VALUES (7, 1)
INSERT INTO pairs (id, p.a) VALUES (2, 1)
INSERT INTO items (order_id, product, total) VALUES (3, 'z', DEFAULT)
WITH x AS (SELECT secret FROM orders) INSERT INTO app.things (v) SELECT secret FROM x
INSERT INTO parent (id, kind) VALUES (1, 'a')
INSERT INTO writable (id) VALUES (77)
UPDATE orders SET note = 'x'
UPDATE orders SET note = 'x' WHERE id = 1
UPDATE orders SET note = secret
UPDATE orders SET total = total + 1 WHERE note = 'x'
UPDATE orders o SET note = c.name FROM customers c WHERE c.id = o.customer_id
UPDATE orders SET note = (SELECT max(name) FROM customers)
UPDATE orders SET (note, state) = (secret, 'x')
UPDATE orders SET (note, state) = (SELECT name, email FROM customers c WHERE c.id = orders.customer_id)
UPDATE orders SET (note, state) = ROW('a', 'b')
UPDATE orders SET tags[1] = 5
UPDATE orders SET tags[id] = 5
UPDATE orders SET note = DEFAULT RETURNING id
UPDATE orders SET note = 'x' RETURNING *
UPDATE pairs SET p.a = 3
UPDATE ONLY base SET x = 'y'
UPDATE parent SET hidden = 'x' WHERE kind = 'a'
UPDATE writable SET name = 'x' WHERE id = 1
UPDATE orders SET note = 'x' WHERE ctid IS NULL
DELETE FROM orders
DELETE FROM orders WHERE id = 1
DELETE FROM orders WHERE secret = 'x' RETURNING note
DELETE FROM orders o USING customers c WHERE c.id = o.customer_id AND c.password = 'x'
WITH x AS (SELECT id FROM customers) DELETE FROM orders WHERE id IN (SELECT id FROM x)
DELETE FROM orders RETURNING orders
MERGE INTO orders o USING customers c ON o.customer_id = c.id WHEN MATCHED THEN UPDATE SET note = c.name
MERGE INTO orders o USING customers c ON o.customer_id = c.id WHEN MATCHED AND o.secret = 'x' THEN DELETE WHEN NOT MATCHED THEN INSERT (id, note) VALUES (c.id + 10, c.email)
MERGE INTO orders USING (SELECT id, name FROM customers) s ON orders.id = s.id WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN INSERT VALUES (s.id)
MERGE INTO app.things t USING orders o ON t.id = o.id WHEN NOT MATCHED THEN INSERT DEFAULT VALUES
MERGE INTO orders o USING customers c ON true WHEN MATCHED AND c.password = 'x' THEN UPDATE SET (note, state) = (c.name, o.secret)
COPY orders TO STDOUT
COPY orders (id, note) TO STDOUT
COPY items TO STDOUT (FORMAT csv, HEADER)
COPY (SELECT secret FROM orders) TO STDOUT
COPY (DELETE FROM orders RETURNING id) TO STDOUT
EXPLAIN SELECT secret FROM orders
EXPLAIN (ANALYZE, COSTS off) UPDATE orders SET note = 'x' WHERE id = 1
EXPLAIN VERBOSE DELETE FROM orders
PREPARE q AS SELECT secret FROM orders WHERE id = $1
DECLARE c CURSOR FOR SELECT note FROM orders WHERE secret = 'x'
TRUNCATE items
TRUNCATE TABLE items, app.things
LOCK TABLE orders IN ACCESS SHARE MODE
LOCK orders
CALL tidy(1)
SELECT o.note FROM orders o WHERE o.total = (SELECT max(total) FROM orders WHERE customer_id = o.customer_id)
SELECT id FROM orders o WHERE EXISTS (SELECT secret)
SELECT (SELECT count(*) FROM items WHERE order_id = orders.id) FROM orders
SELECT x FROM orders o, LATERAL (SELECT o.secret UNION SELECT 'y') x
SELECT y.q FROM (SELECT x.note AS q FROM (SELECT * FROM orders) x) y
SELECT (SELECT note FROM (SELECT 1 AS one) s) FROM orders
SELECT t.id FROM app.things t JOIN LATERAL (SELECT t.v AS w) l ON l.w = 'x'
SELECT c.name FROM customers c, (SELECT c.id FROM orders c) s
SELECT sum(total) FROM (SELECT total FROM orders LIMIT 2) q
SELECT DISTINCT note, state FROM orders ORDER BY state
SELECT id FROM orders WHERE note = $$a$$ AND secret = E'\'' -- comment
SELECT /* c /* nested */ */ id FROM orders
SELECT jsonb_agg(o) FROM orders o
SELECT jsonb_agg(s) FROM (SELECT id FROM orders) s
SELECT count(o) FROM orders o
SELECT count(DISTINCT secret) FROM orders
SELECT max(o.secret) FROM orders AS o GROUP BY o.id
SELECT orders.* FROM orders, customers WHERE customers.id = orders.id
SELECT (orders).* FROM orders
SELECT a.id, b.id FROM orders a JOIN orders b ON a.secret = b.note
SELECT CASE WHEN EXISTS (SELECT 1 FROM customers WHERE password = 'x') THEN 1 END
SELECT id FROM orders WHERE (SELECT count(*) FROM items i WHERE i.order_id = id) > 0
INSERT INTO app.things SELECT v.* FROM app.orders t, LATERAL (VALUES (t.*)) v
INSERT INTO app.things VALUES ((SELECT o FROM app.orders o LIMIT 1).*)
MERGE INTO app.things t USING app.orders o ON t.id = o.id WHEN NOT MATCHED THEN INSERT VALUES (o.*)
SELECT (id).refund FROM orders
SELECT g.refund FROM generate_series(1, 2) g
SELECT id FROM orders WHERE id BETWEEN 1 AND customer_id
SELECT x.* FROM (VALUES (1, 2)) x, orders
SELECT (o.*) FROM orders o
INSERT INTO app.things SELECT (v.*) FROM app.orders t, LATERAL (VALUES ((t.*))) v
SELECT note AS n, state AS s FROM orders GROUP BY ((n, s))
MERGE INTO orders USING customers ON orders.id = customers.id WHEN NOT MATCHED AND boss IS NULL THEN INSERT (id, note) VALUES (id + 100, name)
MERGE INTO orders o USING customers c ON o.id = c.id WHEN MATCHED AND secret = 'x' THEN UPDATE SET note = name WHEN NOT MATCHED THEN DO NOTHING
SELECT pg_sleep(0), pg_catalog.pg_sleep(0.001) FROM orders WHERE id = 1
INSERT INTO orders (id) VALUES (1) ON CONFLICT ON CONSTRAINT orders_pkey DO NOTHING
INSERT INTO items (order_id, product) VALUES (1, 'p') ON CONFLICT ON CONSTRAINT items_pkey DO UPDATE SET qty = excluded.qty
INSERT INTO spans (id) VALUES (1) ON CONFLICT ON CONSTRAINT spans_id DO NOTHING
INSERT INTO spans (id) VALUES (1) ON CONFLICT ON CONSTRAINT spans_low DO NOTHING
WITH w AS (SELECT secret FROM orders) SELECT 1
WITH w AS (SELECT id FROM orders), v AS (SELECT secret FROM orders) SELECT id FROM w
WITH w AS (SELECT refund(id), o.*, o FROM orders o WHERE secret = 'x' FOR UPDATE) SELECT note FROM orders
WITH w AS (SELECT id FROM report) SELECT total FROM report
WITH w AS (INSERT INTO app.things (id) VALUES (1) RETURNING v) SELECT 1
WITH w AS (WITH x AS MATERIALIZED (SELECT secret FROM orders) SELECT secret FROM x) SELECT 1
WITH w AS (SELECT secret FROM orders) SELECT id FROM orders o WHERE EXISTS (WITH w AS (SELECT 1) SELECT * FROM w)
EXPLAIN WITH w AS (SELECT secret FROM orders) SELECT id FROM customers
WITH w AS (SELECT nextval('counter')) SELECT 1
SELECT n FROM orders NATURAL JOIN generate_series(1, 2) AS t2(n)
SELECT * FROM orders NATURAL JOIN generate_series(1, 2) AS id
SELECT note FROM orders o NATURAL JOIN generate_series(1, 2) AS t (id)
SELECT generate_series FROM customers NATURAL JOIN pg_catalog.generate_series(1, 2) WITH ORDINALITY
SELECT (SELECT id FROM generate_series(1, 2) AS x LIMIT 1) FROM orders
SELECT (SELECT max(id) FROM generate_series(1, 2) AS id) FROM orders
SELECT (SELECT max(ordinality) FROM generate_series(1, 2) WITH ORDINALITY AS id) FROM orders
SELECT g FROM orders, generate_series(1, id) g
