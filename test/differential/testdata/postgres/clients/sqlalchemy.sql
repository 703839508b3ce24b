-- What SQLAlchemy 1.4: reflection and the ORM sends, from the log of a PostgreSQL 15 server: parameters written into the text, each shape once.
SELECT t.oid, typarray FROM pg_type t JOIN pg_namespace ns ON typnamespace = ns.oid WHERE typname = 'hstore'
select pg_catalog.version()
select current_schema()
show transaction isolation level
show standard_conforming_strings
SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_%' ORDER BY nspname
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind in ('r', 'p')
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind IN ('v', 'm')
SELECT t.typname as "name", pg_catalog.pg_type_is_visible(t.oid) as "visible", n.nspname as "schema", e.enumlabel as "label" FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_catalog.pg_enum e ON t.oid = e.enumtypid WHERE t.typtype = 'e' AND n.nspname = 'public' ORDER BY "schema", "name", e.oid
SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'f'
SELECT pg_get_viewdef(c.oid) view_def FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relname = 'report' AND c.relkind IN ('v', 'm')
SELECT c.oid FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE (pg_catalog.pg_table_is_visible(c.oid)) AND c.relname = 'orders' AND c.relkind in ('r', 'v', 'm', 'f', 'p')
SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), ( SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid) FROM pg_catalog.pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef ) AS DEFAULT, a.attnotnull, a.attrelid as table_oid, pgd.description as comment, a.attgenerated as generated, (SELECT json_build_object( 'always', a.attidentity = 'a', 'start', s.seqstart, 'increment', s.seqincrement, 'minvalue', s.seqmin, 'maxvalue', s.seqmax, 'cache', s.seqcache, 'cycle', s.seqcycle) FROM pg_catalog.pg_sequence s JOIN pg_catalog.pg_class c on s.seqrelid = c."oid" WHERE c.relkind = 'S' AND a.attidentity != '' AND s.seqrelid = pg_catalog.pg_get_serial_sequence( a.attrelid::regclass::text, a.attname )::regclass::oid ) as identity_options FROM pg_catalog.pg_attribute a LEFT JOIN pg_catalog.pg_description pgd ON ( pgd.objoid = a.attrelid AND pgd.objsubid = a.attnum) WHERE a.attrelid = 16830 AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum
SELECT t.typname as "name", pg_catalog.format_type(t.typbasetype, t.typtypmod) as "attype", not t.typnotnull as "nullable", t.typdefault as "default", pg_catalog.pg_type_is_visible(t.oid) as "visible", n.nspname as "schema" FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE t.typtype = 'd'
SELECT t.typname as "name", pg_catalog.pg_type_is_visible(t.oid) as "visible", n.nspname as "schema", e.enumlabel as "label" FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_catalog.pg_enum e ON t.oid = e.enumtypid WHERE t.typtype = 'e' ORDER BY "schema", "name", e.oid
SELECT a.attname FROM pg_attribute a JOIN ( SELECT unnest(ix.indkey) attnum, generate_subscripts(ix.indkey, 1) ord FROM pg_index ix WHERE ix.indrelid = 16830 AND ix.indisprimary ) k ON a.attnum=k.attnum WHERE a.attrelid = 16830 ORDER BY k.ord
SELECT conname FROM pg_catalog.pg_constraint r WHERE r.conrelid = 16830 AND r.contype = 'p' ORDER BY 1
SELECT r.conname, pg_catalog.pg_get_constraintdef(r.oid, true) as condef, n.nspname as conschema FROM pg_catalog.pg_constraint r, pg_namespace n, pg_class c WHERE r.conrelid = 16830 AND r.contype = 'f' AND c.oid = confrelid AND n.oid = c.relnamespace ORDER BY 1
SELECT i.relname as relname, ix.indisunique, ix.indexprs, a.attname, a.attnum, c.conrelid, ix.indkey::varchar, ix.indoption::varchar, i.reloptions, am.amname, pg_get_expr(ix.indpred, ix.indrelid), ix.indnkeyatts as indnkeyatts FROM pg_class t join pg_index ix on t.oid = ix.indrelid join pg_class i on i.oid = ix.indexrelid left outer join pg_attribute a on t.oid = a.attrelid and a.attnum = ANY(ix.indkey) left outer join pg_constraint c on (ix.indrelid = c.conrelid and ix.indexrelid = c.conindid and c.contype in ('p', 'u', 'x')) left outer join pg_am am on i.relam = am.oid WHERE t.relkind IN ('r', 'v', 'f', 'm', 'p') and t.oid = 16830 and ix.indisprimary = 'f' ORDER BY t.relname, i.relname
SELECT cons.conname as name, cons.conkey as key, a.attnum as col_num, a.attname as col_name FROM pg_catalog.pg_constraint cons join pg_attribute a on cons.conrelid = a.attrelid AND a.attnum = ANY(cons.conkey) WHERE cons.conrelid = 16830 AND cons.contype = 'u'
SELECT cons.conname as name, pg_get_constraintdef(cons.oid) as src FROM pg_catalog.pg_constraint cons WHERE cons.conrelid = 16830 AND cons.contype = 'c'
SELECT pgd.description as table_comment FROM pg_catalog.pg_description pgd WHERE pgd.objsubid = 0 AND pgd.objoid = 16830
select relname from pg_class c join pg_namespace n on n.oid=c.relnamespace where pg_catalog.pg_table_is_visible(c.oid) and relname='orders'
SELECT c.oid FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE (n.nspname = 'app') AND c.relname = 'children' AND c.relkind in ('r', 'v', 'm', 'f', 'p')
select relname from pg_class c join pg_namespace n on n.oid=c.relnamespace where n.nspname='app' and relname='children'
SELECT relname FROM pg_class c join pg_namespace n on n.oid=c.relnamespace where relkind='S' and n.nspname='public' and relname='counter'
SELECT anon_1.customers_id AS anon_1_customers_id, anon_1.customers_name AS anon_1_customers_name, anon_1.customers_email AS anon_1_customers_email, orders_1.id AS orders_1_id, orders_1.customer_id AS orders_1_customer_id, orders_1.note AS orders_1_note, orders_1.total AS orders_1_total, orders_1.state AS orders_1_state FROM (SELECT customers.id AS customers_id, customers.name AS customers_name, customers.email AS customers_email FROM customers ORDER BY customers.name LIMIT 5) AS anon_1 LEFT OUTER JOIN orders AS orders_1 ON anon_1.customers_id = orders_1.customer_id ORDER BY anon_1.customers_name
SELECT customers.id AS customers_id, customers.name AS customers_name, customers.email AS customers_email FROM customers
SELECT orders.customer_id AS orders_customer_id, orders.id AS orders_id, orders.note AS orders_note, orders.total AS orders_total, orders.state AS orders_state FROM orders WHERE orders.customer_id IN (1, 2)
SELECT orders.id AS orders_id, orders.customer_id AS orders_customer_id, orders.note AS orders_note, orders.total AS orders_total, orders.state AS orders_state, anon_1.customers_id AS anon_1_customers_id FROM (SELECT customers.id AS customers_id FROM customers) AS anon_1 JOIN orders ON anon_1.customers_id = orders.customer_id
SELECT count(orders.id) AS count_1, sum(orders.total) AS sum_1 FROM orders WHERE orders.note ILIKE '%x%' GROUP BY orders.state HAVING count(*) > 0
SELECT customers.id AS customers_id, customers.name AS customers_name, customers.email AS customers_email FROM customers WHERE EXISTS (SELECT 1 FROM orders WHERE customers.id = orders.customer_id AND orders.note = 'n')
SELECT orders.id AS orders_id, orders.customer_id AS orders_customer_id, orders.note AS orders_note, orders.total AS orders_total, orders.state AS orders_state FROM orders WHERE orders.id IN (1, 2, 3) FOR UPDATE SKIP LOCKED
SELECT EXISTS (SELECT * FROM orders WHERE orders.id = 1) AS anon_1
SELECT DISTINCT orders.id AS orders_id, orders_1.id AS orders_1_id FROM orders JOIN orders AS orders_1 ON orders_1.customer_id = orders.customer_id
SELECT anon_1.customer_id AS anon_1_customer_id, anon_1.n AS anon_1_n FROM (SELECT orders.customer_id AS customer_id, row_number() OVER (PARTITION BY orders.state ORDER BY orders.id) AS n FROM orders) AS anon_1 WHERE anon_1.n = 1
WITH cc AS (SELECT orders.customer_id AS c FROM orders) SELECT customers.id AS customers_id, customers.name AS customers_name, customers.email AS customers_email FROM customers JOIN cc ON cc.c = customers.id
SELECT orders.id AS orders_id, orders.customer_id AS orders_customer_id, orders.note AS orders_note, orders.total AS orders_total, orders.state AS orders_state FROM orders WHERE orders.id = 1
UPDATE orders SET note='changed' WHERE orders.id = 1
INSERT INTO customers (id, name, email) VALUES (77, 'n', 'e@x')
INSERT INTO app.serials (v) VALUES ('x'),('y'),('z') RETURNING app.serials.id
DELETE FROM orders WHERE orders.id = 1
UPDATE orders SET note='q' WHERE orders.id = 2 RETURNING orders.id
INSERT INTO customers (id, name) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = excluded.name
select 1
