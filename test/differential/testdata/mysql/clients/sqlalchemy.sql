-- sent by SQLAlchemy 1.4, with PyMySQL and mysqlclient, taken from the server's log
SET AUTOCOMMIT = 0
SET NAMES utf8mb4
SELECT VERSION()
SELECT DATABASE()
SELECT @@tx_isolation
SELECT @@sql_mode
SELECT @@lower_case_table_names
SHOW schemas
SHOW FULL TABLES FROM `shop`
SHOW FULL TABLES FROM `hr`
SHOW CREATE TABLE `orders`
SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'shop' AND table_name = 'orders'
SHOW CREATE TABLE `customers`
SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'shop' AND table_name = 'customers'
SHOW CREATE TABLE `items`
SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'shop' AND table_name = 'items'
SHOW CREATE TABLE `parts`
SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'shop' AND table_name = 'parts'
SHOW CREATE TABLE `priced`
SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'shop' AND table_name = 'priced'
SHOW CREATE TABLE `things`
SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = 'shop' AND table_name = 'things'
SHOW CREATE TABLE `report`
DESCRIBE `report`
SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_TYPE='SEQUENCE' and TABLE_SCHEMA='shop'
SELECT orders.id, customers.name FROM orders INNER JOIN customers ON customers.id = orders.customer WHERE orders.note LIKE 'n%' ORDER BY orders.total DESC LIMIT 1, 2
SELECT customers.name, anon_1.m FROM customers LEFT OUTER JOIN (SELECT max(orders.total) AS m, orders.customer AS customer FROM orders GROUP BY orders.customer) AS anon_1 ON anon_1.customer = customers.id
WITH big AS (SELECT orders.id AS id FROM orders WHERE orders.total > 1) SELECT big.id FROM big
SELECT orders.id, row_number() OVER (PARTITION BY orders.customer ORDER BY orders.total) AS anon_1 FROM orders
SELECT orders.id FROM orders UNION SELECT customers.id FROM customers
SELECT orders.id FROM orders WHERE EXISTS (SELECT * FROM customers WHERE customers.id = orders.customer)
SELECT orders.id, orders.customer, orders.total, orders.note, orders.secret FROM orders FOR UPDATE
SELECT orders.id FROM orders LOCK IN SHARE MODE
INSERT INTO orders (note) VALUES ('s')
INSERT INTO orders (note) VALUES ('x'),('y')
UPDATE orders SET total=(orders.total + 1) WHERE orders.note = 's'
DELETE FROM orders WHERE orders.note IN ('s', 'x', 'y')
INSERT INTO things (id, note) VALUES (1, 'u') ON DUPLICATE KEY UPDATE note = VALUES(note)
INSERT INTO things (id, note) SELECT orders.id + 500 + 700 AS anon_1, orders.note FROM orders
UPDATE orders, customers SET orders.note=customers.name WHERE customers.id = orders.customer
INSERT INTO customers (name, email) VALUES ('sa', NULL)
INSERT INTO orders (customer, note, total) VALUES (4, 'm', NULL)
SELECT customers.id AS customers_id, customers.name AS customers_name, customers.email AS customers_email, orders_1.id AS orders_1_id, orders_1.customer AS orders_1_customer, orders_1.note AS orders_1_note, orders_1.total AS orders_1_total FROM customers LEFT OUTER JOIN orders AS orders_1 ON customers.id = orders_1.customer
SELECT customers.id AS customers_id, customers.name AS customers_name, customers.email AS customers_email FROM customers
SELECT orders.customer AS orders_customer, orders.id AS orders_id, orders.note AS orders_note, orders.total AS orders_total FROM orders WHERE orders.customer IN (1, 2, 4)
SELECT orders.id AS orders_id, orders.customer AS orders_customer, orders.note AS orders_note, orders.total AS orders_total FROM orders WHERE orders.id = 1
UPDATE customers SET name='sb' WHERE customers.id = 4
SELECT count(*) AS count_1 FROM (SELECT orders.id AS orders_id, orders.customer AS orders_customer, orders.note AS orders_note, orders.total AS orders_total FROM orders WHERE EXISTS (SELECT 1 FROM customers WHERE customers.id = orders.customer AND customers.name = 'ann')) AS anon_1
INSERT INTO things (id, note) SELECT orders.id + 0 + 700 AS anon_1, orders.note FROM orders
INSERT INTO orders (customer, note, total) VALUES (5, 'm', NULL)
SELECT orders.customer AS orders_customer, orders.id AS orders_id, orders.note AS orders_note, orders.total AS orders_total FROM orders WHERE orders.customer IN (1, 2, 5)
UPDATE customers SET name='sb' WHERE customers.id = 5
