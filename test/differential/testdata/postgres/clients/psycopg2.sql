-- What psycopg2 2.9 sends, from the log of a PostgreSQL 15 server: parameters written into the text, each shape once.
SELECT t.oid, typarray FROM pg_type t JOIN pg_namespace ns ON typnamespace = ns.oid WHERE typname = 'hstore'
SELECT t.oid, typarray, attname, atttypid FROM pg_type t JOIN pg_namespace ns ON typnamespace = ns.oid JOIN pg_attribute a ON attrelid = typrelid WHERE typname = 'pair' AND nspname = 'public' AND attnum > 0 AND NOT attisdropped ORDER BY attnum
select * from orders where id=1 and note='x'
insert into app.things (id,v) values (5,'x'),(6,'y')
update app.things set v='x' where id=5;update app.things set v='y' where id=6
DECLARE "named" CURSOR WITHOUT HOLD FOR select id from orders
copy app.things to stdout
select 1
show transaction isolation level
DISCARD ALL
