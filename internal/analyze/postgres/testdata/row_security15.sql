-- As row_security.sql, for what PostgreSQL has since 15.
SELECT id FROM b.guarded_invoker
UPDATE b.guarded_invoker SET id = 1
DELETE FROM b.guarded_invoker
SELECT id FROM b.guarded_above
MERGE INTO b.guarded g USING (SELECT 1 AS k) s ON g.id = s.k WHEN MATCHED THEN UPDATE SET w = 3
MERGE INTO b.guarded g USING (SELECT 1 AS k) s ON g.id = s.k WHEN MATCHED THEN DELETE
MERGE INTO b.guarded g USING (SELECT 1 AS k) s ON g.id = s.k WHEN NOT MATCHED THEN INSERT (id, v) VALUES (1, 1)
