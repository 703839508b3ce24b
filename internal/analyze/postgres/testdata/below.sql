-- Statements whose privileges lie below their names. One a line. Each is tried
-- on a server with exactly what the analysis asks for, and without each of it.
SELECT id FROM b.plain
SELECT id, fa FROM b.calls
SELECT fa FROM b.over
SELECT id FROM b.calls
SELECT id FROM b.columns
SELECT x FROM b.columns
SELECT y FROM b.columns
SELECT * FROM b.columns
SELECT columns FROM b.columns
SELECT count(*) FROM b.columns
SELECT q.y FROM b.columns AS q (i, x)
SELECT id FROM b.volatile
SELECT id FROM b.multiplies
SELECT id FROM b.different
SELECT n FROM b.grouped
SELECT y FROM b.grouped
SELECT id FROM b.sorted
SELECT id FROM b.joined
SELECT id FROM b.limited
SELECT y FROM b.limited
SELECT count(*) FROM b.aggregates
SELECT count(*) FROM b.windows
SELECT x FROM b.nested
SELECT id FROM b.base WHERE EXISTS (SELECT 1 FROM b.columns c WHERE c.y = base.a)
SELECT c.id FROM b.columns c FOR UPDATE
SELECT c.id FROM b.limited c, b.base FOR UPDATE OF base
UPDATE b.base SET a = 1 FROM b.columns c WHERE c.id = base.id
UPDATE b.base SET a = 1 FROM b.limited c WHERE c.id = base.id
DELETE FROM b.base USING b.limited c WHERE c.id = base.id
UPDATE b.tricky SET id = 1
DELETE FROM b.tricky
UPDATE b.columns SET id = 1
UPDATE b.columns SET id = 1 RETURNING y
SELECT id FROM b.operates
SELECT total FROM b.aggregates
SELECT total FROM b.windows
SELECT x FROM b.sets
SELECT id FROM b.subquery
SELECT p FROM b.casts
SELECT r FROM b.named
SELECT n FROM b.advances
SELECT one FROM b.stored
SELECT b.rest(1)
SELECT b.rest(1, 2)
SELECT b.takes_positive(1)
SELECT 1::b.positive
SELECT b.positive(1)
SELECT 5::b.twofold
SELECT ROW(1, 2)::b.coin
SELECT '(1,2)'::b.coin
WITH w AS (SELECT '(1,2)'::b.coin) SELECT 1
WITH w AS (SELECT '{1}'::b.positive[] FROM b.coins) SELECT 1
SELECT ARRAY[1]::b.positive[]
SELECT id FROM b.plain FOR UPDATE
INSERT INTO b.plain (id, a) VALUES (8, 8)
UPDATE b.plain SET a = 1
DELETE FROM b.plain
INSERT INTO b.checks (id, a) VALUES (9, 9)
UPDATE b.checks SET a = 1
INSERT INTO b.defaults (id) VALUES (1)
INSERT INTO b.defaults (id, a) VALUES (1, 1)
INSERT INTO b.defaults (id, a, b) VALUES (1, 1, 1)
INSERT INTO b.defaults (id, a, b, s) VALUES (1, 1, 1, 1)
INSERT INTO b.defaults VALUES (1, 2)
INSERT INTO b.defaults DEFAULT VALUES
UPDATE b.defaults SET a = DEFAULT
UPDATE b.defaults SET (a, b) = (1, DEFAULT)
UPDATE b.defaults SET a = 1
INSERT INTO b.defaulted (id) VALUES (1)
INSERT INTO b.serials (v) VALUES (1)
INSERT INTO b.serials (id, v) VALUES (1, 1)
INSERT INTO b.identities (v) VALUES (1)
INSERT INTO b.generated (id, a) VALUES (1, 1)
UPDATE b.generated SET a = 5
UPDATE b.generated SET id = 5
UPDATE b.regenerated SET id = 5
UPDATE b.moving SET id = 15
INSERT INTO b.checked (id, a) VALUES (1, 1)
UPDATE b.checked SET a = 4
UPDATE b.window_on_checked SET a = 4
INSERT INTO b.window_on_checked (id, a) VALUES (4, 4)
DELETE FROM b.checked
INSERT INTO b.indexed (id, a, b) VALUES (1, 1, 1)
INSERT INTO b.domains (id, p) VALUES (2, 2)
INSERT INTO b.domains (id) VALUES (2)
UPDATE b.domains SET p = 3
UPDATE b.domains SET id = 3
SELECT p FROM b.domains
SELECT COALESCE(h, '(5,1)') FROM b.boxes
SELECT h FROM b.boxes UNION ALL SELECT '(5,1)'
SELECT CASE WHEN id > 0 THEN h ELSE '(5,2)' END FROM b.boxes
SELECT COALESCE(d, '(5,1)') FROM b.domains d
SELECT ARRAY[ps, '{7}'] FROM b.many
INSERT INTO b.presets (id) VALUES (2)
INSERT INTO b.presets (id, p) VALUES (2, 3)
INSERT INTO b.folded (id, p) VALUES (2, 2)
INSERT INTO b.coins (id, c) VALUES (2, ROW(1, 1))
INSERT INTO b.many (id, ps) VALUES (2, ARRAY[1, 2])
INSERT INTO b.parts (id, a) VALUES (1, 1)
INSERT INTO b.parts (id, a, c) VALUES (1, 1, 1)
INSERT INTO b.part1 (id, a) VALUES (1, 1)
INSERT INTO b.part1 (id, a, c) VALUES (1, 1, 1)
UPDATE b.parts SET a = 2
SELECT a FROM b.parts
SELECT a FROM b.part1
SELECT id FROM b.parent
UPDATE b.parent SET a = 1
DELETE FROM b.parent
TRUNCATE b.parent
LOCK TABLE b.parent IN EXCLUSIVE MODE
INSERT INTO b.ruled (id, a) VALUES (1, 1)
DELETE FROM b.ruled
UPDATE b.triggered SET a = 2
INSERT INTO b.triggered (id, a) VALUES (2, 2)
INSERT INTO b.stand (id, fa) VALUES (2, 2)
DELETE FROM b.customers
INSERT INTO b.orders (id, customer) VALUES (2, 2)
INSERT INTO b.checked (id, a) VALUES (1, 1) ON CONFLICT DO NOTHING
INSERT INTO b.base (id, a) VALUES (1, 1) ON CONFLICT (id) DO UPDATE SET a = 4
WITH n AS (INSERT INTO b.defaults (id) VALUES (1) RETURNING id) SELECT id FROM n
INSERT INTO b.defaults (id, a) SELECT id, fa FROM b.calls
INSERT INTO b.calls (id) VALUES (50)
INSERT INTO b.over (id) VALUES (50)
DELETE FROM b.calls
DELETE FROM b.volatile
DELETE FROM b.volatile WHERE id = 1
UPDATE b.volatile SET id = 3 WHERE id = 1
UPDATE b.volatile SET id = 3 WHERE y = 1
UPDATE b.volatile SET id = 3 WHERE x = 1
DELETE FROM b.columns WHERE id = 1
INSERT INTO b.plain (id, a) VALUES (8, DEFAULT)
INSERT INTO b.defaults (id, a, b, s) VALUES (1, 1, 1, DEFAULT)
LOCK TABLE b.calls IN ACCESS SHARE MODE
UPDATE b.defaulted SET a = DEFAULT
UPDATE b.defaulted SET b = DEFAULT
UPDATE b.presets SET p = DEFAULT
COPY b.defaults (id) FROM STDIN
COPY b.defaults FROM STDIN
COPY b.checked (id) FROM STDIN
COPY b.domains (id, p) FROM STDIN
COPY b.generated (id) FROM STDIN
COPY (SELECT fa FROM b.calls) TO STDOUT
EXPLAIN SELECT fa FROM b.calls
