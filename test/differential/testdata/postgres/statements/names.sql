-- search_path, quoting, folding, truncation, shadowing, temporary objects.
SET search_path = app ;; SELECT secret FROM orders
SET search_path = app, public ;; SELECT secret FROM orders
SET search_path = public, app ;; SELECT v FROM things
SET search_path TO 'app' ;; SELECT v FROM things
SET search_path = "Odd Schema" ;; SELECT "Id" FROM "Table Name"
SET search_path = hr ;; SELECT approved_by FROM orders
SET search_path = hr, app, public ;; SELECT * FROM orders
SET search_path = '' ;; SELECT 1 FROM public.orders
SET search_path = pg_catalog ;; SELECT relname FROM pg_class LIMIT 1
SET search_path = app, pg_catalog ;; SELECT length('x')
SET search_path = pg_catalog, app ;; SELECT length('x')
SET search_path = app ;; SELECT length('x')
SET search_path = no_such_schema, app ;; SELECT v FROM things
SET SESSION search_path = app ;; SELECT v FROM things
SET LOCAL search_path = app ;; SELECT v FROM things
SET SCHEMA 'app' ;; SELECT v FROM things
SELECT set_config('search_path', 'app', false) ;; SELECT secret FROM orders
SELECT set_config('search_path', 'app', true) ;; SELECT secret FROM orders
SAVEPOINT s ;; SET search_path = app ;; ROLLBACK TO s ;; SELECT note FROM orders
SAVEPOINT s ;; SET LOCAL search_path = app ;; RELEASE s ;; SELECT secret FROM orders
SAVEPOINT s ;; SELECT set_config('search_path', 'app', false) ;; ROLLBACK TO SAVEPOINT s ;; SELECT id FROM orders
SET search_path = app ;; RESET search_path ;; SELECT note FROM orders
SET search_path = app ;; SET search_path TO DEFAULT ;; SELECT note FROM orders
SET search_path = app ;; SHOW search_path
SHOW search_path
SELECT current_schema(), current_schemas(true)
SET search_path = app; SELECT secret FROM orders
SET search_path = "$user", app ;; SELECT v FROM things
SELECT Id FROM PUBLIC.Orders
SELECT "id" FROM "public"."orders"
SELECT "Note" FROM "Orders"
SELECT "Note" FROM public."Orders"
SELECT note FROM ORDERS
SELECT "Id", id FROM "Odd Schema"."Table Name"
SELECT t."weird ""quote""", "Straße" FROM "Odd Schema"."Table Name" t
SELECT "列" FROM "日本"
SELECT 列 FROM 日本
SELECT x FROM public.日本 WHERE 列 = 1
SELECT id FROM a_table_whose_name_is_exactly_sixty_three_characters_long_abcd
SELECT id FROM a_table_whose_name_is_exactly_sixty_three_characters_long_abcd_and_more
SELECT a_column_whose_name_is_exactly_sixty_three_characters_long_abcxyz FROM a_table_whose_name_is_exactly_sixty_three_characters_long_abcd
SELECT "a_column_whose_name_is_exactly_sixty_three_characters_long_abcxyz" FROM a_table_whose_name_is_exactly_sixty_three_characters_long_abcd
SELECT a_very_long_alias_that_is_longer_than_sixty_three_characters_long_abcdef.id FROM orders AS a_very_long_alias_that_is_longer_than_sixty_three_characters_long_abcxyz
SELECT "from", "where", "user" FROM "select"
SELECT "select"."user" FROM "select"
SELECT x FROM "a.b"
SELECT "a.b".x FROM public."a.b"
SELECT U&"n\006fte" FROM orders
SELECT note FROM U&"ord\0065rs"
SELECT U&"n!006fte" UESCAPE '!' FROM orders
SELECT U&'d\0061t' AS x
SELECT id FROM shop.public.orders
SELECT shop.public.orders.id FROM shop.public.orders
SELECT shop.public.orders.id FROM orders
SELECT id FROM other.public.orders
WITH orders AS (SELECT 1 AS secret) SELECT secret FROM orders
WITH orders AS (SELECT 1 AS secret) SELECT secret FROM public.orders
WITH orders AS (SELECT id FROM orders) SELECT * FROM orders
WITH RECURSIVE orders AS (SELECT 1 AS id UNION ALL SELECT id + 1 FROM orders WHERE id < 3) SELECT * FROM orders
WITH a AS (SELECT 1 AS id), b AS (SELECT id FROM a) SELECT b.id, o.note FROM b JOIN orders o USING (id)
WITH a AS (WITH orders AS (SELECT 1 AS x) SELECT x FROM orders) SELECT a.x, orders.id FROM a, orders
WITH "Orders" AS (SELECT id FROM customers) SELECT * FROM orders
SELECT (WITH orders AS (SELECT 5 AS id) SELECT id FROM orders), count(*) FROM orders
SELECT * FROM (WITH customers AS (SELECT 1 AS password) SELECT password FROM customers) q, customers
WITH app AS (SELECT 1 AS things) SELECT things FROM app
SELECT o.id FROM app.orders o, public.orders p WHERE o.id = p.id
SELECT orders.secret FROM app.orders
SELECT public.orders.note FROM public.orders, app.orders
SELECT app.orders.secret FROM public.orders, app.orders
SELECT customers.id FROM orders AS customers
SELECT id AS note FROM orders GROUP BY id ORDER BY note
SELECT id AS "select" FROM orders
SELECT id select FROM orders
SELECT id AS select FROM orders
SELECT id AS limit FROM orders LIMIT 1
SELECT id AS table FROM orders
SELECT id value FROM orders
SELECT id year FROM orders
SELECT 1 AS from
SELECT note AS "order" FROM orders ORDER BY "order"
CREATE TEMP TABLE mine (id int, x text)
CREATE TEMP TABLE mine (id int, x text) ;; INSERT INTO mine VALUES (1, 'x') ;; SELECT x FROM mine
CREATE TEMPORARY TABLE orders (id int, secret text) ;; SELECT secret FROM orders
CREATE TEMP TABLE orders (id int, secret text) ;; SELECT secret FROM public.orders
CREATE TEMP TABLE mine AS SELECT id, note FROM orders ;; SELECT * FROM mine
SELECT id, secret INTO TEMP mine FROM orders
SELECT id INTO TEMPORARY TABLE mine FROM orders WHERE note = 'n' ;; TABLE mine
CREATE TEMP TABLE mine (LIKE orders) ;; SELECT * FROM mine
CREATE TEMP TABLE mine (id int) ON COMMIT DROP ;; SELECT * FROM mine
CREATE TEMP TABLE mine (id int) ;; SELECT id FROM pg_temp.mine
CREATE TEMP TABLE mine (id int) ;; DROP TABLE mine
CREATE TEMP TABLE mine (id int) ;; ALTER TABLE mine ADD x text ;; SELECT x FROM mine
CREATE TEMP TABLE mine (id int) ;; CREATE INDEX ON mine (id) ;; ANALYZE mine
CREATE TEMP TABLE mine (id int) ;; TRUNCATE mine ;; LOCK mine
CREATE TEMP TABLE mine (id int) ;; COPY mine TO STDOUT
CREATE TEMP VIEW mine AS SELECT id FROM orders
CREATE TEMP VIEW mine AS SELECT id FROM orders ;; SELECT * FROM mine
CREATE TEMP SEQUENCE mine ;; SELECT nextval('mine')
CREATE TEMP TABLE mine (id serial, x text) ;; INSERT INTO mine (x) VALUES ('y') RETURNING id
SAVEPOINT s ;; CREATE TEMP TABLE orders (id int, x text) ;; ROLLBACK TO s ;; SELECT note FROM orders
CREATE TEMP TABLE mine (id int) ;; SET search_path = public, pg_temp ;; SELECT id FROM mine
CREATE TABLE pg_temp.mine (id int) ;; SELECT id FROM mine
DISCARD TEMP
alone: CREATE TEMP TABLE mine (id int); DROP TABLE mine
