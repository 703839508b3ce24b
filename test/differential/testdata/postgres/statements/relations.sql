-- FROM and its joins, whole rows, system columns, children, sampling.
SELECT o.* FROM orders o
SELECT o FROM orders o
SELECT ROW(o.*) FROM orders o
SELECT (o).note FROM orders o
SELECT (o.*)::text FROM orders o
SELECT o::text LIKE '%s%' FROM orders o
SELECT count(o) FROM orders o
SELECT count(o.*) FROM orders o
SELECT o IS NULL FROM orders o
SELECT o = o FROM orders o
SELECT a = b FROM app.things a, app.things b
SELECT row_to_json(o), to_jsonb(o) - 'secret' FROM orders o
SELECT jsonb_agg(o) FROM orders o
SELECT hstore(t) FROM app.things t
SELECT jsonb_populate_record(null::orders, '{"id": 1}')
SELECT json_populate_record(o, '{"id": 1}') FROM orders o
SELECT (jsonb_populate_record(null::app.things, '{"id": 1}')).v
SELECT null::orders
SELECT (null::orders).secret
SELECT t.note FROM orders t WHERE t.note = 'x'
SELECT o.label FROM orders o
SELECT label(o) FROM orders o
SELECT note(o), secret(o.*) FROM orders o
SELECT o.name FROM customers o
SELECT c.name, c.email FROM customers c
SELECT name(c) FROM customers c
SELECT c.text FROM customers c
SELECT text(id) FROM customers
SELECT ctid, xmin, tableoid FROM orders
SELECT tableoid::regclass, cmin, cmax FROM app.things
SELECT id FROM orders WHERE ctid = '(0,1)'
SELECT 1 FROM orders
SELECT count(*) FROM orders
SELECT FROM orders
SELECT * FROM orders WHERE false
SELECT EXISTS (SELECT FROM orders)
SELECT EXISTS (SELECT * FROM orders)
SELECT EXISTS (SELECT secret FROM orders)
TABLE orders
TABLE ONLY base
SELECT * FROM orders *
SELECT * FROM ONLY (base)
SELECT id, y FROM derived
SELECT * FROM base
SELECT x FROM ONLY base
SELECT z FROM part.grandchild
SELECT tableoid::regclass, x FROM base
SELECT * FROM parent
SELECT hidden FROM child
SELECT v FROM part.ranged WHERE at = 1
SELECT v FROM part.ranged_1
SELECT v FROM part.ranged_2
SELECT v FROM part.ranged_2_x
SELECT v FROM part.hashed
SELECT v FROM part.hashed_0
SELECT v FROM part.mixed
SELECT v FROM part.mixed_other
SELECT * FROM orders JOIN customers ON customers.id = customer_id
SELECT o.note, c.name FROM orders o LEFT JOIN customers c ON c.id = o.customer_id
SELECT o.note, c.name FROM orders o RIGHT OUTER JOIN customers c ON c.id = o.customer_id
SELECT o.note FROM orders o FULL JOIN customers c ON c.id = o.customer_id
SELECT name FROM orders CROSS JOIN customers
SELECT note FROM orders INNER JOIN items ON order_id = id
SELECT note FROM orders JOIN customers USING (id)
SELECT id FROM orders JOIN customers USING (id) WHERE name = 'a'
SELECT orders.id FROM orders JOIN customers USING (id)
SELECT j.id FROM orders JOIN customers USING (id) AS j
SELECT * FROM app.orders NATURAL JOIN hr.orders
SELECT app.orders.secret FROM app.orders NATURAL JOIN public.orders
SELECT secret FROM app.orders NATURAL LEFT JOIN public.orders
SELECT id FROM app.things NATURAL FULL JOIN app.orders
SELECT n FROM app.things NATURAL JOIN rows_of(2) AS n
SELECT t.v FROM app.things t NATURAL JOIN generate_series(1, 2) AS id
SELECT t.v FROM app.things t JOIN generate_series(1, 2) AS id USING (id)
SELECT t.v FROM app.things t NATURAL JOIN (SELECT 1 AS id) q
SELECT t.v FROM app.things t NATURAL JOIN tabled(1) f
SELECT a.id FROM (app.orders a JOIN app.things b USING (id)) JOIN customers c USING (id)
SELECT * FROM (app.orders JOIN app.things USING (id)) AS j
SELECT j.id, j.v FROM (app.orders JOIN app.things USING (id)) AS j
SELECT j FROM (app.orders a CROSS JOIN app.things b) AS j
SELECT merged.id FROM (app.orders a JOIN app.things b USING (id)) AS merged (id, s, v)
SELECT q.x FROM (SELECT id, note FROM orders) AS q (x, y)
SELECT b FROM orders AS o (a, b)
SELECT a, secret FROM orders AS o (a, b)
SELECT n.id FROM app.nodes n JOIN app.nodes u ON n.up = u.id
SELECT x.note FROM orders o, LATERAL (SELECT o.note) x
SELECT x.c FROM orders o LEFT JOIN LATERAL (SELECT count(*) AS c FROM items i WHERE i.order_id = o.id) x ON true
SELECT f.* FROM orders o, LATERAL tabled(o.id) f
SELECT f FROM app.things t, rows_of(t.id) f
SELECT * FROM ROWS FROM (rows_of(2), tabled(1)) AS t (a, b, c)
SELECT * FROM ROWS FROM (generate_series(1, 2), jsonb_to_recordset('[{"a": 1}]') AS (a int)) WITH ORDINALITY AS x (n, a, o)
SELECT * FROM unnest(ARRAY[1, 2], ARRAY['a', 'b']) WITH ORDINALITY AS u (a, b, n)
SELECT * FROM jsonb_to_record('{"a": 1}') AS x (a int)
SELECT key, value FROM docs, jsonb_each_text(body)
SELECT j.* FROM docs CROSS JOIN LATERAL jsonb_array_elements(body -> 'b') WITH ORDINALITY j (v, n)
SELECT * FROM docs, XMLTABLE('/r' PASSING page COLUMNS c int PATH 'c', o FOR ORDINALITY) x
SELECT x.c FROM docs d, XMLTABLE('/r' PASSING d.page COLUMNS c int PATH 'c' DEFAULT d.tree) AS x
SELECT * FROM orders TABLESAMPLE SYSTEM (100)
SELECT note FROM orders TABLESAMPLE BERNOULLI (50 + 1) REPEATABLE (3)
SELECT id FROM orders TABLESAMPLE nosuch (1)
SELECT * FROM (VALUES (1, 'a'), (2, (SELECT secret FROM orders LIMIT 1))) v (n, s)
VALUES (1), ((SELECT max(id) FROM orders))
SELECT id FROM orders FOR UPDATE
SELECT id FROM orders FOR NO KEY UPDATE
SELECT id FROM orders FOR SHARE NOWAIT
SELECT id FROM orders FOR KEY SHARE SKIP LOCKED
SELECT o.id FROM orders o, customers c FOR UPDATE OF o
SELECT o.id FROM orders o, customers c FOR UPDATE OF c
SELECT o.id FROM orders o, customers c FOR UPDATE
SELECT q.id FROM (SELECT id FROM orders FOR UPDATE) q
SELECT q.id FROM (SELECT id FROM orders) q FOR SHARE
WITH q AS (SELECT id FROM orders) SELECT id FROM q FOR UPDATE
WITH q AS (SELECT id FROM orders FOR UPDATE) SELECT id FROM q
SELECT id FROM report FOR UPDATE
SELECT id FROM app.deep FOR SHARE
SELECT id FROM parent FOR UPDATE
SELECT id FROM base FOR UPDATE
SELECT id FROM app.frozen FOR UPDATE
SELECT id FROM orders ORDER BY id LIMIT 1 FOR UPDATE
(SELECT id FROM orders ORDER BY id) LIMIT 1
(SELECT id FROM orders LIMIT 1) ORDER BY id
(SELECT id FROM orders ORDER BY note LIMIT 2) LIMIT 1
((SELECT id FROM orders))
SELECT id FROM orders UNION SELECT id FROM customers ORDER BY 1
SELECT id, note FROM orders INTERSECT ALL SELECT id, v FROM app.things
(SELECT id FROM orders LIMIT 1) UNION ALL (SELECT id FROM customers ORDER BY name LIMIT 1)
SELECT secret FROM orders EXCEPT (SELECT v FROM app.things UNION SELECT name FROM customers)
SELECT note, count(*) FROM orders GROUP BY note HAVING max(secret) > 'a'
SELECT note, state, count(*) FROM orders GROUP BY GROUPING SETS ((note), (state), ())
SELECT note, grouping(note) FROM orders GROUP BY ROLLUP (note, state)
SELECT state FROM orders GROUP BY CUBE (state, secret)
SELECT count(*) FROM orders GROUP BY DISTINCT ROLLUP (state, note), CUBE (state)
SELECT id, note FROM orders GROUP BY id
SELECT rank() OVER (PARTITION BY secret ORDER BY id) FROM orders
SELECT sum(total) OVER w, lag(id) OVER (w ROWS 1 PRECEDING) FROM orders WINDOW w AS (PARTITION BY state ORDER BY id)
SELECT first_value(note) OVER (ORDER BY id RANGE BETWEEN 1 PRECEDING AND 2 FOLLOWING EXCLUDE TIES) FROM orders
SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY id), mode() WITHIN GROUP (ORDER BY secret) FROM orders
SELECT array_agg(DISTINCT note ORDER BY note DESC) FILTER (WHERE secret <> 'x') FROM orders
SELECT DISTINCT ON (state) id FROM orders ORDER BY state, secret
SELECT id FROM orders ORDER BY total DESC NULLS LAST OFFSET 1 ROWS FETCH NEXT 1 ROWS WITH TIES
SELECT id FROM orders LIMIT (SELECT count(*) FROM hr.people)
SELECT id FROM orders LIMIT ALL OFFSET NULL
SELECT id FROM orders o WHERE EXISTS (SELECT FROM hr.salaries s WHERE s.id = o.id)
SELECT id FROM orders WHERE total > ANY (SELECT amount FROM hr.salaries)
SELECT id FROM orders WHERE (id, note) NOT IN (SELECT id, reason FROM hr.salaries)
SELECT id FROM orders WHERE id = (SELECT id FROM hr.salaries)
SELECT ARRAY(SELECT amount FROM hr.salaries ORDER BY person)
SELECT CASE WHEN id > 1 THEN note ELSE (SELECT person FROM hr.salaries LIMIT 1) END FROM orders
WITH RECURSIVE up AS (SELECT id, up FROM app.nodes WHERE id = 1 UNION ALL SELECT n.id, n.up FROM app.nodes n JOIN up ON n.id = up.up) SELECT * FROM up
WITH RECURSIVE t(n) AS (VALUES (1) UNION SELECT n + 1 FROM t WHERE n < 5) SELECT sum(n) FROM t
WITH RECURSIVE s AS (SELECT id, up FROM app.nodes UNION ALL SELECT n.id, n.up FROM app.nodes n, s WHERE n.up = s.id) SEARCH BREADTH FIRST BY id SET ord SELECT id FROM s ORDER BY ord
WITH RECURSIVE s AS (SELECT id, up FROM app.nodes UNION ALL SELECT n.id, n.up FROM app.nodes n, s WHERE n.up = s.id) CYCLE id SET looped TO 'y' DEFAULT 'n' USING path SELECT id, looped FROM s
WITH q AS MATERIALIZED (SELECT secret FROM orders) SELECT 1
WITH q AS NOT MATERIALIZED (SELECT id FROM orders) SELECT * FROM q a, q b
WITH unused AS (SELECT amount FROM hr.salaries) SELECT 1
SELECT m, ms[1], ms[1:2], r, d + 1, ts AT TIME ZONE 'UTC' FROM kinds
SELECT (pt)[0], lower(r), h -> 'a', c = 'X' FROM kinds
SELECT v @@ q, b || '\x00', j ->> 'a', n @> 1.5 FROM kinds
SELECT p.a FROM pairs
SELECT (p).a, (arr[1]).b, (p).* FROM pairs
SELECT ((p)).b FROM pairs WHERE p IS NOT NULL
SELECT p FROM pairs ORDER BY p
SELECT id FROM remote.orders
SELECT secret FROM remote.orders WHERE note = 'n'
SELECT r.note, o.id FROM remote.orders r JOIN orders o USING (id)
SELECT * FROM remote.seen
SELECT * FROM app.frozen
SELECT note FROM app.over_frozen
SELECT relname FROM pg_class c JOIN orders o ON o.id = c.relpages
SELECT * FROM no_such_table
SELECT no_such_column FROM orders
SELECT o.no_such FROM orders o
SELECT missing.id FROM orders
SELECT id FROM orders, customers
SELECT * FROM orders JOIN customers USING (note)
SELECT secret FROM report
SELECT id FROM orders GROUP BY note
SELECT id FROM orders WHERE note > 3
SELECT * FROM app.no_such
SELECT * FROM no_such_schema.orders
SELECT * FROM orders_pkey
SELECT orders.id FROM orders o
SELECT id FROM orders WHERE count(*) > 1
SELECT id, FROM orders
SELEC id FROM orders
SELECT 'unterminated
SELECT 1/0 FROM orders
SELECT note::int FROM orders
SELECT 'x'::int
SELECT '{'::jsonb
SELECT 1 FROM (WITH w AS (SELECT note FROM orders) SELECT 1 AS one) t WHERE false
SELECT 1 FROM (WITH w AS (WITH v AS (SELECT note FROM orders) SELECT 1) SELECT 1 AS one) t WHERE false
WITH a AS (WITH b AS (SELECT note FROM orders) SELECT 1 AS one) SELECT one FROM a WHERE false
WITH a AS (WITH b AS (SELECT note FROM orders) SELECT 1 AS one) SELECT 1
