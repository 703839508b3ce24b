-- Functions, operators, casts, sequences.
SELECT refund(1)
SELECT public.refund(id) FROM orders
SELECT id.refund FROM orders
SELECT (id).refund FROM orders
SELECT * FROM refund(1)
SELECT * FROM refund(1) AS r
SELECT app.total_of(1)
SELECT app.note_of(1)
SELECT hr.salary_of('ana')
SELECT * FROM hr.everyone()
SELECT name FROM hr.everyone() WHERE id = 1
SELECT over(1)
SELECT over('x'::text)
SELECT over('x')
SELECT app.over(1)
SELECT app.over(1, 2)
SET search_path = app, public ;; SELECT over(1)
SET search_path = public, app ;; SELECT over(1, 3)
SELECT twice(2)
SELECT twice(2, 3)
SELECT twice(times => 4, n => 2)
SELECT twice(n := 1)
SELECT sum_of(1, 2, 3)
SELECT sum_of(VARIADIC ARRAY[1, 2])
SELECT same_type(1, 2)
SELECT (outs(1)).a, (outs(1)).b
SELECT * FROM outs(1)
SELECT outs(1)
SELECT note FROM tabled(3)
SELECT (tabled(3)).note
SELECT lower('X'), upper('x')
SELECT lower(p) FROM pairs
SELECT lower((1, 2)::pair)
SELECT "Odd Schema"."Fn Name"(1)
SET search_path = "Odd Schema" ;; SELECT "Fn Name"(2)
SELECT app.nested(1)
SELECT app.dynamic('SELECT 1')
SELECT app.dynamic('SELECT max(amount) FROM hr.salaries')
CALL tidy(1)
CALL app.tidy(1)
CALL app.note_it('x')
CALL no_such()
SELECT tidy(1)
CALL refund(1)
SELECT app.total(id) FROM orders
SELECT app.total(id) OVER (ORDER BY id) FROM orders
SELECT app.total(DISTINCT id ORDER BY id) FILTER (WHERE id > 0) FROM orders
SELECT plain_total(id) FROM orders
SELECT app.step(1, 2)
SELECT app.no_such(1)
SELECT no_such_function(1)
SELECT refund('a', 'b')
SELECT count(refund(id)) FROM orders
SELECT coalesce(refund(1), twice(2))
SELECT id FROM orders WHERE refund(id) = 1 ORDER BY twice(id)
SELECT id FROM orders GROUP BY id, refund(id) HAVING sum_of(id) > 0
INSERT INTO app.things VALUES (refund(5), 'x')
UPDATE app.things SET v = app.key_of('X')
DELETE FROM app.things WHERE app.allowed(id)
SELECT DISTINCT ON (refund(id)) id FROM orders
SELECT note === secret FROM orders
SELECT 'a' === 'b'
SELECT note OPERATOR(public.===) secret FROM orders
SELECT a OPERATOR(app.<<<) b FROM app.things a, app.things b
SELECT a <<< b FROM app.things a, app.things b
SET search_path = app, public ;; SELECT a <<< b FROM things a, things b
SELECT !!! 'X'
SELECT note !!= 'x' FROM orders
SELECT id FROM orders WHERE note === ANY (ARRAY['a', 'b'])
SELECT id FROM orders WHERE note === ALL (SELECT v FROM app.things)
SELECT id FROM orders WHERE (note, secret) = ('a', 'b')
SELECT id FROM orders ORDER BY note USING >
SELECT 1 OPERATOR(pg_catalog.+) 2
SELECT note % 'x', similarity(note, 'y') FROM orders
SELECT note <-> 'x' FROM orders
SELECT c = 'a', c || 'b', lower(c) FROM kinds
SELECT h -> 'k', h ? 'k', h || 'a=>1', akeys(h) FROM kinds
SELECT 'a=>1'::hstore -> 'a'
SELECT * FROM each('a=>1,b=>2'::hstore)
SELECT 'X'::citext = 'x'
SELECT ext.crosstab('SELECT 1, 2, 3')
SELECT * FROM ext.crosstab('SELECT person, person, amount FROM hr.salaries') AS c (a text, b int)
SELECT * FROM ext.connectby('app.nodes', 'id', 'up', '1', 0) AS t (id int, up int, level int)
SELECT * FROM ext.normal_rand(2, 1, 1)
SELECT * FROM ext.dblink('dbname=shop', 'SELECT 1') AS t (x int)
SELECT ext.dblink_connect('x', 'dbname=shop')
SELECT ext.dblink_exec('x', 'DELETE FROM orders')
SELECT ext.postgres_fdw_get_connections()
SELECT CAST(1 AS text), 1::numeric(5,2), '1'::varchar(3), ARRAY[1]::text[]
SELECT int4(5.5), text(1), varchar(note) FROM orders
SELECT date '2020-01-01', interval '1 day', timestamp with time zone '2020-01-01 00:00+00'
SELECT point '(1,2)', box '((0,0),(1,1))', bit '101', x'ff'
SELECT 'ok'::mood, 'sad'::public.mood, m::text FROM kinds
SELECT mood 'ok'
SELECT '(1,2)'::pair, ROW(1, 2)::pair, (1, 2)::pair
SELECT 5::pair
SELECT CAST(5 AS pair)
SELECT p::text FROM pairs
SELECT p || '' FROM pairs
SELECT app.pay(5::numeric)
SELECT app.pay(5)
SELECT '[1,2]'::app.span, app.span(1, 2)
SELECT app.span(1, 2, '[]')
SELECT '3'::app.positive
SELECT 3::app.positive
SELECT CAST(id AS app.positive) FROM orders
SELECT app.positive '3'
SELECT '{3}'::app.positive[]
SELECT 'a@b'::email
SELECT e::text FROM kinds
SELECT null::email
SELECT jsonb_populate_record(null::app.typed, '{"n": 3}')
SELECT * FROM json_to_record('{"n": 3}') AS t (n app.positive)
SELECT 'orders'::regclass
SELECT 'hr.salaries'::regclass::oid
SELECT 'no_such'::regclass
SELECT to_regclass('hr.salaries'), to_regproc('refund'), to_regtype('mood')
SELECT 'refund(int)'::regprocedure, 'mood'::regtype, 'public'::regnamespace, 'postgres'::regrole
SELECT pg_get_viewdef('report'), pg_get_functiondef('refund(int)'::regprocedure)
SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef
SELECT pg_relation_size('hr.salaries'), pg_total_relation_size('orders')
SELECT has_table_privilege('orders', 'select')
SELECT obj_description('orders'::regclass), col_description('orders'::regclass, 1)
SELECT nextval('counter')
SELECT nextval('public.counter'), nextval('app.counter')
SELECT nextval('counter'::regclass)
SELECT nextval('"counter"')
SELECT nextval('COUNTER')
SELECT nextval('"COUNTER"')
SELECT nextval('app.serials_id_seq')
SELECT nextval('orders')
SELECT nextval('no_such')
SELECT nextval('coun' || 'ter')
SELECT nextval(c) FROM (VALUES ('counter')) v (c)
SELECT nextval('counter') ;; SELECT currval('counter'), lastval()
SELECT nextval('counter') ;; SELECT currval('public.counter'::regclass)
SELECT setval('counter', 5)
SELECT setval('counter', 5, false)
SELECT setval('app.serials_id_seq', (SELECT max(id) FROM app.serials))
SELECT pg_get_serial_sequence('app.serials', 'id')
SELECT last_value FROM counter
SELECT * FROM counter
SELECT last_value, is_called FROM app.serials_id_seq
SELECT sequencename FROM pg_sequences
SET search_path = app ;; SELECT nextval('counter')
SELECT query_to_xml('SELECT * FROM hr.salaries', true, true, '')
SELECT table_to_xml('hr.salaries', true, true, '')
SELECT schema_to_xml('hr', true, true, '')
SELECT database_to_xml(true, true, '')
DECLARE c CURSOR FOR SELECT * FROM orders ;; SELECT cursor_to_xml('c', 1, true, true, '')
SELECT * FROM ts_stat('SELECT v FROM kinds')
SELECT ts_rewrite('a'::tsquery, 'SELECT q, q FROM kinds')
SELECT ts_rewrite('a & b'::tsquery, 'a'::tsquery, 'c'::tsquery)
SELECT to_tsvector('english', note) @@ to_tsquery('x') FROM orders
SELECT pg_read_file('/etc/passwd')
SELECT pg_read_binary_file('PG_VERSION'), pg_ls_dir('.')
SELECT pg_stat_file('PG_VERSION')
SELECT lo_import('/etc/passwd')
SELECT lo_creat(-1)
SELECT lo_create(0)
SELECT lo_from_bytea(0, 'x')
SELECT lo_get(1)
SELECT loread(1, 1)
SELECT pg_sleep(0)
SELECT pg_sleep_for('0 s'), pg_sleep_until('2000-01-01')
SELECT pg_advisory_xact_lock(1), pg_try_advisory_xact_lock(2)
SELECT pg_cancel_backend(0)
SELECT pg_terminate_backend(0)
SELECT pg_reload_conf()
SELECT pg_switch_wal()
SELECT pg_backend_pid(), pg_postmaster_start_time(), version(), txid_current()
SELECT pg_notify('c', 'x')
SELECT pg_export_snapshot()
SELECT pg_stat_reset()
SELECT pg_stat_get_activity(NULL)
SELECT pg_create_logical_replication_slot('s', 'test_decoding')
SELECT pg_logical_emit_message(true, 'a', 'b')
SELECT inet_client_addr(), current_setting('server_version')
SELECT current_user, session_user, current_role, user, current_catalog
SELECT set_config('role', 'postgres', true)
SELECT array_agg(id), string_agg(note, ','), json_agg(total), jsonb_object_agg(id, note), bool_and(id > 0), max(secret) FROM orders
SELECT format('%I', 'x'), quote_ident('x'), regexp_replace('a', 'b', 'c'), substring('abc' from 1 for 2), position('a' in 'ba')
SELECT extract(epoch FROM now()), date_trunc('day', now()), to_char(now(), 'YYYY'), age(now()), make_interval(days => 3)
SELECT random(), setseed(0.5), gen_random_uuid(), md5('x'), sha256('x'), encode('x', 'hex')
SELECT generate_series(1, 3), unnest(ARRAY[1, 2]), jsonb_path_query('{"a": 1}', '$.a')
SELECT greatest(1, 2), least(1, 2), nullif(1, 2), coalesce(null, 1), grouping(1)
SELECT xmlelement(name a, xmlattributes(1 AS b), 'c'), xmlforest(note AS n) FROM orders
SELECT xmlparse(document '<a/>'), xmlserialize(content '<a/>'::xml AS text), '<a/>'::xml IS DOCUMENT
SELECT xmlexists('/a' PASSING '<a/>'::xml), xpath('/a', '<a/>'), xmlpi(name php, 'x'), xmlroot('<a/>'::xml, version '1.0')
SELECT current_date, current_time, localtime, current_timestamp(3)
SELECT now() AT TIME ZONE 'UTC', (now(), now()) OVERLAPS (now(), now()), 'a' LIKE 'b' ESCAPE '!', 'a' SIMILAR TO 'b', 'a' ILIKE 'A'
SELECT normalize('a'), 'a' IS NFC NORMALIZED, trim(both 'x' from 'xax'), overlay('abc' placing 'x' from 1), collation for ('x'::text)
SELECT note COLLATE "C", note COLLATE pg_catalog."POSIX" FROM orders

-- from 14
SELECT date_bin('1 day', now(), now()), bit_count('x'::bytea), extract(julian FROM now())
SELECT body['a'], body['b'][0] FROM docs
UPDATE docs SET body['a'] = '2'
SELECT split_part('a,b', ',', -1), string_to_table('a,b', ',')

-- from 16
SELECT JSON_OBJECT('a': note), JSON_ARRAY(id, note), JSON_ARRAYAGG(id), JSON_OBJECTAGG(id: note) FROM orders GROUP BY id
SELECT body IS JSON OBJECT, body::text IS NOT JSON FROM docs
SELECT any_value(note), system_user, random_normal() FROM orders

-- from 17
SELECT JSON_VALUE(body, '$.a'), JSON_QUERY(body, '$.b' WITH WRAPPER), JSON_EXISTS(body, '$.c') FROM docs
SELECT j.* FROM docs, JSON_TABLE(body, '$.b[*]' COLUMNS (n FOR ORDINALITY, v int PATH '$')) j
SELECT JSON('{}'), JSON_SCALAR(1), JSON_SERIALIZE('{}')
