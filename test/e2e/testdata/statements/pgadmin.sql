-- In the shape of what pgAdmin 4 asks when a server is opened and its tree is unfolded; written by hand.

SET DateStyle = ISO; SET client_min_messages = notice; SELECT set_config('bytea_output', 'hex', false); SET client_encoding = 'UTF8'

SELECT version()

SELECT db.oid AS did, db.datname, db.datallowconn, pg_encoding_to_char(db.encoding) AS serverencoding,
 has_database_privilege(db.oid, 'CREATE') AS cancreate, datistemplate
FROM pg_catalog.pg_database db WHERE db.datname = current_database()

SELECT gss_authenticated, encrypted FROM pg_catalog.pg_stat_gssapi WHERE pid = pg_backend_pid()

SELECT roles.oid AS id, roles.rolname AS name, roles.rolsuper AS is_superuser,
 CASE WHEN roles.rolsuper THEN true ELSE roles.rolcreaterole END AS can_create_role,
 CASE WHEN roles.rolsuper THEN true ELSE roles.rolcreatedb END AS can_create_db,
 CASE WHEN 'pg_signal_backend' = ANY (ARRAY(WITH RECURSIVE cte AS (
   SELECT pg_roles.oid, pg_roles.rolname FROM pg_roles WHERE pg_roles.oid = roles.oid
   UNION ALL
   SELECT m.roleid, pgr.rolname FROM cte cte_1 JOIN pg_auth_members m ON m.member = cte_1.oid JOIN pg_roles pgr ON pgr.oid = m.roleid)
  SELECT rolname FROM cte)) THEN true ELSE false END AS can_signal_backend
FROM pg_catalog.pg_roles AS roles WHERE rolname = current_user

SELECT pg_catalog.pg_is_in_recovery() AS inrecovery,
 CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_is_wal_replay_paused() ELSE false END AS isreplaypaused

SELECT CASE WHEN usesuper THEN pg_catalog.pg_is_in_recovery() ELSE false END AS inrecovery, usesuper
FROM pg_catalog.pg_user WHERE usename = current_user

SELECT nsp.oid, nsp.nspname AS name, has_schema_privilege(nsp.oid, 'CREATE') AS can_create, has_schema_privilege(nsp.oid, 'USAGE') AS has_usage,
 des.description
FROM pg_catalog.pg_namespace nsp
LEFT OUTER JOIN pg_catalog.pg_description des ON des.objoid = nsp.oid AND des.classoid = 'pg_namespace'::regclass
WHERE nspname NOT LIKE E'pg\\_%' AND NOT ((nsp.nspname = 'pg_catalog' AND EXISTS
 (SELECT 1 FROM pg_catalog.pg_class WHERE relname = 'pg_class' AND relnamespace = nsp.oid LIMIT 1)))
ORDER BY nspname

SELECT rel.oid, rel.relname AS name,
 (SELECT count(*) FROM pg_catalog.pg_trigger WHERE tgrelid = rel.oid AND tgisinternal = false) AS triggercount,
 (SELECT count(*) FROM pg_catalog.pg_inherits WHERE inhrelid = rel.oid LIMIT 1) AS is_inherits,
 (rel.relkind = 'p') AS is_partitioned
FROM pg_catalog.pg_class rel
WHERE rel.relkind IN ('r', 's', 't', 'p') AND rel.relnamespace = 'public'::regnamespace::oid AND NOT rel.relispartition
ORDER BY rel.relname

SELECT rel.oid, rel.relname AS name, rel.relacl, pg_catalog.pg_get_userbyid(rel.relowner) AS relowner, con.conname, con.conkey,
 (CASE WHEN rel.relkind = 'p' THEN pg_catalog.pg_get_partkeydef(rel.oid::oid) ELSE '' END) AS partition_scheme,
 array_to_string(rel.reloptions, ',') AS options, pg_catalog.obj_description(rel.oid, 'pg_class') AS description, tst.reloptions AS toast
FROM pg_catalog.pg_class rel
LEFT OUTER JOIN pg_catalog.pg_constraint con ON con.conrelid = rel.oid AND con.contype = 'p'
LEFT OUTER JOIN pg_catalog.pg_class tst ON tst.oid = rel.reltoastrelid
WHERE rel.oid = 'public.orders'::regclass

SELECT DISTINCT att.attname AS name, att.attnum AS "OID", pg_catalog.format_type(ty.oid, NULL) AS datatype, att.attnotnull AS not_null,
 CASE WHEN att.atthasdef OR att.attidentity != '' OR ty.typdefault IS NOT NULL THEN true ELSE false END AS has_default_val, des.description, seq.seqtypid
FROM pg_catalog.pg_attribute att
JOIN pg_catalog.pg_type ty ON ty.oid = atttypid
JOIN pg_catalog.pg_namespace tn ON tn.oid = ty.typnamespace
JOIN pg_catalog.pg_class cl ON cl.oid = att.attrelid
LEFT OUTER JOIN pg_catalog.pg_attrdef def ON adrelid = att.attrelid AND adnum = att.attnum
LEFT OUTER JOIN pg_catalog.pg_description des ON des.objoid = att.attrelid AND des.objsubid = att.attnum AND des.classoid = 'pg_class'::regclass
LEFT OUTER JOIN (pg_catalog.pg_depend JOIN pg_catalog.pg_class cs ON classid = 'pg_class'::regclass AND objid = cs.oid AND cs.relkind = 'S')
 ON refobjid = att.attrelid AND refobjsubid = att.attnum
LEFT OUTER JOIN pg_catalog.pg_sequence seq ON cs.oid = seq.seqrelid
WHERE att.attrelid = 'public.orders'::regclass AND att.attnum > 0 AND att.attisdropped IS FALSE
ORDER BY att.attnum

SELECT 'relacl' AS deftype, COALESCE(gt.rolname, 'PUBLIC') AS grantee, g.rolname AS grantor,
 array_agg(privilege_type) AS privileges, array_agg(is_grantable) AS grantable
FROM (SELECT d.grantee, d.grantor, d.is_grantable, d.privilege_type
 FROM (SELECT rel.relacl FROM pg_catalog.pg_class rel WHERE rel.oid = 'stock.items'::regclass) acl, aclexplode(relacl) d) d
LEFT JOIN pg_catalog.pg_roles g ON (d.grantor = g.oid)
LEFT JOIN pg_catalog.pg_roles gt ON (d.grantee = gt.oid)
GROUP BY g.rolname, gt.rolname

SELECT pr.oid, pr.proname || '(' || COALESCE(pg_catalog.pg_get_function_identity_arguments(pr.oid), '') || ')' AS name, lanname,
 pg_catalog.pg_get_userbyid(proowner) AS funcowner, description
FROM pg_catalog.pg_proc pr
JOIN pg_catalog.pg_type typ ON typ.oid = prorettype
JOIN pg_catalog.pg_language lng ON lng.oid = prolang
LEFT OUTER JOIN pg_catalog.pg_description des ON des.objoid = pr.oid AND des.classoid = 'pg_proc'::regclass
WHERE pr.prokind IN ('f', 'w') AND pronamespace = 'stock'::regnamespace AND typname NOT IN ('trigger', 'event_trigger')
ORDER BY proname

SELECT 'session_stats' AS chart_name, row_to_json(t) IS NOT NULL AS chart_data FROM (SELECT
 (SELECT count(*) FROM pg_catalog.pg_stat_activity) >= 0 AS "Total",
 (SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE datname = 'shop') > 0 AS "Here") t

SELECT name, setting FROM pg_catalog.pg_settings WHERE name IN ('server_version', 'search_path', 'max_identifier_length') ORDER BY name

SELECT r.oid, r.*, r.rolname AS rolename, pg_catalog.shobj_description(r.oid, 'pg_authid') AS description,
 ARRAY(SELECT CASE WHEN am.admin_option THEN '1' ELSE '0' END || rm.rolname FROM
  (SELECT * FROM pg_catalog.pg_auth_members WHERE member = r.oid) am
  LEFT JOIN pg_catalog.pg_roles rm ON (rm.oid = am.roleid) ORDER BY rm.rolname) AS rolmembership
FROM pg_catalog.pg_roles r ORDER BY r.rolcanlogin, r.rolname
