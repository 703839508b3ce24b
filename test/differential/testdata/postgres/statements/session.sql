-- Settings, transactions, prepared statements, cursors, EXPLAIN, LISTEN.
SET statement_timeout = '1s'
SET LOCAL work_mem = '8MB'
SET work_mem TO 4096
SET TIME ZONE 'UTC'
SET TIME ZONE LOCAL
SET timezone = 'Europe/Berlin'
SET datestyle = 'ISO, DMY'
SET intervalstyle = 'iso_8601'
SET extra_float_digits = 3
SET application_name = 'x'
SET client_min_messages = 'error'
SET client_encoding = 'UTF8'
SET NAMES 'UTF8'
SET client_encoding = 'LATIN1'
SET standard_conforming_strings = on
SET standard_conforming_strings = off
SET backslash_quote = on
SET enable_seqscan = off
SET jit = off
SET default_transaction_isolation = 'serializable'
SET default_transaction_read_only = on
SET transaction_read_only = on
SET lock_timeout = 100
SET idle_in_transaction_session_timeout = 100000
SET row_security = off
SET row_security = on
SET bytea_output = 'hex'
SET xmloption = content
SET search_path = public
SET role = 'postgres'
SET ROLE postgres
SET ROLE NONE
RESET ROLE
SET SESSION AUTHORIZATION postgres
SET SESSION AUTHORIZATION DEFAULT
RESET SESSION AUTHORIZATION
SET log_statement = 'all'
SET session_replication_role = replica
SET my.custom = 'x'
SHOW my.custom
SET plpgsql.extra_warnings = 'all'
SET zero_damaged_pages = on
SET default_tablespace = ''
SET temp_tablespaces = ''
SET check_function_bodies = off
SET local_preload_libraries = 'x'
SET dynamic_library_path = 'x'
SET max_connections = 5
SET no_such_setting = 1
SHOW server_version
SHOW data_directory
SHOW hba_file
SHOW max_connections
SHOW work_mem
SHOW ALL
SHOW TIME ZONE
SHOW SESSION AUTHORIZATION
SHOW TRANSACTION ISOLATION LEVEL
SHOW no_such_setting
RESET work_mem
RESET ALL
SELECT set_config('work_mem', '8MB', true), current_setting('work_mem')
SELECT set_config('log_statement', 'all', true)
SELECT set_config(name, setting, true) FROM pg_settings WHERE name = 'work_mem'
SELECT current_setting('data_directory')
SELECT current_setting('no.such', true)
SELECT name FROM pg_settings LIMIT 1
SELECT setting FROM pg_settings WHERE name = 'work_mem'
SELECT * FROM pg_settings LIMIT 1
UPDATE pg_settings SET setting = '8MB' WHERE name = 'work_mem'
SET TRANSACTION ISOLATION LEVEL REPEATABLE READ
SET TRANSACTION READ ONLY
SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY
SET TRANSACTION SNAPSHOT '00000003-0000001B-1'
SAVEPOINT a ;; RELEASE SAVEPOINT a
SAVEPOINT a ;; SELECT id FROM orders ;; ROLLBACK TO a
SET CONSTRAINTS ALL DEFERRED
SET CONSTRAINTS app.no_such IMMEDIATE
alone: BEGIN; SELECT id FROM orders; COMMIT
alone: START TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY; ROLLBACK
alone: BEGIN; COMMIT AND CHAIN; ROLLBACK
alone: BEGIN; PREPARE TRANSACTION 'x'
alone: COMMIT PREPARED 'x'
alone: ROLLBACK PREPARED 'x'
alone: DISCARD ALL
alone: DISCARD PLANS
alone: SELECT id FROM orders; SELECT v FROM app.things
alone: SET search_path = app ;; SELECT secret FROM orders ;; RESET search_path ;; SELECT note FROM orders
alone: SET search_path = app ;; DISCARD ALL ;; SELECT note FROM orders
alone: BEGIN ;; SET search_path = app ;; ROLLBACK ;; SELECT note FROM orders
alone: BEGIN ;; SET search_path = app ;; COMMIT ;; SELECT secret FROM orders
alone: BEGIN ;; SET LOCAL search_path = app ;; COMMIT ;; SELECT note FROM orders
PREPARE p AS SELECT note FROM orders WHERE id = $1 ;; EXECUTE p (1)
PREPARE p (int) AS SELECT note FROM orders WHERE id = $1 ;; EXECUTE p (refund(1))
PREPARE p AS INSERT INTO app.things VALUES ($1, $2) ;; EXECUTE p (7, 'x')
PREPARE p AS UPDATE orders SET note = $1 RETURNING secret ;; EXECUTE p ('x')
PREPARE p AS SELECT 1 ;; EXECUTE p ;; DEALLOCATE p
PREPARE p AS SELECT amount FROM hr.salaries
PREPARE p AS SELECT v FROM things ;; EXECUTE p
SET search_path = app ;; PREPARE p AS SELECT secret FROM orders ;; SET search_path = public ;; EXECUTE p
PREPARE p AS SELECT id FROM orders ;; SET search_path = app ;; EXECUTE p
PREPARE p AS SELECT id FROM orders ;; DEALLOCATE ALL ;; EXECUTE p
PREPARE "P q" AS SELECT 1 ;; EXECUTE "P q"
EXECUTE no_such
DEALLOCATE no_such
PREPARE p AS SELECT $1::text ;; EXECUTE p ((SELECT 'x'))
PREPARE p AS SELECT 1 ;; EXPLAIN EXECUTE p
PREPARE p AS SELECT id FROM orders ;; CREATE TEMP TABLE mine AS EXECUTE p
DECLARE c CURSOR FOR SELECT id FROM orders ;; FETCH ALL FROM c ;; CLOSE c
DECLARE c SCROLL CURSOR FOR SELECT id, secret FROM orders ORDER BY id ;; FETCH LAST FROM c ;; FETCH BACKWARD 1 IN c
DECLARE c INSENSITIVE NO SCROLL CURSOR WITHOUT HOLD FOR SELECT 1 ;; MOVE 1 FROM c ;; CLOSE ALL
DECLARE c CURSOR FOR SELECT amount FROM hr.salaries
DECLARE c BINARY CURSOR FOR TABLE app.things ;; FETCH ABSOLUTE 1 c
DECLARE c CURSOR WITH HOLD FOR SELECT id FROM orders ;; CLOSE c
DECLARE c CURSOR FOR SELECT id FROM orders FOR UPDATE ;; FETCH 2 c
FETCH no_such
CLOSE no_such
EXPLAIN SELECT * FROM orders
EXPLAIN (COSTS off, VERBOSE) SELECT note FROM orders WHERE id = 1
EXPLAIN ANALYZE SELECT id FROM orders
EXPLAIN (ANALYZE, BUFFERS, FORMAT json) UPDATE orders SET note = 'x'
EXPLAIN INSERT INTO app.things SELECT id, note FROM orders
EXPLAIN DELETE FROM orders WHERE id = 1
EXPLAIN DECLARE c CURSOR FOR SELECT id FROM orders
EXPLAIN CREATE TABLE app.x AS SELECT id FROM orders
EXPLAIN CREATE MATERIALIZED VIEW app.x AS SELECT id FROM orders
EXPLAIN SELECT amount FROM hr.salaries
LISTEN channel
NOTIFY channel, 'x'
UNLISTEN *
DO 'BEGIN PERFORM 1; END'
DO $$ BEGIN PERFORM count(*) FROM hr.salaries; END $$
LOAD 'plpgsql'
CHECKPOINT
SECURITY LABEL ON TABLE orders IS 'x'

SELECT 1; SELECT 2; SELECT id FROM orders
SELECT id FROM orders; SELECT amount FROM hr.salaries
;
