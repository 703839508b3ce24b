-- Catalogue relations, and what they must not show.
SELECT relname FROM pg_class WHERE relkind = 'r'
SELECT nspname FROM pg_namespace
SELECT attname, atttypid::regtype FROM pg_attribute WHERE attrelid = 'orders'::regclass
SELECT typname, typtype FROM pg_type
SELECT proname, prosrc FROM pg_proc
SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint
SELECT indexrelid::regclass, pg_get_indexdef(indexrelid) FROM pg_index
SELECT extname FROM pg_extension
SELECT datname FROM pg_database
SELECT rolname FROM pg_roles
SELECT * FROM pg_roles
SELECT rolname, rolpassword FROM pg_authid
SELECT * FROM pg_authid
SELECT usename FROM pg_user
SELECT * FROM pg_shadow
SELECT * FROM pg_stats LIMIT 1
SELECT tablename FROM pg_stats
SELECT stavalues1 FROM pg_statistic
SELECT pid, query FROM pg_stat_activity
SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
SELECT relname, n_live_tup FROM pg_stat_user_tables
SELECT * FROM pg_stat_database
SELECT locktype, mode FROM pg_locks
SELECT * FROM pg_prepared_xacts
SELECT name FROM pg_prepared_statements
SELECT name FROM pg_cursors
SELECT * FROM pg_largeobject
SELECT * FROM pg_largeobject_metadata
SELECT * FROM pg_user_mapping
SELECT srvname, umoptions FROM pg_user_mappings
SELECT srvname, srvoptions FROM pg_foreign_server
SELECT ftoptions FROM pg_foreign_table
SELECT * FROM pg_subscription
SELECT subname FROM pg_subscription
SELECT setconfig FROM pg_db_role_setting
SELECT * FROM pg_file_settings
SELECT * FROM pg_hba_file_rules
SELECT * FROM pg_config
SELECT * FROM pg_shmem_allocations
SELECT * FROM pg_replication_origin_status
SELECT viewname, definition FROM pg_views
SELECT tablename FROM pg_tables
SELECT policyname, qual FROM pg_policies
SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'
SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'orders'
SELECT * FROM information_schema.schemata
SELECT * FROM information_schema.table_constraints
SELECT * FROM information_schema.routines LIMIT 1
SELECT * FROM information_schema.user_mapping_options
SELECT * FROM information_schema.foreign_server_options
SELECT grantee, privilege_type FROM information_schema.role_table_grants
UPDATE pg_class SET relname = 'x' WHERE false
DELETE FROM pg_proc WHERE false
INSERT INTO pg_namespace VALUES (1)
SELECT relname FROM pg_class FOR UPDATE
LOCK pg_class
TRUNCATE pg_class
SELECT oid, relname, relacl FROM pg_catalog.pg_class ORDER BY 2 LIMIT 3
SELECT c.relname, a.attname FROM pg_class c, pg_attribute a WHERE a.attrelid = c.oid AND c.relname = 'orders'
SELECT pg_table_is_visible(oid), format_type(reltype, NULL), pg_get_userbyid(relowner) FROM pg_class
SELECT pg_size_pretty(pg_database_size(current_database()))
SELECT aclexplode(relacl) FROM pg_class
