-- Statements under row security that the proxy's role does not bypass.
SELECT id FROM b.guarded
SELECT count(*) FROM b.guarded
INSERT INTO b.guarded (id, v) VALUES (1, 1)
INSERT INTO b.guarded (id, v) VALUES (1, 1) RETURNING id
UPDATE b.guarded SET w = 2
UPDATE b.guarded SET w = 2 WHERE id = 1
DELETE FROM b.guarded
DELETE FROM b.guarded WHERE id = 1
TRUNCATE b.guarded
SELECT id FROM b.guarded FOR UPDATE
SELECT id FROM b.guarded_keeper
SELECT id FROM b.guarded_owner
DELETE FROM b.guarded_owner
SELECT id FROM b.guarded_child
SELECT id FROM b.owned
SELECT id FROM b.owned_view
SELECT id FROM b.forced
SELECT id FROM b.forced_view
SELECT id FROM b.empty_policies
COPY b.guarded (id) TO STDOUT
INSERT INTO b.guarded (id, v) VALUES (1, 1) ON CONFLICT DO NOTHING
