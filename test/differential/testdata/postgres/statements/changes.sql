-- INSERT, UPDATE, DELETE, MERGE, COPY, TRUNCATE, LOCK.
INSERT INTO orders (id, note) VALUES (10, 'x')
INSERT INTO orders VALUES (10, 1, 1, 'n')
INSERT INTO orders DEFAULT VALUES
INSERT INTO app.things DEFAULT VALUES
INSERT INTO orders (id) SELECT id + 100 FROM customers
INSERT INTO orders (id, secret) SELECT id + 100, password FROM customers WHERE email = 'a@x'
INSERT INTO orders (id) VALUES (10) RETURNING id
INSERT INTO orders (id) VALUES (10) RETURNING *
INSERT INTO orders (id) VALUES (10) RETURNING orders
INSERT INTO orders (id) VALUES (10) RETURNING id + 1 AS x, upper(note), (SELECT max(amount) FROM hr.salaries)
INSERT INTO orders AS o (id) VALUES (10) RETURNING o.total
INSERT INTO orders (id) VALUES (1) ON CONFLICT DO NOTHING
INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO NOTHING
INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) WHERE note = 'x' DO NOTHING
INSERT INTO orders (id, note) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET note = excluded.note
INSERT INTO orders (id, note) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET note = orders.note || excluded.secret
INSERT INTO orders (id, note) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET (note, state) = (excluded.note, DEFAULT) WHERE orders.total > 1 RETURNING state
INSERT INTO orders (id, note) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET note = (SELECT name FROM customers WHERE id = excluded.id)
INSERT INTO orders (id, note) VALUES (1, 'x') ON CONFLICT ON CONSTRAINT orders_pkey DO UPDATE SET note = 'y'
INSERT INTO orders (id, note) VALUES (1, 'x') ON CONFLICT ON CONSTRAINT orders_pkey DO NOTHING
INSERT INTO app.uniques VALUES (1, 1, 'x') ON CONFLICT (a, b) DO UPDATE SET c = excluded.c
INSERT INTO app.uniques VALUES (1, 1, 'x') ON CONFLICT ON CONSTRAINT uniques_ab DO UPDATE SET c = excluded.c
INSERT INTO app.uniques (a, b) VALUES (1, 1) ON CONFLICT ON CONSTRAINT uniques_ab DO NOTHING
INSERT INTO app.excluded VALUES (1, '[1,2)') ON CONFLICT DO NOTHING
INSERT INTO orders (id, tags[1], tags[2]) VALUES (10, 1, 2)
INSERT INTO pairs (id, p.a, p.b) VALUES (2, 1, 2)
INSERT INTO orders (id, note) OVERRIDING USER VALUE VALUES (10, 'x')
INSERT INTO app.identities (id, v) OVERRIDING SYSTEM VALUE VALUES (10, 'x')
INSERT INTO app.identities (v) VALUES ('x') RETURNING id, other
INSERT INTO app.identities (other, v) VALUES (DEFAULT, 'x')
INSERT INTO app.identities DEFAULT VALUES
INSERT INTO app.serials (v) VALUES ('x')
INSERT INTO app.serials (id, v) VALUES (100, 'x')
INSERT INTO app.serials (id, big, v) VALUES (100, 100, 'x')
INSERT INTO app.serials (id, big, v) VALUES (DEFAULT, 100, 'x')
INSERT INTO app.serials DEFAULT VALUES
UPDATE app.serials SET big = DEFAULT
INSERT INTO app.defaults (id) VALUES (2)
INSERT INTO app.defaults (id, code) VALUES (2, 'c')
INSERT INTO app.defaults (id, code) VALUES (2, DEFAULT)
INSERT INTO app.defaults (id, code) VALUES (2, 'c'), (3, DEFAULT)
INSERT INTO app.defaults DEFAULT VALUES
INSERT INTO app.defaults (id, code) SELECT 2, 'x'
INSERT INTO app.defaults (id) SELECT id FROM orders
UPDATE app.defaults SET code = DEFAULT
UPDATE app.defaults SET code = DEFAULT WHERE false
UPDATE app.defaults SET at = DEFAULT, n = DEFAULT
INSERT INTO app.generated (id, n) VALUES (2, 3)
INSERT INTO app.generated (id) VALUES (2) RETURNING twice
UPDATE app.generated SET n = 4
UPDATE app.generated SET id = 4
SELECT twice FROM app.generated
INSERT INTO app.checked VALUES (2, 'x')
INSERT INTO app.checked (id) VALUES (2)
UPDATE app.checked SET id = 3
UPDATE app.checked SET s = 'y'
INSERT INTO app.typed VALUES (2, 3)
INSERT INTO app.typed (id) VALUES (2)
UPDATE app.typed SET n = 3
UPDATE app.typed SET id = 3
UPDATE app.typed SET ns = '{3,4}'
SELECT n FROM app.typed
INSERT INTO app.indexed VALUES (2, 'X')
UPDATE app.indexed SET s = 'Y'
DELETE FROM app.indexed
SELECT id FROM app.indexed WHERE s = 'x'
INSERT INTO kinds (id, e) VALUES (2, 'a@b')
INSERT INTO app.children VALUES (2, 1, 'x')
INSERT INTO app.children VALUES (2, 99, 'x')
UPDATE app.children SET parent = 2
DELETE FROM app.parents WHERE id = 1
UPDATE app.parents SET id = 10 WHERE id = 1
UPDATE app.parents SET name = 'x'
DELETE FROM app.nodes
INSERT INTO parent VALUES (2, 'a', 'h')
INSERT INTO child VALUES (2, 'a', 'h')
INSERT INTO part.ranged VALUES (3, 3, 'x')
INSERT INTO part.ranged VALUES (3, 300, 'x')
INSERT INTO part.mixed VALUES (3, 'x') RETURNING id
UPDATE part.ranged SET at = 15 WHERE at = 1
UPDATE part.ranged SET v = 'x' RETURNING tableoid::regclass
DELETE FROM part.hashed WHERE id = 1
UPDATE ONLY base SET x = 'z'
UPDATE base SET x = 'z' WHERE id = 2
DELETE FROM ONLY base
INSERT INTO base VALUES (3, 'w')
UPDATE orders SET note = 'x'
UPDATE orders SET note = DEFAULT, state = DEFAULT
UPDATE orders SET note = 'x' WHERE secret = 's'
UPDATE orders SET note = secret
UPDATE orders o SET note = 'x' WHERE o.id = 1
UPDATE orders AS o SET note = c.name FROM customers c WHERE c.id = o.customer_id RETURNING o.id, c.email
UPDATE orders SET (note, state) = ('a', 'b')
UPDATE orders SET (note, state) = ROW ('a', secret)
UPDATE orders SET (note, state) = (SELECT name, email FROM customers WHERE customers.id = orders.customer_id)
UPDATE orders SET (note) = (SELECT person FROM hr.salaries)
UPDATE orders SET total = total * 2, note = upper(note) WHERE id IN (SELECT order_id FROM items) RETURNING *
UPDATE orders SET tags[1] = 9, tags[2] = id
UPDATE orders SET tags[1:2] = '{7,8}'
UPDATE pairs SET p.a = 5, arr[1].b = 6
UPDATE orders SET note = 'x' FROM generate_series(1, 2) g WHERE g = id
UPDATE orders SET note = j.name FROM (customers c JOIN items i ON i.order_id = c.id) j WHERE j.id = orders.id
WITH q AS (SELECT id FROM customers) UPDATE orders SET note = 'x' WHERE id IN (SELECT id FROM q)
WITH u AS (UPDATE orders SET note = 'x' RETURNING id, secret) SELECT secret FROM u
WITH d AS (DELETE FROM items RETURNING *) INSERT INTO app.things SELECT order_id, product FROM d
WITH i AS (INSERT INTO app.things VALUES (9, 'x') RETURNING id), u AS (UPDATE orders SET note = 'x' WHERE id IN (SELECT id FROM i)) DELETE FROM customers WHERE false
WITH m AS (DELETE FROM hr.salaries) SELECT 1
DELETE FROM orders
DELETE FROM orders WHERE id = 1 RETURNING note
DELETE FROM orders o USING customers c WHERE o.customer_id = c.id AND c.name = 'a' RETURNING o.*
DELETE FROM orders USING items WHERE true
DELETE FROM orders WHERE secret IS NULL
DECLARE c CURSOR FOR SELECT * FROM orders ;; FETCH c ;; UPDATE orders SET note = 'x' WHERE CURRENT OF c
DECLARE c CURSOR FOR SELECT id FROM app.things FOR UPDATE ;; FETCH NEXT FROM c ;; DELETE FROM app.things WHERE CURRENT OF c
DECLARE c CURSOR FOR SELECT id FROM app.things ;; MOVE c ;; UPDATE app.things SET v = 'x' WHERE CURRENT OF c RETURNING id
COPY orders TO STDOUT
COPY orders (id, note) TO STDOUT
COPY orders (id, secret) TO STDOUT WITH (FORMAT csv, HEADER true, DELIMITER ';')
COPY orders TO STDOUT CSV HEADER
COPY (SELECT secret FROM orders) TO STDOUT
COPY (TABLE customers) TO STDOUT (FORMAT binary)
COPY (INSERT INTO app.things VALUES (5, 'x') RETURNING *) TO STDOUT
COPY (WITH q AS (SELECT amount FROM hr.salaries) SELECT * FROM q) TO STDOUT
COPY report TO STDOUT
COPY app.frozen TO STDOUT
COPY parent TO STDOUT
COPY base TO STDOUT
COPY remote.orders TO STDOUT
COPY app.generated TO STDOUT
COPY app.things FROM STDIN
COPY app.things (id) FROM STDIN
COPY app.things FROM STDIN WHERE id > 1
COPY app.things (v) FROM STDIN WITH (FORMAT csv, FORCE_NULL (v))
COPY app.defaults (id) FROM STDIN
COPY app.defaults FROM STDIN
COPY app.serials (v) FROM STDIN
COPY app.generated FROM STDIN
COPY app.typed FROM STDIN
COPY app.checked FROM STDIN
COPY app.instead FROM STDIN
COPY parent FROM STDIN
COPY sec.notes FROM STDIN
COPY sec.notes TO STDOUT
COPY orders TO '/tmp/sallyport-never'
COPY orders FROM '/etc/passwd'
COPY orders TO PROGRAM 'cat'
COPY (SELECT 1) TO '/tmp/sallyport-never'
COPY pg_class TO STDOUT
COPY pg_authid TO STDOUT
TRUNCATE items
TRUNCATE TABLE items, app.things
TRUNCATE ONLY base
TRUNCATE base
TRUNCATE parent
TRUNCATE part.ranged
TRUNCATE items RESTART IDENTITY
TRUNCATE app.serials RESTART IDENTITY
TRUNCATE app.identities RESTART IDENTITY
TRUNCATE app.serials CONTINUE IDENTITY RESTRICT
TRUNCATE items CASCADE
TRUNCATE app.parents CASCADE
TRUNCATE app.parents
TRUNCATE app.parents, app.children
TRUNCATE app.nodes CASCADE
TRUNCATE report
LOCK orders
LOCK TABLE orders IN ACCESS SHARE MODE
LOCK TABLE orders IN ROW SHARE MODE
LOCK TABLE orders IN ROW EXCLUSIVE MODE NOWAIT
LOCK TABLE orders IN SHARE MODE
LOCK TABLE orders, customers IN ACCESS EXCLUSIVE MODE
LOCK ONLY base IN SHARE UPDATE EXCLUSIVE MODE
LOCK base
LOCK parent IN EXCLUSIVE MODE
LOCK report
LOCK app.deep IN ACCESS SHARE MODE
LOCK counter

-- from 15
MERGE INTO orders o USING customers c ON o.customer_id = c.id WHEN MATCHED THEN UPDATE SET note = c.name
MERGE INTO orders o USING customers c ON o.customer_id = c.id WHEN MATCHED AND o.secret = 'x' THEN DELETE
MERGE INTO orders o USING customers c ON o.customer_id = c.id WHEN NOT MATCHED THEN INSERT (id, note) VALUES (c.id + 50, c.email)
MERGE INTO orders o USING customers c ON o.customer_id = c.id WHEN NOT MATCHED THEN INSERT VALUES (c.id + 50)
MERGE INTO orders o USING customers c ON o.id = c.id WHEN MATCHED THEN DO NOTHING WHEN NOT MATCHED THEN DO NOTHING
MERGE INTO orders USING (VALUES (1)) s (i) ON true WHEN MATCHED THEN DO NOTHING
MERGE INTO app.things t USING (VALUES (1)) s (i) ON s.i = 4 WHEN MATCHED THEN UPDATE SET v = 'x' WHEN NOT MATCHED THEN DO NOTHING
MERGE INTO orders USING (SELECT id, name FROM customers) s ON orders.id = s.id WHEN MATCHED AND s.name = 'a' THEN UPDATE SET (note, state) = (s.name, orders.secret) WHEN MATCHED THEN DELETE
MERGE INTO app.things t USING generate_series(1, 3) g ON t.id = g WHEN NOT MATCHED THEN INSERT DEFAULT VALUES
MERGE INTO app.things t USING (VALUES (1, 'x')) s (id, v) ON t.id = s.id WHEN MATCHED THEN UPDATE SET v = s.v WHEN NOT MATCHED THEN INSERT (id, v) OVERRIDING USER VALUE VALUES (s.id, s.v)
WITH q AS (SELECT * FROM hr.people) MERGE INTO app.things t USING q ON q.id = t.id WHEN MATCHED THEN UPDATE SET v = q.name
MERGE INTO ONLY base b USING app.things t ON b.id = t.id WHEN MATCHED THEN UPDATE SET x = t.v
MERGE INTO app.defaults d USING app.things t ON d.id = t.id WHEN NOT MATCHED THEN INSERT (id) VALUES (t.id)
MERGE INTO app.serials d USING app.things t ON d.id = t.id + 50 WHEN NOT MATCHED THEN INSERT (v) VALUES (t.v)
MERGE INTO part.ranged r USING app.things t ON r.id = t.id WHEN MATCHED THEN UPDATE SET v = t.v
MERGE INTO app.generated d USING app.things t ON d.id = t.id WHEN MATCHED THEN UPDATE SET n = t.id
MERGE INTO app.checked d USING app.things t ON d.id = t.id WHEN MATCHED THEN UPDATE SET id = 9

-- from 17
MERGE INTO app.things t USING orders o ON t.id = o.id WHEN MATCHED THEN UPDATE SET v = o.note RETURNING t.id, o.secret, merge_action()
MERGE INTO app.things t USING orders o ON t.id = o.id WHEN NOT MATCHED BY SOURCE THEN DELETE
MERGE INTO app.things t USING orders o ON t.id = o.id WHEN NOT MATCHED BY SOURCE AND t.v = 'x' THEN UPDATE SET v = 'y' WHEN NOT MATCHED BY TARGET THEN INSERT VALUES (o.id, o.note)
MERGE INTO writable w USING app.things t ON w.id = t.id WHEN MATCHED THEN UPDATE SET name = t.v

-- from 18
UPDATE orders SET note = 'x' RETURNING old.note, new.note
UPDATE orders SET note = 'x' RETURNING WITH (OLD AS o, NEW AS n) o.secret, n.id
DELETE FROM orders RETURNING old.*
INSERT INTO orders (id) VALUES (10) RETURNING new.*, old.id
