-- As below.sql, for what PostgreSQL has since 15.
MERGE INTO b.base USING b.limited c ON c.id = base.id WHEN MATCHED THEN DO NOTHING
SELECT id FROM b.invoker
SELECT renamed FROM b.invoker2
SELECT a FROM b.above
SELECT base FROM b.whole
SELECT id FROM b.mixed
SELECT id FROM b.sub
SELECT relname FROM b.cat
SELECT count(*) FROM b.invoker
SELECT id FROM b.invoker FOR UPDATE
SELECT id FROM b.above FOR UPDATE
INSERT INTO b.invoker (id, a) VALUES (7, DEFAULT)
INSERT INTO b.invoker VALUES (7, DEFAULT)
UPDATE b.invoker SET a = DEFAULT
MERGE INTO b.base USING (VALUES (1)) t(i) ON true WHEN MATCHED THEN DO NOTHING
MERGE INTO b.side USING (VALUES (1)) t(i) ON true WHEN MATCHED THEN UPDATE SET v = 1 WHEN NOT MATCHED THEN DO NOTHING
MERGE INTO b.side USING (VALUES (1)) t(i) ON true WHEN MATCHED THEN DELETE
INSERT INTO b.invoker (id, a) VALUES (7, 7)
INSERT INTO b.invoker2 (id, renamed) VALUES (7, 7)
UPDATE b.invoker SET a = 3
UPDATE b.invoker SET a = 3 WHERE id = 1
UPDATE b.above SET a = 3
DELETE FROM b.invoker
DELETE FROM b.invoker WHERE a = 99
DELETE FROM b.above
DELETE FROM b.sub
UPDATE b.sub SET a = 1
INSERT INTO b.invoker_defaults (i) VALUES (1)
MERGE INTO b.defaults d USING (SELECT 1 AS k) s ON d.id = s.k WHEN NOT MATCHED THEN INSERT (id, a) VALUES (1, 1)
MERGE INTO b.generated d USING (SELECT 1 AS k) s ON d.id = s.k WHEN MATCHED THEN UPDATE SET a = 3
SELECT id FROM b.sub FOR UPDATE
SELECT id FROM (SELECT id FROM b.invoker) q FOR UPDATE
LOCK TABLE b.invoker IN EXCLUSIVE MODE
LOCK TABLE b.above IN EXCLUSIVE MODE
LOCK TABLE b.sub IN EXCLUSIVE MODE
