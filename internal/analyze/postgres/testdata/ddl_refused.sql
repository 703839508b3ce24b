ALTER TABLE plain OWNER TO postgres
ALTER TABLE plain SET TABLESPACE pg_default
ALTER TABLE plain SET ACCESS METHOD heap
ALTER TABLE plain ENABLE ROW LEVEL SECURITY
ALTER TABLE plain DISABLE ROW LEVEL SECURITY
ALTER TABLE plain NO FORCE ROW LEVEL SECURITY
ALTER TABLE plain DISABLE RULE r
ALTER TABLE stamped DISABLE TRIGGER ALL
ALTER TABLE stamped DISABLE TRIGGER stamps
ALTER TABLE plain OF couple
ALTER TABLE plain ADD COLUMN a int, OWNER TO postgres
ALTER VIEW plain_view SET (security_invoker = false)
ALTER VIEW plain_view RESET (security_barrier)
ALTER VIEW plain_view OWNER TO postgres
ALTER INDEX calls_a SET TABLESPACE pg_default
ALTER TYPE state OWNER TO postgres
CREATE TABLE pg_catalog.fresh (id int)
CREATE TABLE information_schema.fresh (id int)
ALTER TABLE plain SET SCHEMA pg_catalog
CREATE TABLE fresh (id int) TABLESPACE pg_default
CREATE INDEX ON plain (id) TABLESPACE pg_default
CREATE TABLE fresh TABLESPACE pg_default AS SELECT 1
ALTER TABLE pg_class ADD COLUMN a int
DROP TABLE pg_catalog.pg_class
COMMENT ON TABLE pg_class IS 'x'
CREATE INDEX ON pg_class (relname)
CREATE TRIGGER t BEFORE INSERT ON pg_class EXECUTE FUNCTION stamp()
DROP TYPE state CASCADE
DROP TYPE int4
DROP TABLE orders CASCADE
CREATE RECURSIVE VIEW r (n) AS SELECT 1 UNION ALL SELECT n + 1 FROM r
CREATE TABLE fresh (a text DEFAULT pg_read_file('/etc/passwd'))
CREATE INDEX ON plain (pg_read_file(note))
CREATE VIEW fresh AS SELECT pg_read_file('/etc/passwd')
CREATE VIEW fresh AS SELECT rolpassword FROM pg_authid
CREATE TABLE fresh AS SELECT * FROM pg_authid
CREATE TABLE fresh (LIKE pg_authid)
CREATE TRIGGER t BEFORE INSERT ON plain EXECUTE FUNCTION pg_ls_dir()
COMMENT ON DATABASE postgres IS 'x'
COMMENT ON ROLE postgres IS 'x'
COMMENT ON FUNCTION refund(int) IS 'x'
DROP FUNCTION refund(int)
DROP SCHEMA app
DROP OPERATOR === (text, text)
DROP POLICY p ON plain
DROP RULE r ON plain
ALTER SCHEMA app RENAME TO fresh
ALTER FUNCTION refund(int) RENAME TO fresh
ALTER FUNCTION refund(int) SET SCHEMA app
ALTER ROLE probe RENAME TO fresh
ALTER DATABASE postgres RENAME TO fresh
VACUUM
ANALYZE
CLUSTER
REINDEX SCHEMA public
REINDEX DATABASE postgres
