-- Views over tables, views and functions; rules; triggers; row security.
SELECT id FROM report
SELECT total FROM report WHERE id = 1
SELECT * FROM app.deep
SELECT name FROM app.deeper
SELECT v FROM app.deeper
SELECT k FROM app.with_function
SELECT id FROM app.with_function
SELECT count(*) FROM app.with_function
SELECT k FROM app.over_function
SELECT count(*) FROM app.over_function
SELECT id FROM app.filtered
SELECT v FROM app.filtered LIMIT 0
SELECT * FROM app.from_function
SELECT id FROM app.with_operator
SELECT t FROM app.with_aggregate
SELECT t FROM app.with_definer
SELECT id FROM app.with_definer
SELECT relname FROM app.over_catalog
SELECT note FROM app.barrier
SELECT person FROM app.salaries
SELECT v FROM app.over_parts
SELECT n FROM app.grouped WHERE state = 'new'
EXPLAIN SELECT k FROM app.with_function
EXPLAIN SELECT id FROM app.filtered
PREPARE p AS SELECT k FROM app.with_function ;; EXECUTE p
SELECT f.k FROM orders o JOIN app.with_function f USING (id)
SELECT (SELECT k FROM app.with_function LIMIT 1)
INSERT INTO app.things SELECT id, k FROM app.with_function
INSERT INTO writable (id, name) VALUES (50, 'x')
INSERT INTO writable (id) VALUES (50) RETURNING name
UPDATE writable SET name = 'x'
UPDATE writable SET name = 'x' WHERE id = 1 RETURNING id
DELETE FROM writable WHERE id = 1
INSERT INTO writable (id) VALUES (1) ON CONFLICT (id) DO NOTHING
INSERT INTO writable VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = excluded.name
UPDATE app.barrier SET note = 'x'
INSERT INTO app.checked_view VALUES (5, 'x')
INSERT INTO app.checked_view VALUES (-5, 'x')
UPDATE app.checked_view SET s = 'x'
UPDATE app.checked_view SET id = 2
INSERT INTO app.cascaded VALUES (5, 'x')
UPDATE app.cascaded SET id = 6
INSERT INTO app.filtered VALUES (5, 'x')
UPDATE app.filtered SET v = 'x'
DELETE FROM app.filtered
UPDATE report SET total = 1
DELETE FROM app.deep
INSERT INTO app.grouped VALUES ('x')
INSERT INTO app.instead (id, v) VALUES (5, 'x')
UPDATE app.instead SET v = 'x' WHERE id = 1
DELETE FROM app.instead
INSERT INTO app.ruled VALUES (5, 'x')
INSERT INTO app.ruled (id) VALUES (5)
UPDATE app.redirected SET v = 'x'
DELETE FROM app.redirected
INSERT INTO app.ruled_view VALUES (5, 'x')
INSERT INTO app.ruled_view (id, v) VALUES (5, 'x') RETURNING id
INSERT INTO app.triggered VALUES (5, 'x')
INSERT INTO app.triggered (id) SELECT id FROM app.things
UPDATE app.triggered SET v = 'x'
UPDATE app.triggered SET id = 9
DELETE FROM app.triggered
COPY app.triggered FROM STDIN
SELECT * FROM sec.notes
SELECT count(*) FROM sec.notes
SELECT body FROM sec.forced
SELECT body FROM sec.over_notes
SELECT body FROM sec.off
INSERT INTO sec.notes VALUES (2, 'x', 'y')
INSERT INTO sec.off VALUES (2, 'x')
UPDATE sec.notes SET body = 'x'
DELETE FROM sec.notes
UPDATE sec.forced SET body = 'x'
SELECT o.id FROM orders o JOIN sec.notes n USING (id)
WITH n AS (SELECT * FROM sec.notes) SELECT count(*) FROM n
TRUNCATE sec.notes
LOCK sec.notes IN ACCESS SHARE MODE
REFRESH MATERIALIZED VIEW app.frozen
REFRESH MATERIALIZED VIEW CONCURRENTLY app.frozen

-- from 15
SELECT id FROM app.invoker
SELECT note FROM app.invoker WHERE id = 1
SELECT id, total FROM app.invoker_deep
SELECT note FROM app.owner_over_invoker
SELECT id FROM app.invoker_function
SELECT k FROM app.invoker_function
SELECT top FROM app.invoker_sub
SELECT id FROM app.invoker_sub
SELECT count(*) FROM app.invoker_sub
INSERT INTO app.invoker_writable VALUES (9, 'x', 'y')
INSERT INTO app.invoker_writable (id) VALUES (9)
UPDATE app.invoker_writable SET name = 'x'
UPDATE app.invoker_writable SET name = email WHERE id = 1
DELETE FROM app.invoker_writable
DELETE FROM app.invoker_writable WHERE name = 'a' RETURNING id
SELECT i.id FROM app.invoker i, orders o FOR UPDATE OF i
LOCK app.invoker IN ACCESS SHARE MODE
SELECT j.note FROM app.invoker j NATURAL JOIN app.things
