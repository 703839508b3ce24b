-- One row for each thing that the role of this connection can do beyond what scopes can ask for: its kind, and which.
-- Every name is qualified: the role's search_path is not ours. On versions where a role, column or function does not
-- exist there is no such row.
WITH me AS (SELECT oid, rolname, rolsuper, rolcreaterole, rolcreatedb, rolreplication, rolbypassrls
            FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) current_user),
here AS (SELECT oid, datdba FROM pg_catalog.pg_database WHERE datname OPERATOR(pg_catalog.=) pg_catalog.current_database()),
owned AS (SELECT c.oid, n.nspname, c.relname, c.relrowsecurity AND NOT c.relforcerowsecurity AS unbound
          FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid OPERATOR(pg_catalog.=) c.relnamespace, me
          WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND c.relowner OPERATOR(pg_catalog.=) me.oid
            AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname OPERATOR(pg_catalog.!~) '^pg_(toast|temp)')
SELECT 'superuser', '' FROM me WHERE rolsuper
UNION ALL SELECT 'createrole', '' FROM me WHERE rolcreaterole
UNION ALL SELECT 'createdb', '' FROM me WHERE rolcreatedb
UNION ALL SELECT 'replication', '' FROM me WHERE rolreplication
UNION ALL SELECT 'bypassrls', '' FROM me WHERE rolbypassrls
UNION ALL SELECT 'member', r.rolname FROM me, pg_catalog.pg_roles r
  WHERE NOT me.rolsuper AND r.oid OPERATOR(pg_catalog.<>) me.oid AND r.rolname OPERATOR(pg_catalog.<>) 'pg_database_owner'
    AND pg_catalog.pg_has_role(me.oid, r.oid, 'MEMBER')
UNION ALL SELECT 'owns-database', pg_catalog.current_database() FROM me, here
  WHERE datdba OPERATOR(pg_catalog.=) me.oid
UNION ALL SELECT 'row-security', pg_catalog.format('%I.%I', nspname, relname) FROM owned WHERE unbound
UNION ALL SELECT 'owns-tables', pg_catalog.format('%I.%I', nspname, relname) FROM owned WHERE NOT unbound
UNION ALL SELECT 'passwords', '' FROM me
  WHERE NOT rolsuper AND pg_catalog.has_table_privilege(me.oid, 'pg_catalog.pg_authid', 'SELECT')
UNION ALL SELECT 'function', p.oid::pg_catalog.regprocedure::pg_catalog.text FROM me, pg_catalog.pg_proc p
  WHERE NOT me.rolsuper AND p.pronamespace OPERATOR(pg_catalog.=) 'pg_catalog'::pg_catalog.regnamespace
    AND p.proname IN ('pg_read_file', 'pg_read_binary_file', 'pg_ls_dir', 'pg_stat_file', 'lo_import', 'lo_export',
                      'pg_reload_conf', 'pg_rotate_logfile')
    AND pg_catalog.has_function_privilege(me.oid, p.oid, 'EXECUTE')
UNION ALL SELECT 'creates-schemas', '' FROM me, here
  WHERE NOT rolsuper AND datdba OPERATOR(pg_catalog.<>) me.oid AND pg_catalog.has_database_privilege(me.oid, here.oid, 'CREATE')
UNION ALL SELECT 'creates', n.nspname FROM me, pg_catalog.pg_namespace n
  WHERE NOT rolsuper AND n.nspname OPERATOR(pg_catalog.!~) '^pg_' AND n.nspname OPERATOR(pg_catalog.<>) 'information_schema'
    AND pg_catalog.has_schema_privilege(me.oid, n.oid, 'CREATE')
UNION ALL SELECT 'language', lanname FROM pg_catalog.pg_language WHERE NOT lanpltrusted AND lanname NOT IN ('internal', 'c')
UNION ALL SELECT 'extension', extname FROM pg_catalog.pg_extension
UNION ALL SELECT 'database', datname FROM me, pg_catalog.pg_database d
  WHERE datallowconn AND datname OPERATOR(pg_catalog.<>) pg_catalog.current_database()
    AND pg_catalog.has_database_privilege(me.oid, d.oid, 'CONNECT');

-- What a role with less would need, to write it out: the user's schemas, and who makes tables in each.
SELECT n.nspname, pg_catalog.string_agg(DISTINCT r.rolname::pg_catalog.text, E'\n')
FROM pg_catalog.pg_namespace n
LEFT JOIN pg_catalog.pg_class c ON c.relnamespace OPERATOR(pg_catalog.=) n.oid AND c.relkind IN ('r', 'p', 'f', 'v', 'm')
LEFT JOIN pg_catalog.pg_roles r ON r.oid OPERATOR(pg_catalog.=) c.relowner
WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname OPERATOR(pg_catalog.!~) '^pg_(toast|temp)'
GROUP BY n.nspname ORDER BY n.nspname;

SELECT current_user, pg_catalog.current_database()
