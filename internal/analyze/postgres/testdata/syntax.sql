-- Syntax that not every version has. A line behind ! is refused although the newest version takes it.
SELECT secret IS JSON, note IS NOT JSON OBJECT WITH UNIQUE KEYS FROM orders
SELECT JSON_OBJECT('a': secret, 'b' VALUE note ABSENT ON NULL RETURNING jsonb) FROM orders
SELECT JSON_ARRAY(secret, note NULL ON NULL) FROM orders
SELECT JSON_ARRAY(SELECT secret FROM orders)
SELECT JSON_OBJECTAGG(note: secret) FILTER (WHERE id > 1) FROM orders
SELECT JSON_ARRAYAGG(note ORDER BY secret) FROM orders
SELECT JSON_ARRAYAGG(note) OVER (PARTITION BY secret) FROM orders
SELECT JSON_SCALAR(secret), JSON_SERIALIZE(JSON_SCALAR(note) RETURNING text) FROM orders
SELECT JSON('1' FORMAT JSON), JSON_SCALAR(id) FROM docs
SELECT JSON_VALUE(body, '$.a ? (@ > $x)' PASSING id AS x RETURNING int DEFAULT 1 ON EMPTY ERROR ON ERROR) FROM docs
SELECT JSON_QUERY(body, '$.b' WITH CONDITIONAL WRAPPER KEEP QUOTES), JSON_EXISTS(body, '$.c' FALSE ON ERROR) FROM docs
SELECT j.a FROM docs, JSON_TABLE(body, '$' AS p PASSING id AS i COLUMNS (n FOR ORDINALITY, a int PATH '$.a' DEFAULT 1 ON EMPTY, NESTED PATH '$.b[*]' AS q COLUMNS (c text PATH '$'))) j WHERE j.c = 'x'
SELECT tree FROM docs d, JSON_TABLE(d.body, '$' COLUMNS (id int PATH '$.a')) j WHERE j.id = d.id
SELECT c FROM docs, XMLTABLE('/r' PASSING page COLUMNS c int PATH 'c' DEFAULT tree) x
SELECT c FROM docs, XMLTABLE(XMLNAMESPACES ('http://x' AS x), '/r' PASSING page COLUMNS n FOR ORDINALITY, c int PATH 'c' NOT NULL) x WHERE id = 1
SELECT XMLELEMENT(NAME r, XMLATTRIBUTES (id AS a, tree), page), XMLFOREST(id, tree AS t) FROM docs
SELECT XMLSERIALIZE(CONTENT page AS text), xmlexists('/r' PASSING page) FROM docs
SELECT state, note, GROUPING(state, note), count(*) FROM orders GROUP BY GROUPING SETS ((state), ROLLUP (note), CUBE (total, id))
SELECT count(*) FROM orders GROUP BY DISTINCT ROLLUP (note, state), ROLLUP (note, total)
SELECT sum(id) OVER (w RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW EXCLUDE TIES) FROM orders WINDOW w AS (PARTITION BY note ORDER BY total)
SELECT sum(id) OVER (ORDER BY note GROUPS BETWEEN 1 PRECEDING AND 2 FOLLOWING EXCLUDE GROUP) FROM orders
SELECT nth_value(secret, 2) OVER (ORDER BY id ROWS 1 PRECEDING) FROM orders
SELECT id FROM orders ORDER BY note FETCH FIRST 2 ROWS WITH TIES
SELECT id FROM orders OFFSET 1 ROW FETCH NEXT ROW ONLY
SELECT o.id FROM orders o, customers c WHERE c.id = o.id FOR UPDATE OF o SKIP LOCKED
SELECT o.id FROM orders o, customers c FOR NO KEY UPDATE OF c FOR SHARE OF o NOWAIT
SELECT id FROM orders TABLESAMPLE SYSTEM (100)
SELECT * FROM ROWS FROM (generate_series(1, 2), jsonb_to_recordset('[]') AS (a int, b text)) WITH ORDINALITY AS t (n, a, b, o)
SELECT o.id, t.n FROM orders o CROSS JOIN LATERAL unnest(o.tags) WITH ORDINALITY AS t (tag, n)
SELECT DISTINCT ON (note) id FROM orders ORDER BY note, secret
WITH RECURSIVE t(id, boss) AS (SELECT id, boss FROM customers UNION ALL SELECT c.id, c.boss FROM customers c JOIN t ON c.boss = t.id) SEARCH DEPTH FIRST BY id SET o CYCLE id SET is_cycle USING path SELECT id, is_cycle FROM t ORDER BY o
WITH x AS MATERIALIZED (SELECT secret FROM orders) SELECT 1 FROM x
SELECT id FROM orders WHERE note IS DISTINCT FROM secret
SELECT note IS NORMALIZED, NORMALIZE(secret, NFC) FROM orders
SELECT SUBSTRING(note SIMILAR secret ESCAPE '#'), SUBSTRING(state FROM 1 FOR id), OVERLAY(note PLACING state FROM 1), TRIM(BOTH note FROM secret), POSITION(note IN state) FROM orders
SELECT now() AT LOCAL, id FROM orders
SELECT body['a'], body['b'][id] FROM docs
UPDATE docs SET body['a'] = '1', body['c'] = to_jsonb(tree)
SELECT j.id FROM orders o JOIN customers c USING (id) AS j
SELECT id FROM (SELECT id FROM orders) WHERE id = 0x1F OR id = 1_000
SELECT any_value(secret) FROM orders
SELECT COLLATION FOR (note) FROM orders
MERGE INTO orders o USING customers c ON o.id = c.id WHEN NOT MATCHED BY SOURCE AND secret = 'x' THEN DELETE WHEN NOT MATCHED BY TARGET AND boss = 9 THEN DO NOTHING
MERGE INTO orders o USING customers c ON o.id = c.id WHEN MATCHED THEN UPDATE SET note = c.name RETURNING merge_action(), o.state, c.email
WITH m AS (MERGE INTO orders o USING customers c ON o.id = c.id WHEN MATCHED THEN DELETE RETURNING o.note) SELECT note FROM m
EXPLAIN (GENERIC_PLAN) SELECT note FROM orders WHERE id = $1
EXPLAIN (ANALYZE, SERIALIZE TEXT, MEMORY) SELECT note FROM orders
COPY orders (id) TO STDOUT (FORMAT csv, FORCE_QUOTE *, HEADER)
UPDATE orders SET note = 'x' RETURNING old.note, new.state, id
UPDATE orders o SET note = c.name FROM customers c WHERE c.id = o.id RETURNING old.secret AS a, c.id, new.*
DELETE FROM orders RETURNING old
INSERT INTO orders (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET note = 'x' RETURNING old.state, new.state
UPDATE orders old SET note = 'x' RETURNING old.note, new.state
MERGE INTO orders o USING customers c ON o.id = c.id WHEN MATCHED THEN UPDATE SET note = c.name RETURNING old.note, new.state
!UPDATE orders SET note = 'x' RETURNING WITH (OLD AS o, NEW AS n) o.note, n.note
!CREATE TABLE v (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL)
!CREATE TABLE v (id int4range, valid tsrange, PRIMARY KEY (id, valid WITHOUT OVERLAPS))
!CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; END
