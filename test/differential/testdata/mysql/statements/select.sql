-- columns and tables
SELECT 1
SELECT id FROM orders
SELECT * FROM orders
SELECT o.* FROM orders o
SELECT orders.* FROM orders
SELECT shop.orders.* FROM orders
SELECT o.*, c.name FROM orders o, customers c
SELECT ID, NoTe FROM orders
SELECT Note FROM Orders
SELECT extra FROM Orders
SELECT extra FROM orders
SELECT secret FROM Orders
SELECT `Some Column`, `select` FROM `odd name`
SELECT `b``q` FROM `odd name`
SELECT `prix€`, `名前` FROM `naïve`
SELECT `PRIX€` FROM `naïve`
SELECT id FROM `NAÏVE`
SELECT `Id`, `a.b` FROM `Odd Schema`.`Odd Table`
SELECT * FROM `Odd Schema`.`Odd View`
SELECT hr.orders.secret, shop.orders.secret FROM hr.orders, shop.orders
SELECT orders.pay FROM hr.orders
SELECT orders.pay FROM hr.orders, shop.orders
SELECT count(*) FROM orders
SELECT 1 FROM orders
SELECT 1 FROM hr.salaries
SELECT NULL FROM orders WHERE false
SELECT id FROM .orders
SELECT id FROM vault.secrets
SELECT word FROM vault.secrets
SELECT * FROM no_such
SELECT no_such FROM orders
SELECT no_such.id FROM orders
SELECT orders.no_such FROM orders
SELECT id FROM no_such_schema.orders
SELECT o.id FROM orders o WHERE o.secret = 'x'
SELECT id FROM orders WHERE secret IS NULL
SELECT id FROM orders ORDER BY secret
SELECT id FROM orders GROUP BY secret, id
SELECT id FROM orders GROUP BY id HAVING max(secret) > 'a'
SELECT id AS secret FROM orders ORDER BY secret
SELECT id AS secret FROM orders GROUP BY secret
SELECT id AS secret FROM orders HAVING secret > 0
SELECT id AS secret FROM orders WHERE secret = 's'
SELECT note AS x, id FROM orders ORDER BY x, secret LIMIT 1
SELECT id FROM orders ORDER BY (SELECT secret FROM things LIMIT 1)
SELECT id, (SELECT secret FROM things WHERE things.id = orders.id) FROM orders
SELECT id FROM orders o WHERE EXISTS (SELECT 1 FROM things t WHERE t.id = o.id AND o.secret = 'x')
SELECT id FROM orders WHERE (id, secret) IN (SELECT id, secret FROM things)
SELECT id FROM orders WHERE id > ALL (SELECT code FROM things)
SELECT id FROM orders WHERE id = ANY (SELECT code FROM things)
SELECT DISTINCT secret FROM orders
SELECT SQL_NO_CACHE id FROM orders
SELECT SQL_CALC_FOUND_ROWS id FROM orders LIMIT 1
SELECT FOUND_ROWS()
SELECT HIGH_PRIORITY STRAIGHT_JOIN o.id FROM orders o JOIN customers c ON c.id = o.customer
SELECT ALL id FROM orders
SELECT id FROM orders LIMIT 1, 2
SELECT id FROM orders LIMIT 2 OFFSET 1
SELECT id FROM orders ORDER BY id OFFSET 1 ROWS FETCH FIRST 1 ROWS ONLY
SELECT id FROM orders ORDER BY id FETCH FIRST 1 ROW WITH TIES
SELECT id FROM orders LIMIT ROWS EXAMINED 100
SELECT id FROM orders USE INDEX (customer) WHERE customer = 1
SELECT id FROM orders FORCE INDEX (PRIMARY) IGNORE INDEX FOR ORDER BY (customer)
SELECT id FROM orders WHERE note LIKE 'a%' ESCAPE '|' AND note REGEXP '^a' AND note RLIKE 'b' AND NOT note SOUNDS LIKE 'c'
SELECT id FROM orders WHERE id BETWEEN 1 AND total
SELECT id FROM orders WHERE id IN (1, total)
SELECT id FROM orders WHERE note <=> secret
SELECT id FROM orders WHERE ROW(id, note) = ROW(1, 'n')
SELECT CASE secret WHEN 'x' THEN 1 END FROM orders
SELECT CASE WHEN secret = 'x' THEN id ELSE note END FROM orders
SELECT IF(secret = 'x', 1, 2), IFNULL(note, secret), NULLIF(id, total), COALESCE(note, 'n') FROM orders
SELECT CAST(secret AS CHAR), CONVERT(note, CHAR), CONVERT(note USING utf8mb4), BINARY note FROM orders
SELECT note COLLATE utf8mb4_bin, _utf8mb4'x' COLLATE utf8mb4_bin, N'x', X'41', 0x41, b'1' FROM orders
SELECT EXTRACT(YEAR FROM made), made + INTERVAL id DAY, DATE_ADD(made, INTERVAL 1 MONTH), TIMESTAMPDIFF(DAY, made, NOW()) FROM stamped
SELECT data->'$.a', data->>'$.a' FROM stamped
SELECT JSON_EXTRACT(data, '$.a'), JSON_VALUE(data, '$.a'), JSON_OBJECT('a', id), JSON_ARRAYAGG(id) FROM stamped
SELECT j.* FROM stamped s, JSON_TABLE(s.data, '$' COLUMNS (a int PATH '$.a')) j
SELECT j.a FROM JSON_TABLE('[{"a": 1}]', '$[*]' COLUMNS (n FOR ORDINALITY, a int PATH '$.a', e int EXISTS PATH '$.b', NESTED PATH '$.c[*]' COLUMNS (d int PATH '$'))) AS j
SELECT GROUP_CONCAT(DISTINCT note ORDER BY secret SEPARATOR '-') FROM orders
SELECT GROUP_CONCAT(note ORDER BY id LIMIT 1) FROM orders
SELECT COUNT(DISTINCT note, secret), SUM(total), AVG(total), MIN(note), MAX(id), STD(total), BIT_AND(id), VARIANCE(total) FROM orders
SELECT customer, COUNT(*) FROM orders GROUP BY customer WITH ROLLUP
SELECT MATCH (name) AGAINST ('x' IN BOOLEAN MODE) FROM customers
SELECT id FROM customers WHERE MATCH (name) AGAINST ('ann' WITH QUERY EXPANSION)
SELECT CHAR(65 USING utf8mb4), TRIM(LEADING 'a' FROM note), SUBSTRING(note FROM 1 FOR 2), POSITION('a' IN note) FROM orders
SELECT MEDIAN(total) OVER (PARTITION BY customer) FROM orders
SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY total) OVER (PARTITION BY customer) FROM orders
-- joins
SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer
SELECT o.id FROM orders o INNER JOIN customers c ON c.secret = o.note
SELECT o.id FROM orders o CROSS JOIN customers
SELECT o.id FROM orders o JOIN customers
SELECT o.id FROM orders o LEFT JOIN customers c ON c.id = o.customer WHERE c.secret IS NULL
SELECT o.id FROM orders o RIGHT OUTER JOIN customers c ON c.id = o.customer
SELECT id FROM orders JOIN things USING (id)
SELECT id FROM orders JOIN things USING (id, note)
SELECT orders.id FROM orders LEFT JOIN things USING (id)
SELECT * FROM things JOIN items USING (id)
SELECT id FROM orders NATURAL JOIN items
SELECT orders.id FROM orders NATURAL JOIN things
SELECT things.id FROM items NATURAL LEFT JOIN things
SELECT * FROM things NATURAL JOIN items
SELECT 1 FROM things NATURAL JOIN items
SELECT count(*) FROM orders NATURAL JOIN hr.orders
SELECT i.id FROM items i NATURAL JOIN (SELECT id, secret FROM things) t
SELECT id FROM items NATURAL JOIN things NATURAL JOIN customers
SELECT note FROM orders JOIN things USING (id)
SELECT name FROM orders JOIN customers ON customer = customers.id
SELECT a.id FROM orders a LEFT JOIN (customers b CROSS JOIN parts p) ON a.id = b.id AND p.d = 1
SELECT a.id FROM (orders a, customers b) JOIN things t ON t.id = a.id
SELECT a.id FROM orders a JOIN things t JOIN items i ON i.id = t.id ON t.id = a.id
SELECT a.id FROM (orders a JOIN customers c ON c.id = a.customer) STRAIGHT_JOIN things t ON t.id = a.id
SELECT * FROM (things)
SELECT t.id FROM {OJ things t LEFT OUTER JOIN items i ON i.id = t.id}
SELECT id FROM things, LATERAL (SELECT secret FROM orders WHERE orders.id = things.id) q
-- subqueries in FROM
SELECT x.id FROM (SELECT id, secret FROM orders) x
SELECT id FROM (SELECT * FROM orders) x
SELECT x.secret FROM (SELECT id AS secret FROM orders) x
SELECT x.* FROM (SELECT id, note FROM orders) AS x
SELECT x.a FROM (SELECT id, note FROM orders) AS x (a, b)
SELECT id FROM (SELECT id FROM (SELECT id, secret FROM orders WHERE secret = 's') y) x
SELECT q.id FROM (VALUES (1, 2)) q
SELECT x.`id + 1` FROM (SELECT id + 1 FROM orders) x
SELECT x.n FROM (SELECT count(*) n FROM orders) x
-- unions
SELECT id FROM orders UNION SELECT id FROM customers
SELECT id FROM orders UNION ALL SELECT secret FROM customers ORDER BY id LIMIT 1
(SELECT id FROM orders ORDER BY secret LIMIT 1) UNION (SELECT id FROM customers)
SELECT id FROM orders INTERSECT SELECT id FROM customers
SELECT id FROM orders EXCEPT SELECT id FROM customers
SELECT id FROM orders EXCEPT ALL SELECT id FROM customers
SELECT id FROM orders MINUS SELECT id FROM customers
SELECT 1 UNION SELECT secret FROM orders
SELECT id, note FROM orders UNION SELECT id, name FROM customers ORDER BY 2
(SELECT id FROM orders) UNION (SELECT id FROM things) ORDER BY (SELECT max(secret) FROM things)
(SELECT id FROM orders)
((SELECT id FROM orders))
(SELECT id FROM orders) LIMIT 1
SELECT * FROM (SELECT id FROM orders UNION SELECT id FROM things) u
-- with
WITH q AS (SELECT id, note FROM orders) SELECT note FROM q
WITH q AS (SELECT id, secret FROM orders) SELECT id FROM q
WITH q (a, b) AS (SELECT id, secret FROM orders) SELECT a FROM q
WITH q AS (SELECT secret FROM orders) SELECT 1
WITH q AS (SELECT secret FROM orders), r AS (SELECT id FROM things) SELECT id FROM r
WITH orders AS (SELECT id FROM things) SELECT id FROM orders
WITH orders AS (SELECT id FROM things) SELECT id FROM shop.orders
WITH orders AS (SELECT id FROM orders) SELECT id FROM orders
WITH RECURSIVE q (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM q WHERE n < 3) SELECT n FROM q
WITH RECURSIVE q AS (SELECT id FROM orders WHERE secret = 's' UNION SELECT o.id FROM orders o JOIN q ON q.id = o.customer) SELECT count(*) FROM q
WITH RECURSIVE orders AS (SELECT 1 AS id UNION SELECT id + 1 FROM orders WHERE id < 3) SELECT id FROM orders
WITH RECURSIVE a AS (SELECT id FROM things), b AS (SELECT id FROM a) SELECT * FROM b
WITH a AS (SELECT id FROM things), b AS (SELECT id FROM a) SELECT * FROM b, a
WITH Q AS (SELECT id FROM things) SELECT id FROM q
SELECT * FROM (WITH q AS (SELECT secret FROM orders) SELECT * FROM q) x
SELECT (WITH q AS (SELECT secret FROM orders) SELECT max(secret) FROM q)
WITH q AS (SELECT id FROM things) SELECT (SELECT max(id) FROM q), (WITH q AS (SELECT id FROM orders) SELECT max(id) FROM q)
-- windows
SELECT ROW_NUMBER() OVER (PARTITION BY customer ORDER BY secret) FROM orders
SELECT SUM(total) OVER w FROM orders WINDOW w AS (PARTITION BY secret ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)
SELECT SUM(total) OVER (w ORDER BY note) FROM orders WINDOW w AS (PARTITION BY customer)
SELECT LAG(secret, 1) OVER (ORDER BY id), LEAD(note) OVER (ORDER BY id), FIRST_VALUE(note) OVER (ORDER BY id), NTH_VALUE(note, 2) OVER (ORDER BY id), NTILE(2) OVER (ORDER BY id), CUME_DIST() OVER (ORDER BY id) FROM orders
SELECT id FROM orders ORDER BY ROW_NUMBER() OVER (ORDER BY secret)
-- locks
SELECT id FROM orders FOR UPDATE
SELECT id FROM orders LOCK IN SHARE MODE
SELECT id FROM orders FOR UPDATE NOWAIT
SELECT id FROM orders FOR UPDATE SKIP LOCKED
SELECT id FROM orders LOCK IN SHARE MODE WAIT 1
SELECT id FROM orders WHERE id IN (SELECT id FROM things FOR UPDATE)
(SELECT id FROM orders FOR UPDATE) UNION (SELECT id FROM things)
-- partitions, time
SELECT d FROM parts PARTITION (p0)
SELECT d FROM parts PARTITION (p0, p1) AS x WHERE note = 'a'
SELECT id FROM history FOR SYSTEM_TIME ALL
SELECT id FROM history FOR SYSTEM_TIME AS OF NOW()
SELECT note FROM history FOR SYSTEM_TIME BETWEEN '2020-01-01' AND NOW() AS h
SELECT note FROM periods FOR SYSTEM_TIME FROM '2020-01-01' TO NOW() h WHERE h.secret = 's'
SELECT id, row_start FROM history
SELECT valid_from FROM periods
SELECT * FROM history
SELECT * FROM periods
SELECT id FROM history FOR SYSTEM_TIME AS OF (SELECT made FROM stamped LIMIT 1)
-- table, values, do
TABLE orders
TABLE things ORDER BY secret LIMIT 1
VALUES (1, 2), (3, 4)
VALUES ((SELECT secret FROM orders LIMIT 1))
DO 1
DO (SELECT secret FROM orders LIMIT 1)
DO SLEEP(0)
-- generated columns, defaults
SELECT gross FROM priced
SELECT label FROM priced
SELECT DEFAULT(note) FROM orders
SELECT DEFAULT(secret) FROM orders
SELECT DEFAULT(id) FROM numbered
SELECT DEFAULT(note) FROM stamped
SELECT DEFAULT(o.secret) FROM orders o
SELECT id FROM orders WHERE total > DEFAULT(total)
SELECT VALUES(note) FROM orders
SELECT VALUE(note) FROM orders
-- user variables
SELECT @a
SELECT @a := 1
SELECT @a := secret FROM orders
SELECT @a := note, @a FROM orders
SELECT id INTO @a FROM orders LIMIT 1
SELECT id, secret INTO @a, @b FROM orders LIMIT 1
SELECT id FROM orders INTO OUTFILE '/tmp/x'
SELECT id INTO DUMPFILE '/tmp/x' FROM orders
SELECT @@version, @@session.sql_mode, @@global.max_connections
SELECT @@datadir, @@secure_file_priv
SELECT 1 FROM DUAL
SELECT 1 FROM DUAL WHERE EXISTS (SELECT secret FROM orders)
SELECT /*! id, */ note FROM orders
SELECT /*!99999 secret, */ note FROM orders
SELECT /*M! secret, */ note FROM orders
SELECT /*!100100 secret, */ note FROM orders
SELECT id /* secret */ FROM orders -- secret
SELECT id FROM orders # secret
SELECT "id" FROM orders
SELECT id FROM orders PROCEDURE ANALYSE()
SELECT id, secret FROM orders PROCEDURE ANALYSE(10, 10)
HELP 'select'
SELECT id FROM things; SELECT secret FROM things
SELECT id FROM things; SELECT id FROM orders; SELECT note FROM orders
