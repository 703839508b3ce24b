-- As differential.sql, on calls_schema.sql: which function, operator or type a call means.
-- The types rule the user's overloads out
SELECT lower(note), lower('X'::text), lower(state || 'x') FROM orders
SELECT length(note), length(note || secret) FROM orders
SELECT id FROM orders WHERE id = 1 AND total = 2.5 AND note = 'x' AND secret = note
SELECT id FROM orders WHERE id IN (1, 2, 3) AND id = ANY ('{1,2}') AND note = ANY (ARRAY['a', 'b'])
SELECT id FROM orders WHERE id IN (SELECT id FROM customers)
SELECT CASE id WHEN 1 THEN 'a' ELSE 'b' END FROM orders
SELECT id + 1, id - 1, -id, -total, id + customer_id FROM orders
SELECT count(*) FROM orders HAVING count(*) = 2
SELECT id FROM orders WHERE lower(note) = 'n' AND now() = now() AND coalesce(note, 'a') = 'b'
SELECT nullif(id, 1), id IS DISTINCT FROM 2 FROM orders
SELECT o.id FROM orders o, customers c WHERE o.customer_id = c.id AND (o.id = 1) = true
SELECT customer_id FROM orders JOIN customers c USING (id) WHERE c.boss = 1
SELECT id FROM orders NATURAL JOIN app.things
SELECT lower(name), count(*) + 1 FROM customers GROUP BY name HAVING max(id) = 1
-- and here they are meant
SELECT count(*) FROM pairs a JOIN pairs b USING (p)
SELECT p = p FROM pairs
SELECT lower(p), lower('(1,2)'::pair) FROM pairs
SELECT lower(feel), - feel FROM words
SELECT feel + 1 FROM words
SELECT length(feel) FROM words
SELECT p IN ('(1,2)'::pair) FROM pairs
-- Forms of calls
SELECT total_of(id), total_of(id) FILTER (WHERE id > 1) FROM orders
SELECT total_of(id) OVER (ORDER BY id) FROM orders
SELECT pick(0.5) WITHIN GROUP (ORDER BY total) FROM orders
SELECT many(1), many(1, 2, 3), many(VARIADIC ARRAY[1, 2])
SELECT named(1), named(a => 1), named(1, c => 'y'), named(b := 3, a := 1)
SELECT poly(1, 2), poly('a'::text, 'b')
SELECT * FROM table_of(1)
SELECT x FROM table_of(1) t
SELECT (outs(1)).b
SELECT b, c FROM outs(1)
SELECT * FROM ROWS FROM (table_of(1), rows_of(2)) AS r(x, y, z)
CALL in_out(1)
CALL in_out(1, 2)
SELECT window_like(id) FROM orders
SELECT o.label, (o).label, label(o.*) FROM orders o
SELECT (p).first_of FROM pairs
-- Functions and operators of listed extensions
SELECT ext.similarity(plain, 'x'), plain OPERATOR(ext.%) 'x' FROM words
SELECT word FROM words WHERE word OPERATOR(ext.=) 'AB'
SELECT attrs OPERATOR(ext.->) 'a', ext.hstore('a', 'b') FROM words
SELECT ext.sort(nums), ext.unaccent('x') FROM words
SELECT ext.normal_rand(1, 0, 1)
SELECT id FROM orders TABLESAMPLE ext.system_rows(1)
SELECT id FROM orders TABLESAMPLE bernoulli (50) REPEATABLE (1)
-- and of one that is not
SELECT ext.ssl_is_used()
-- Functions of the server's own in another schema, as drivers call them
SELECT (information_schema._pg_expandarray(i.indkey)).n FROM pg_catalog.pg_index i
SELECT information_schema._pg_truetypid(a.*, t.*) FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
-- Casts
SELECT int4(total), "char"(note), text(id), pg_catalog.int8(id), float8(id) FROM orders
SELECT int '1', numeric(5, 2) '1', varchar(3) 'abc', pair '(1,2)', mood 'ok', interval(0) '1 second'
SELECT note::ext.citext, CAST(note AS varchar(3)), total::int FROM orders
-- Names are looked up in schemas
SELECT 'hr.staff'::regclass
SELECT to_regclass('hr.staff'), to_regclass('orders')
SELECT ' "hr" . staff '::regclass, regclass 'hr.staff_id_seq'
SELECT 'hr.pay'::regproc, to_regprocedure('hr.pay()')
SELECT 'hr.grade[]'::regtype, to_regtype('hr.grade')
SELECT NULL::hr.grade, ARRAY[]::hr.grade[]
SELECT NULL::hr.staff
SELECT has_table_privilege('hr.staff', 'select'), has_column_privilege('hr.staff', 'pay', 'select')
SELECT has_table_privilege(current_user, 'hr.staff', 'select')
SELECT pg_relation_size('hr.staff'), pg_get_serial_sequence('hr.staff', 'id')
SELECT 'a' COLLATE hr.plain
SELECT 1 OPERATOR(hr.@+) 2
SELECT NULL::hr.staff, pay FROM hr.staff
SELECT NULL::hr.staff, 'hr.staff'::regclass, id, pay FROM hr.staff WHERE id IN (SELECT id FROM orders)
