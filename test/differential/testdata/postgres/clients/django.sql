-- What Django 3.2: inspectdb, introspection and the ORM sends, from the log of a PostgreSQL 15 server: parameters written into the text, each shape once.
SET TIME ZONE 'UTC'
SELECT t.oid, typarray FROM pg_type t JOIN pg_namespace ns ON typnamespace = ns.oid WHERE typname = 'hstore'
SELECT typarray FROM pg_type WHERE typname = 'citext'
SELECT c.relname, CASE WHEN c.relispartition THEN 'p' WHEN c.relkind IN ('m', 'v') THEN 'v' ELSE 't' END FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('f', 'm', 'p', 'r', 'v') AND n.nspname NOT IN ('pg_catalog', 'pg_toast') AND pg_catalog.pg_table_is_visible(c.oid)
SELECT a1.attname, c2.relname, a2.attname FROM pg_constraint con LEFT JOIN pg_class c1 ON con.conrelid = c1.oid LEFT JOIN pg_class c2 ON con.confrelid = c2.oid LEFT JOIN pg_attribute a1 ON c1.oid = a1.attrelid AND a1.attnum = con.conkey[1] LEFT JOIN pg_attribute a2 ON c2.oid = a2.attrelid AND a2.attnum = con.confkey[1] WHERE c1.relname = 'Orders' AND con.contype = 'f' AND c1.relnamespace = c2.relnamespace AND pg_catalog.pg_table_is_visible(c1.oid)
SELECT c.conname, array( SELECT attname FROM unnest(c.conkey) WITH ORDINALITY cols(colid, arridx) JOIN pg_attribute AS ca ON cols.colid = ca.attnum WHERE ca.attrelid = c.conrelid ORDER BY cols.arridx ), c.contype, (SELECT fkc.relname || '.' || fka.attname FROM pg_attribute AS fka JOIN pg_class AS fkc ON fka.attrelid = fkc.oid WHERE fka.attrelid = c.confrelid AND fka.attnum = c.confkey[1]), cl.reloptions FROM pg_constraint AS c JOIN pg_class AS cl ON c.conrelid = cl.oid WHERE cl.relname = 'Orders' AND pg_catalog.pg_table_is_visible(cl.oid)
SELECT indexname, array_agg(attname ORDER BY arridx), indisunique, indisprimary, array_agg(ordering ORDER BY arridx), amname, exprdef, s2.attoptions FROM ( SELECT c2.relname as indexname, idx.*, attr.attname, am.amname, CASE WHEN idx.indexprs IS NOT NULL THEN pg_get_indexdef(idx.indexrelid) END AS exprdef, CASE am.amname WHEN 'btree' THEN CASE (option & 1) WHEN 1 THEN 'DESC' ELSE 'ASC' END END as ordering, c2.reloptions as attoptions FROM ( SELECT * FROM pg_index i, unnest(i.indkey, i.indoption) WITH ORDINALITY koi(key, option, arridx) ) idx LEFT JOIN pg_class c ON idx.indrelid = c.oid LEFT JOIN pg_class c2 ON idx.indexrelid = c2.oid LEFT JOIN pg_am am ON c2.relam = am.oid LEFT JOIN pg_attribute attr ON attr.attrelid = c.oid AND attr.attnum = idx.key WHERE c.relname = 'Orders' AND pg_catalog.pg_table_is_visible(c.oid) ) s2 GROUP BY indexname, indisunique, indisprimary, amname, exprdef, attoptions
SELECT a.attname AS column_name, NOT (a.attnotnull OR (t.typtype = 'd' AND t.typnotnull)) AS is_nullable, pg_get_expr(ad.adbin, ad.adrelid) AS column_default, CASE WHEN collname = 'default' THEN NULL ELSE collname END AS collation FROM pg_attribute a LEFT JOIN pg_attrdef ad ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum LEFT JOIN pg_collation co ON a.attcollation = co.oid JOIN pg_type t ON a.atttypid = t.oid JOIN pg_class c ON a.attrelid = c.oid JOIN pg_namespace n ON c.relnamespace = n.oid WHERE c.relkind IN ('f', 'm', 'p', 'r', 'v') AND c.relname = 'Orders' AND n.nspname NOT IN ('pg_catalog', 'pg_toast') AND pg_catalog.pg_table_is_visible(c.oid)
SELECT * FROM "Orders" LIMIT 1
SELECT * FROM "a.b" LIMIT 1
SELECT * FROM "a_table_whose_name_is_exactly_sixty_three_characters_long_abcd" LIMIT 1
SELECT * FROM "base" LIMIT 1
SELECT * FROM "child" LIMIT 1
SELECT * FROM "customers" LIMIT 1
SELECT * FROM "data" LIMIT 1
SELECT * FROM "derived" LIMIT 1
SELECT * FROM "docs" LIMIT 1
SELECT * FROM "items" LIMIT 1
SELECT * FROM "kinds" LIMIT 1
SELECT * FROM "orders" LIMIT 1
SELECT * FROM "pairs" LIMIT 1
SELECT * FROM "parent" LIMIT 1
SELECT * FROM "report" LIMIT 1
SELECT * FROM "select" LIMIT 1
SELECT * FROM "writable" LIMIT 1
SELECT * FROM "日本" LIMIT 1
SELECT s.relname as sequence_name, col.attname FROM pg_class s JOIN pg_namespace sn ON sn.oid = s.relnamespace JOIN pg_depend d ON d.refobjid = s.oid AND d.refclassid = 'pg_class'::regclass JOIN pg_attrdef ad ON ad.oid = d.objid AND d.classid = 'pg_attrdef'::regclass JOIN pg_attribute col ON col.attrelid = ad.adrelid AND col.attnum = ad.adnum JOIN pg_class tbl ON tbl.oid = ad.adrelid WHERE s.relkind = 'S' AND d.deptype in ('a', 'n') AND pg_catalog.pg_table_is_visible(tbl.oid) AND tbl.relname = 'orders'
SELECT "customers"."id", "customers"."name", "customers"."email" FROM "customers"
SELECT "orders"."id", "orders"."customer_id", "orders"."note", "orders"."total", "orders"."state" FROM "orders" WHERE "orders"."customer_id" IN (1, 2)
SELECT "orders"."id", "orders"."customer_id", "orders"."note", "orders"."total", "orders"."state", "customers"."id", "customers"."name", "customers"."email" FROM "orders" LEFT OUTER JOIN "customers" ON ("orders"."customer_id" = "customers"."id") WHERE UPPER("orders"."note"::text) LIKE UPPER('%n%') ORDER BY "orders"."id" DESC LIMIT 3
SELECT COUNT(*) AS "__count" FROM "orders"
SELECT (1) AS "a" FROM "orders" WHERE "orders"."id" = 1 LIMIT 1
SELECT SUM("orders"."total") AS "total__sum", MAX("orders"."id") AS "id__max" FROM "orders"
SELECT "orders"."state", COUNT("orders"."id") AS "n" FROM "orders" GROUP BY "orders"."state" HAVING COUNT("orders"."id") > 0
SELECT "orders"."id", "orders"."customer_id", "orders"."note", "orders"."total", "orders"."state" FROM "orders" WHERE "orders"."id" = 1 FOR UPDATE OF "orders" SKIP LOCKED
SELECT "customers"."id", "customers"."name", "customers"."email" FROM "customers" WHERE EXISTS(SELECT (1) AS "a" FROM "orders" U0 WHERE U0."customer_id" = "customers"."id" LIMIT 1)
UPDATE "orders" SET "note" = "orders"."state" WHERE "orders"."id" = 1
SELECT "orders"."id", "orders"."customer_id", "orders"."note", "orders"."total", "orders"."state", ROW_NUMBER() OVER (PARTITION BY "orders"."state" ORDER BY "orders"."id" ASC) AS "r" FROM "orders"
(SELECT "orders"."id", "orders"."customer_id", "orders"."note", "orders"."total", "orders"."state" FROM "orders" INNER JOIN "customers" ON ("orders"."customer_id" = "customers"."id") WHERE "customers"."name" = 'a') UNION (SELECT "orders"."id", "orders"."customer_id", "orders"."note", "orders"."total", "orders"."state" FROM "orders" WHERE "orders"."id" = 2)
DELETE FROM "orders" WHERE "orders"."id" IN (SELECT U0."id" FROM "orders" U0 INNER JOIN "customers" U1 ON (U0."customer_id" = U1."id") WHERE U1."name" = 'b')
SELECT "orders"."id", "orders"."customer_id", "orders"."note", "orders"."total", "orders"."state" FROM "orders" WHERE "orders"."id" IN (1, 2)
SELECT "orders"."id", "orders"."customer_id", "orders"."note", "orders"."total", "orders"."state" FROM "orders" ORDER BY "orders"."id" ASC LIMIT 1
INSERT INTO "customers" ("id", "name", "email") VALUES (91, 'x', 'y') RETURNING "customers"."id"
INSERT INTO "customers" ("id", "name", "email") VALUES (92, 'a', 'b'), (93, 'a', 'b') ON CONFLICT DO NOTHING
SELECT "customers"."id", "customers"."name", "customers"."email" FROM "customers" WHERE "customers"."name" = 'zz' LIMIT 21
INSERT INTO "app"."serials" ("v") VALUES ('x') RETURNING "app"."serials"."id"
DECLARE "_django_curs_140376486342720_sync_1" NO SCROLL CURSOR WITHOUT HOLD FOR SELECT "orders"."id", "orders"."customer_id", "orders"."note", "orders"."total", "orders"."state" FROM "orders"
SELECT DISTINCT LOWER("orders"."note") AS "l", CASE WHEN "orders"."id" = 1 THEN 'a' ELSE 'b' END AS "c" FROM "orders"
