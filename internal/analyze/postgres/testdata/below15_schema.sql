-- What PostgreSQL has since 15: views with security_invoker. See below15.sql.
SET search_path = b;
CREATE VIEW invoker WITH (security_invoker) AS SELECT id, a FROM base WHERE c > 0;
CREATE VIEW invoker2 WITH (security_invoker = on) AS SELECT id, a AS renamed FROM invoker;
CREATE VIEW above AS SELECT id, a FROM invoker;
CREATE VIEW whole WITH (security_invoker = 1) AS SELECT base FROM base;
CREATE VIEW mixed WITH (security_invoker) AS SELECT d.id FROM definer d JOIN base b ON b.id = d.id;
CREATE VIEW cat WITH (security_invoker) AS SELECT relname FROM pg_class;
CREATE VIEW sub WITH (security_invoker) AS SELECT id, a FROM base WHERE id IN (SELECT id FROM side);
CREATE VIEW invoker_defaults WITH (security_invoker) AS SELECT id AS i, a AS x FROM defaults;
CREATE VIEW guarded_invoker WITH (security_invoker) AS SELECT id, v FROM guarded;
CREATE VIEW guarded_above AS SELECT id FROM guarded_invoker;
RESET search_path;
