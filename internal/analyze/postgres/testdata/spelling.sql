-- Spellings that are written otherwise before the parser sees them.
SELECT U&"\0073ecret" FROM orders
SELECT U&"!0073ecret" UESCAPE '!' AS x FROM orders WHERE note = U&'!0061!!' UESCAPE '!'
SELECT o.U&"not\0065" FROM U&"\006frders" AS o
SELECT id AS U&"\00e9\d83d\de00", U&'a\0027b' AS c FROM orders
SELECT U&'d\0061t\+000061' FROM orders
SELECT id FROM postgres.public.orders
SELECT o.note FROM postgres . public . orders o, "postgres"."app"."things" t WHERE t.v = o.note
SELECT postgres.public.orders.secret FROM postgres.public.orders
SELECT c.name FROM POSTGRES.Public.customers c JOIN postgres."app".things USING (id)
SELECT postgres.public.refund(id) FROM orders
SELECT id::postgres.pg_catalog.text FROM orders
SELECT id OPERATOR(postgres.pg_catalog.+) 1 FROM orders
SELECT * FROM ONLY postgres.public.base
INSERT INTO postgres.app.things (id) VALUES (1)
UPDATE postgres.app.things SET v = 'x' WHERE id = 1
DELETE FROM postgres.app.things WHERE v = 'x'
SELECT id AS select, note AS limit, total AS table, state AS where FROM orders
SELECT id AS union, note AS offset, id AS order, id AS group, id AS for, id AS fetch, id AS "user", id AS having FROM orders
SELECT id table, note join, total tablesample FROM orders
SELECT id select, note FROM orders
SELECT id AS as, note AS join FROM orders UNION SELECT id, name FROM customers
UPDATE app.things SET v = 'x' RETURNING id AS select, v AS table
SELECT a."select" FROM (SELECT secret AS select FROM orders) a
(SELECT id AS secret FROM orders ORDER BY orders.secret) FOR UPDATE
(SELECT id AS secret FROM orders ORDER BY orders.secret) LIMIT 1
(SELECT id FROM orders FOR UPDATE) LIMIT 1
(SELECT id FROM orders ORDER BY (SELECT max(id) FROM customers)) OFFSET 1
((SELECT id FROM orders ORDER BY note)) LIMIT 1
((SELECT id FROM orders ORDER BY note) LIMIT 2) FOR SHARE
((SELECT id FROM orders LIMIT 2)) ORDER BY id
(SELECT id FROM orders UNION SELECT id FROM customers ORDER BY 1) LIMIT 1
(VALUES (1), (2) ORDER BY 1) LIMIT 1
(TABLE app.things ORDER BY v) FETCH FIRST 1 ROW ONLY
(WITH x AS (SELECT secret FROM orders) SELECT 1 FROM x ORDER BY secret) LIMIT 1
WITH x AS (SELECT secret FROM orders) (SELECT 1 FROM x ORDER BY secret) LIMIT 1
SELECT * FROM ((SELECT id FROM orders ORDER BY note) LIMIT 1) q
SELECT id FROM orders WHERE id IN ((SELECT id FROM customers ORDER BY email) LIMIT 1)
SELECT id FROM orders WHERE id IN (SELECT id FROM customers ORDER BY email) LIMIT 1
SELECT EXISTS ((SELECT FROM orders ORDER BY note) OFFSET 0)
INSERT INTO app.things (id) (SELECT id FROM orders ORDER BY note) LIMIT 1
SELECT substring((SELECT 'abc') for 2), id FROM orders
SELECT id FROM orders UNION (SELECT id FROM customers ORDER BY email) LIMIT 1
SELECT o.as FROM (SELECT id AS as FROM orders) o UNION SELECT id FROM customers
EXPLAIN SELECT note AS select FROM orders
SELECT CAST(id AS text) AS having FROM orders GROUP BY id HAVING count(*) > 0
DECLARE c CURSOR FOR (SELECT note FROM orders ORDER BY id) LIMIT 1
