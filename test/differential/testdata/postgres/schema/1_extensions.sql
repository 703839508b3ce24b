-- Schemas, and extensions in two of them: where everybody has them, and apart.
REVOKE ALL ON SCHEMA public FROM PUBLIC;
CREATE SCHEMA app;
CREATE SCHEMA hr;
CREATE SCHEMA ext;
CREATE SCHEMA part;
CREATE SCHEMA remote;
CREATE SCHEMA sec;
CREATE SCHEMA "Odd Schema";
CREATE EXTENSION pg_trgm;
CREATE EXTENSION citext;
CREATE EXTENSION hstore;
CREATE EXTENSION tablefunc SCHEMA ext;
CREATE EXTENSION dblink SCHEMA ext;
CREATE EXTENSION postgres_fdw SCHEMA ext;
