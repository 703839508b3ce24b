-- what is read
SELECT 1
SELECT id FROM orders
SELECT * FROM customers
SELECT o.* FROM orders o
SELECT count(*) FROM orders
SELECT 1 FROM orders
SELECT o.id, c.name FROM orders o JOIN customers c ON c.id = o.customer
SELECT id FROM orders NATURAL JOIN customers
SELECT name FROM orders JOIN customers USING (id)
SELECT total AS x FROM orders ORDER BY x
SELECT total FROM orders ORDER BY note
SELECT customer, SUM(total) s FROM orders GROUP BY customer HAVING s > 1
SELECT (SELECT amount FROM hr.salaries LIMIT 1)
SELECT id FROM orders WHERE EXISTS (SELECT 1 FROM customers c WHERE c.id = orders.customer AND c.email = 'x')
SELECT id FROM orders WHERE customer IN (SELECT id FROM customers)
SELECT x.id FROM (SELECT id, secret FROM orders) x
WITH q AS (SELECT id, note FROM orders) SELECT note FROM q
WITH RECURSIVE q(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM q WHERE n < 3) SELECT n FROM q
SELECT id FROM orders UNION SELECT id FROM customers ORDER BY id
SELECT id FROM report
SELECT total FROM report r WHERE r.id = 1
SELECT name FROM own
SELECT d FROM parts PARTITION (p0)
SELECT `Some Column` FROM `odd name`
SELECT `select` FROM `odd name` AS `o n`
SELECT shop.orders.id FROM shop.orders
SELECT ROW_NUMBER() OVER (PARTITION BY customer ORDER BY total) FROM orders
SELECT SUM(total) OVER w FROM orders WINDOW w AS (ORDER BY id)
SELECT CASE WHEN total > 1 THEN note ELSE secret END FROM orders
SELECT GROUP_CONCAT(note ORDER BY id SEPARATOR ',') FROM orders
SELECT CONCAT(UPPER(note), 'x'), NOW(), DATE_ADD(NOW(), INTERVAL 1 DAY) FROM orders
SELECT JSON_EXTRACT(note, '$.a') FROM orders
SELECT name FROM customers WHERE MATCH (name) AGAINST ('x')
SELECT twice(total) FROM orders
SELECT shop.twice(2)
SELECT variance (total) FROM orders
SELECT `variance`(total), VARIANCE/**/(total) FROM orders
SELECT any_value(total) FROM orders
SELECT @a := id FROM orders
SELECT @@version, @a
SELECT id INTO @b FROM orders LIMIT 1
SELECT DISTINCT note FROM orders LIMIT 1 OFFSET 1
SELECT id FROM orders o WHERE o.total = (SELECT MAX(total) FROM orders p WHERE p.customer = o.customer)
SELECT EXTRACT(YEAR FROM NOW()), CAST(note AS CHAR), CONVERT(note USING utf8mb4) FROM orders
SELECT * FROM orders, customers WHERE orders.customer = customers.id
SELECT a.id FROM orders a LEFT JOIN (customers b CROSS JOIN parts p) ON a.id = b.id AND p.d = 1
SELECT TABLE_NAME FROM information_schema.TABLES
(SELECT id FROM orders ORDER BY note LIMIT 1) UNION (SELECT id FROM customers)
SELECT id FROM orders LOCK IN SHARE MODE
-- what is written
INSERT INTO orders (customer, total) VALUES (1, 2)
INSERT INTO customers VALUES (9, 'x', 'y')
INSERT INTO customers (id, name) SELECT id + 100, note FROM orders
INSERT INTO customers (id, name) VALUES (1, 'z') ON DUPLICATE KEY UPDATE name = VALUES(name)
INSERT INTO customers (id, name) VALUES (1, 'z') ON DUPLICATE KEY UPDATE email = CONCAT(name, 'x')
INSERT INTO customers SET id = 10, name = 'x'
INSERT IGNORE INTO customers (id) VALUES (1)
REPLACE INTO customers (id, name) VALUES (1, 'x')
UPDATE orders SET note = 'x'
UPDATE orders SET note = 'x' WHERE id = 1
UPDATE orders SET note = secret WHERE id = 1
UPDATE orders SET total = total + 1
UPDATE orders o JOIN customers c ON c.id = o.customer SET o.note = c.name
UPDATE orders SET note = DEFAULT WHERE total > 1 ORDER BY id LIMIT 1
DELETE FROM orders
DELETE FROM orders WHERE id = 1
DELETE o FROM orders o JOIN customers c ON c.id = o.customer WHERE c.name = 'x'
DELETE FROM o USING orders AS o WHERE o.note = 'x'
UPDATE report SET total = 1 WHERE id = 1
INSERT INTO hr.salaries VALUES (2, 3)
-- the rest
CALL tidy(1)
CALL shop.tidy(2)
EXPLAIN SELECT id FROM orders
SET @x = 1
SET autocommit = 1
SET NAMES utf8mb4
BEGIN
COMMIT
SHOW TABLES
SHOW VARIABLES LIKE 'version'
-- system-versioned tables
SELECT id FROM periods
SELECT note FROM periods FOR SYSTEM_TIME AS OF NOW()
SELECT valid_from FROM periods WHERE note = 'x'
UPDATE periods SET note = 'y' WHERE id = 1
DELETE FROM periods WHERE id = 1
INSERT INTO periods (id) VALUES (1)
-- spelled in MariaDB's way
SELECT NEXTVAL(counter)
SELECT NEXT VALUE FOR counter
SELECT NEXT VALUE FOR hr.badges, id FROM orders
SELECT PREVIOUS VALUE FOR `counter`
SELECT LASTVAL(hr.badges)
SELECT SETVAL(counter, 10)
INSERT INTO orders (id) VALUES (NEXTVAL(hr.badges))
INSERT INTO numbered (note) VALUES ('x')
INSERT INTO numbered VALUES (1, 2, 'x')
REPLACE INTO numbered (id) VALUES (1)
UPDATE numbered SET id = DEFAULT
SELECT DEFAULT(id) FROM numbered
SELECT DEFAULT(note) FROM numbered
UPDATE orders SET note = DEFAULT WHERE id IN (SELECT id FROM numbered)
UPDATE report SET total = DEFAULT
UPDATE report r CROSS JOIN customers c SET r.total = DEFAULT
INSERT INTO orders (id) VALUES (6) RETURNING *
INSERT INTO report (id) VALUES (1) ON DUPLICATE KEY UPDATE total = 2
INSERT INTO report (id) VALUES (1) ON DUPLICATE KEY UPDATE id = VALUES(total)
SELECT id FROM history FOR SYSTEM_TIME ALL
SELECT d FROM history FOR SYSTEM_TIME AS OF NOW() h WHERE h.id = 1
SELECT id FROM orders EXCEPT SELECT id FROM customers
(SELECT id FROM orders) INTERSECT (SELECT id FROM customers)
SELECT CAST(id AS INT), CAST(note AS VARCHAR(9)), CAST(total AS DOUBLE) FROM orders
SELECT MEDIAN(total) OVER (PARTITION BY customer) FROM orders
SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY total) OVER (PARTITION BY customer) FROM orders
SELECT id FROM orders WHERE note SOUNDS LIKE 'x'
SELECT id FROM orders LIMIT 1 ROWS EXAMINED 100
SELECT id FROM orders ORDER BY id OFFSET 1 ROWS FETCH NEXT 1 ROWS ONLY
SELECT id FROM orders FETCH FIRST ROW ONLY
SELECT id FROM orders FOR UPDATE
SELECT id FROM orders FOR UPDATE WAIT 1
SELECT id FROM orders LOCK IN SHARE MODE SKIP LOCKED
SELECT {fn CONCAT(note, 'x')}, {d '2020-01-01'}, \N FROM orders
SELECT o.id FROM {oj orders o LEFT JOIN customers c ON c.id = o.id}
SELECT DEFAULT(orders.note) FROM orders
SELECT customer, SUM(total) FROM orders GROUP BY customer WITH ROLLUP
SELECT id FROM orders WHERE id = SOME (SELECT id FROM customers)
SELECT CONVERT(note, CHAR(5) CHARACTER SET utf8mb4), _binary 0x41 FROM orders
VALUES (1, 2), (3, 4)
SELECT * FROM (VALUES (1, 2), (3, 4)) v
INSERT LOW_PRIORITY INTO orders (id) VALUES (5)
INSERT INTO orders (id) VALUES (6) RETURNING id, note
INSERT INTO orders (id) VALUES (7) RETURNING 1
INSERT INTO customers VALUES (8, 'x', 'y') RETURNING 1
REPLACE INTO orders (id, note) VALUES (6, 'x') RETURNING (SELECT MAX(email) FROM customers)
DELETE FROM orders WHERE id = 1 RETURNING secret
DELETE QUICK FROM orders
UPDATE LOW_PRIORITY orders SET note = 'x'
PREPARE s FROM 'SELECT id FROM orders WHERE note = ''x'''
EXECUTE IMMEDIATE 'SELECT name FROM customers WHERE id = ?' USING @a
EXECUTE IMMEDIATE "DELETE FROM orders"
SET STATEMENT max_statement_time = 10 FOR SELECT id FROM orders
SET @a := (SELECT MAX(secret) FROM orders), @b = 1
EXPLAIN SELECT id FROM report
EXPLAIN EXTENDED SELECT id FROM orders
EXPLAIN PARTITIONS SELECT d FROM parts
EXPLAIN UPDATE orders SET note = 'x' WHERE id = 1
ANALYZE SELECT id FROM orders
ANALYZE FORMAT=JSON SELECT id FROM orders
LOCK TABLES orders READ
LOCK TABLES orders AS o WRITE, hr.salaries READ LOCAL
UNLOCK TABLES
DESCRIBE orders
DESC orders id
SHOW COLUMNS FROM orders
SHOW FULL FIELDS FROM salaries IN hr LIKE 'a%'
SHOW INDEX FROM orders
SHOW CREATE TABLE orders
SHOW CREATE TABLE hr.salaries
SHOW CREATE VIEW report
SHOW CREATE SEQUENCE counter
SHOW TABLES FROM hr
SHOW TABLE STATUS FROM hr LIKE 'x'
SHOW TRIGGERS FROM hr
SHOW CREATE DATABASE hr
SHOW COLUMNS FROM orders WHERE Field = (SELECT MAX(name) FROM customers)
USE hr
BEGIN WORK
COMMIT WORK AND NO CHAIN NO RELEASE
UPDATE customers SET name = 'x' WHERE (SELECT COUNT(*) FROM (SELECT 1 FROM customers) q) > 5
UPDATE customers a JOIN customers b SET a.name = 'x'
UPDATE customers SET name = 'x' ORDER BY (SELECT COUNT(*) FROM (SELECT 1 FROM customers b) q)
DELETE FROM customers WHERE EXISTS (SELECT 1 FROM (SELECT 1 FROM customers) q)
WITH Orders AS (SELECT 1 AS id) SELECT id FROM orders
