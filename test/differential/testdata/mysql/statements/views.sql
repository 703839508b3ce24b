SELECT id FROM report
SELECT * FROM report
SELECT secret FROM report
SELECT a FROM renamed
SELECT b FROM renamed WHERE a = 1
SELECT id FROM renamed
SELECT name FROM joined
SELECT note FROM nested
SELECT n FROM summed
SELECT double_id FROM calls
SELECT id FROM calls
SELECT word FROM hidden
SELECT amount FROM pay
SELECT name FROM own
SELECT id FROM own
SELECT * FROM own
SELECT 1 FROM own
SELECT count(*) FROM own
SELECT note FROM own_one
SELECT amount FROM own_pay
SELECT id FROM own_pay
SELECT word FROM own_vault
SELECT double_id FROM own_calls_view
SELECT id FROM own_calls_view
SELECT note FROM own_on_report
SELECT note FROM own_nested
SELECT note FROM def_on_own
SELECT word FROM def_on_own_vault
SELECT note FROM own_union
SELECT best FROM own_sub
SELECT id FROM own_sub
SELECT note FROM own_temp
SELECT note FROM temp_report
SELECT id FROM own_cte
SELECT u FROM who
SELECT note FROM hr.shop_orders
SELECT o.name, r.total FROM own o JOIN report r USING (id)
SELECT id FROM own NATURAL JOIN own_one
SELECT r.id FROM report r WHERE r.note IN (SELECT note FROM own_one)
WITH own AS (SELECT 1 AS id) SELECT id FROM own
SELECT DEFAULT(note) FROM report
SELECT id FROM report FOR UPDATE
SELECT id FROM own_one LOCK IN SHARE MODE
EXPLAIN SELECT id FROM report
EXPLAIN SELECT id FROM own_one
EXPLAIN SELECT word FROM hidden
INSERT INTO report (id, note) VALUES (50, 'x')
INSERT INTO report (note) SELECT note FROM things
INSERT INTO renamed (a, b) VALUES (60, 'x')
INSERT INTO checked (id, code, note) VALUES (70, 70, 'x')
INSERT INTO checked (id) VALUES (-1)
INSERT INTO own_one (id, code) VALUES (71, 71)
INSERT INTO own_one (id, code, note) VALUES (72, 72, 'x') ON DUPLICATE KEY UPDATE note = VALUES(note)
INSERT INTO own_nested (id, note) VALUES (73, 'x')
INSERT INTO def_on_own (id, note) VALUES (74, 'x')
INSERT INTO own_pay (id, amount) VALUES (75, 1)
INSERT INTO own_next VALUES (76, 'x')
INSERT INTO nested (id, note) VALUES (77, 'x')
INSERT INTO summed VALUES (1, 1, 1)
REPLACE INTO own_one (id, code) VALUES (1, 5)
REPLACE INTO report (id) VALUES (1)
UPDATE report SET note = 'x'
UPDATE report SET note = 'x' WHERE id = 1
UPDATE report SET note = concat(note, id)
UPDATE nested SET note = 'x' WHERE id = 1
UPDATE own_one SET note = 'x' WHERE id = 1
UPDATE own_one SET note = 'x'
UPDATE own_one SET code = code + 10
UPDATE own_nested SET note = 'x'
UPDATE def_on_own SET note = 'x'
UPDATE own_pay SET amount = 1
UPDATE own_on_report SET note = 'x'
UPDATE own SET name = 'x'
UPDATE joined SET name = 'x'
UPDATE joined SET total = 1 WHERE name = 'x'
UPDATE renamed SET b = 'x' WHERE a = 1
UPDATE hidden SET word = 'x'
UPDATE summed SET n = 1
UPDATE calls SET id = 5 WHERE double_id = 2
UPDATE report r JOIN things t ON t.id = r.id SET r.note = t.note
UPDATE things t JOIN own_pay p ON p.id = t.id SET t.code = p.amount
DELETE FROM report
DELETE FROM report WHERE note = 'x'
DELETE FROM own_one WHERE id = 1
DELETE FROM own_one
DELETE FROM own_nested
DELETE FROM def_on_own
DELETE FROM own_pay WHERE amount = 5
DELETE FROM joined
DELETE r FROM report r JOIN things t ON t.id = r.id
DELETE t FROM things t JOIN own_pay p ON p.id = t.id
SHOW CREATE VIEW report
SHOW FIELDS FROM own
DESCRIBE report
