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
SELECT valid_from FROM periods WHERE note = 'x'
UPDATE periods SET note = 'y' WHERE id = 1
DELETE FROM periods WHERE id = 1
INSERT INTO periods (id) VALUES (1)
