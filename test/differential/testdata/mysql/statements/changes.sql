-- insert
INSERT INTO orders (note) VALUES ('x')
INSERT INTO orders VALUES (100, 1, 2, 'x', 'y')
INSERT INTO orders () VALUES ()
INSERT INTO orders VALUES ()
INSERT orders (note) VALUES ('x'), ('y')
INSERT INTO orders SET note = 'x', total = 1
INSERT INTO orders SET note = 'x', secret = note
INSERT INTO orders (id, note) VALUES (101, id)
INSERT INTO orders (note, total) VALUES ('x', customer)
INSERT INTO orders (note) VALUES (secret)
INSERT INTO orders (note) VALUES (DEFAULT)
INSERT INTO orders (note) VALUES (DEFAULT(secret))
INSERT INTO orders (secret) VALUE ('x')
INSERT LOW_PRIORITY IGNORE INTO orders (id) VALUES (1)
INSERT DELAYED INTO orders (id) VALUES (110)
INSERT HIGH_PRIORITY INTO orders (id) VALUES (111)
INSERT INTO orders (note) SELECT note FROM things
INSERT INTO orders (note) SELECT secret FROM things WHERE id = 1
INSERT INTO orders (note) (SELECT secret FROM things)
INSERT INTO orders (note) WITH q AS (SELECT secret FROM things) SELECT * FROM q
INSERT INTO orders (note) SELECT secret FROM orders
INSERT INTO orders (note) TABLE items
INSERT INTO orders (note) VALUES ((SELECT max(word) FROM vault.secrets))
INSERT INTO orders (note) VALUES ((SELECT max(note) FROM things))
INSERT INTO items SELECT * FROM items WHERE false
INSERT INTO items SELECT id + 50, id, note FROM things
INSERT INTO hr.salaries VALUES (50, 1, 'x')
INSERT INTO parts PARTITION (p0) VALUES (9, 9, 'x')
INSERT INTO parts PARTITION (p0) (id, d) VALUES (9, 9)
INSERT INTO priced (id, net) VALUES (50, 1)
INSERT INTO priced (id, gross) VALUES (51, DEFAULT)
INSERT INTO numbered (note) VALUES ('x')
INSERT INTO numbered (id) VALUES (5)
INSERT INTO numbered VALUES (DEFAULT, 'x')
INSERT INTO numbered SET note = 'x'
INSERT INTO numbered (id, note) VALUES (DEFAULT(id), 'x')
INSERT INTO numbered () VALUES ()
INSERT INTO numbered (note) SELECT note FROM things
INSERT INTO numbered (id, note) SELECT 1, note FROM things
INSERT INTO numbered (id) VALUES (1) ON DUPLICATE KEY UPDATE id = DEFAULT
REPLACE INTO numbered (note) VALUES ('x')
UPDATE numbered SET id = DEFAULT
UPDATE numbered SET note = 'x'
UPDATE numbered SET id = DEFAULT(id)
INSERT INTO hr.ticketed (note) VALUES ('x')
INSERT INTO hr.ticketed (id, note) VALUES (900, 'x')
INSERT INTO hr.ticketed (id, other) VALUES (901, 1)
INSERT INTO stamped (id) VALUES (50)
INSERT INTO audited (id, note) VALUES (50, 'x')
UPDATE audited SET note = 'x'
DELETE FROM audited
REPLACE INTO audited (id, note) VALUES (1, 'x')
INSERT INTO history VALUES (50, 'x')
INSERT INTO periods (id) VALUES (50)
INSERT INTO spans VALUES (2, 'x', '2020-01-01', '2021-01-01')
INSERT INTO `odd name` (`select`) VALUES (1)
INSERT INTO `naïve` (`prix€`) VALUES (1)
INSERT INTO orders (no_such) VALUES (1)
INSERT INTO no_such VALUES (1)
INSERT INTO orders (orders.note) VALUES ('x')
INSERT INTO orders (note) VALUES ('x') RETURNING id
INSERT INTO orders (note) VALUES ('x') RETURNING *
INSERT INTO orders (note) VALUES ('x') RETURNING secret, id + 1 AS n
INSERT INTO orders (note) VALUES ('x') RETURNING (SELECT max(secret) FROM things)
INSERT INTO orders (note) SELECT note FROM things RETURNING id
REPLACE INTO things (id, code) VALUES (1, 9) RETURNING note
-- on duplicate key, replace
INSERT INTO things (id, code) VALUES (1, 1) ON DUPLICATE KEY UPDATE note = 'x'
INSERT INTO things (id, note) VALUES (1, 'z') ON DUPLICATE KEY UPDATE note = VALUES(note)
INSERT INTO things (id, note) VALUES (1, 'z') ON DUPLICATE KEY UPDATE note = VALUE(note)
INSERT INTO things (id, note) VALUES (1, 'z') ON DUPLICATE KEY UPDATE note = VALUES(secret)
INSERT INTO things (id, note) VALUES (1, 'z') ON DUPLICATE KEY UPDATE note = concat(note, secret)
INSERT INTO things (id, note) VALUES (1, 'z') ON DUPLICATE KEY UPDATE code = code + 1
INSERT INTO things (id, note) VALUES (1, 'z') ON DUPLICATE KEY UPDATE id = LAST_INSERT_ID(id)
INSERT INTO things (id, note) VALUES (1, 'z') ON DUPLICATE KEY UPDATE note = (SELECT max(secret) FROM orders)
INSERT INTO things (id, note) VALUES (1, 'z') ON DUPLICATE KEY UPDATE note = DEFAULT
INSERT INTO things (id, note) VALUES (1, 'z') ON DUPLICATE KEY UPDATE note = DEFAULT(secret)
INSERT INTO things (id, note) SELECT id, note FROM items ON DUPLICATE KEY UPDATE note = items.note
INSERT INTO things (id, note) SELECT id, note FROM items i ON DUPLICATE KEY UPDATE note = i.order_id
INSERT INTO things (id) SELECT id FROM items ON DUPLICATE KEY UPDATE things.note = 'x'
INSERT INTO things (id) VALUES (1) ON DUPLICATE KEY UPDATE things.note = things.secret
INSERT INTO things VALUES (1, 2, 'a', 'b') ON DUPLICATE KEY UPDATE note = 'x', code = 5
INSERT INTO things (id) VALUES (900) ON DUPLICATE KEY UPDATE note = 'x'
REPLACE INTO things (id, code) VALUES (1, 8)
REPLACE INTO things VALUES (1, 2, 'a', 'b')
REPLACE INTO things SET id = 1, note = 'x'
REPLACE INTO things (id, note) SELECT id, note FROM items
REPLACE LOW_PRIORITY things (id) VALUES (5)
REPLACE INTO things (id, note) VALUES (1, secret)
-- update
UPDATE orders SET note = 'x'
UPDATE orders SET note = 'x' WHERE id = 1
UPDATE orders SET note = secret
UPDATE orders SET total = total + 1
UPDATE orders SET total = total + 1 WHERE secret = 's' ORDER BY id LIMIT 1
UPDATE orders o SET o.note = 'x' WHERE o.id = 1
UPDATE orders SET orders.note = 'x'
UPDATE shop.orders SET shop.orders.note = 'x' WHERE shop.orders.id = 1
UPDATE orders SET note = DEFAULT
UPDATE orders SET note = DEFAULT(secret)
UPDATE orders SET note = (SELECT max(secret) FROM things)
UPDATE orders SET note = (SELECT t.secret FROM things t WHERE t.id = orders.id)
UPDATE orders SET note = 'x' WHERE id IN (SELECT id FROM things WHERE secret = 's')
UPDATE orders SET note = 'x' WHERE id IN (SELECT id FROM orders)
UPDATE orders SET note = 'x', note = 'y'
UPDATE LOW_PRIORITY IGNORE orders SET note = 'x'
UPDATE orders o JOIN customers c ON c.id = o.customer SET o.note = c.name
UPDATE orders o JOIN customers c ON c.id = o.customer SET o.note = c.secret, c.name = o.secret
UPDATE orders o, customers c SET o.note = 'x' WHERE c.id = o.customer
UPDATE orders o, customers c SET o.note = 'x'
UPDATE orders o LEFT JOIN customers c USING (id) SET o.note = 'x'
UPDATE orders o JOIN (SELECT id, secret FROM things) t ON t.id = o.id SET o.note = t.secret
UPDATE orders o JOIN (SELECT max(id) AS m FROM things) t SET o.note = 'x' WHERE o.id = t.m
UPDATE orders, things SET orders.note = 'x', things.note = 'y' WHERE orders.id = things.id
UPDATE orders NATURAL JOIN items SET items.order_id = 1
UPDATE orders o, orders p SET o.note = p.secret WHERE o.id = p.id
UPDATE hr.salaries SET amount = 1
UPDATE hr.salaries s, orders o SET o.note = s.amount WHERE s.id = o.id
UPDATE parts PARTITION (p0) SET note = 'x'
UPDATE priced SET gross = DEFAULT
UPDATE priced SET net = 1
UPDATE priced SET net = 1 WHERE gross > 1
UPDATE history SET note = 'y'
UPDATE periods SET note = 'y' WHERE valid_from > '2020-01-01'
UPDATE spans FOR PORTION OF span FROM '2020-02-01' TO '2020-03-01' SET note = 'x'
UPDATE orders SET no_such = 1
UPDATE no_such SET a = 1
UPDATE vault.secrets SET word = 'x'
UPDATE things SET note = @a := 'x'
-- delete
DELETE FROM items
DELETE FROM items WHERE id = 1
DELETE FROM items WHERE note IN (SELECT secret FROM things)
DELETE FROM items WHERE id IN (SELECT id FROM items)
DELETE FROM items ORDER BY note LIMIT 1
DELETE LOW_PRIORITY QUICK IGNORE FROM items
DELETE i FROM items i
DELETE i FROM items AS i JOIN orders o ON o.id = i.order_id WHERE o.secret = 's'
DELETE items FROM items, orders WHERE orders.id = items.id
DELETE FROM items USING items JOIN things USING (id)
DELETE FROM i USING items AS i WHERE i.note = 'x'
DELETE i, t FROM items i JOIN things t ON t.id = i.id
DELETE items.* FROM items JOIN things ON things.id = items.id
DELETE FROM items, things USING items INNER JOIN things INNER JOIN orders
DELETE i FROM items i JOIN (SELECT id, secret FROM things) t ON t.id = i.id
DELETE shop.items FROM shop.items JOIN things
DELETE FROM items RETURNING id
DELETE FROM items RETURNING *
DELETE FROM items WHERE id = 1 RETURNING note, (SELECT max(secret) FROM things)
DELETE FROM orders WHERE id = 3
DELETE FROM orders
DELETE FROM parts PARTITION (p0)
DELETE FROM parts PARTITION (p0, p1) WHERE d = 5
DELETE FROM history
DELETE HISTORY FROM history
DELETE HISTORY FROM history BEFORE SYSTEM_TIME '2020-01-01'
DELETE HISTORY FROM periods PARTITION (p0)
DELETE FROM spans FOR PORTION OF span FROM '2020-02-01' TO '2020-03-01'
DELETE FROM vault.log
DELETE FROM no_such
DELETE t FROM items i
-- load
LOAD DATA INFILE '/tmp/x' INTO TABLE orders
LOAD DATA LOCAL INFILE '/tmp/x' INTO TABLE orders
LOAD XML INFILE '/tmp/x' INTO TABLE orders
-- explain
EXPLAIN SELECT secret FROM orders
EXPLAIN EXTENDED SELECT id FROM orders
EXPLAIN PARTITIONS SELECT d FROM parts
EXPLAIN FORMAT=JSON SELECT id FROM orders WHERE secret = 's'
EXPLAIN UPDATE orders SET note = secret
EXPLAIN DELETE FROM orders
EXPLAIN INSERT INTO orders (note) SELECT secret FROM things
EXPLAIN REPLACE INTO things (id) VALUES (1)
DESCRIBE SELECT id FROM orders
DESC orders
DESCRIBE orders secret
DESCRIBE orders 'n%'
EXPLAIN orders
ANALYZE SELECT secret FROM orders
ANALYZE FORMAT=JSON SELECT id FROM orders
ANALYZE UPDATE orders SET note = 'x'
ANALYZE DELETE FROM items
EXPLAIN FOR CONNECTION 1
SHOW EXPLAIN FOR 1
