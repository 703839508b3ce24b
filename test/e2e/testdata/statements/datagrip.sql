-- In the shape of what DataGrip and the other IDEs with its database tools ask for introspection; written by hand.

SET extra_float_digits = 3

SET application_name = 'DataGrip 2025.1'

select version()

select current_database() as a, current_schemas(false) as b, current_user as c, session_user as d

select case when pg_catalog.pg_is_in_recovery() then null else (pg_catalog.txid_current() % (2^32)::bigint)::varchar::bigint > 0 end as current_txid

select round(extract(epoch from pg_catalog.pg_postmaster_start_time() at time zone 'UTC')) > 0 as startup_time

select N.oid::bigint as id, datname as name, D.description, datistemplate as is_template, datallowconn as allow_connections,
 pg_catalog.pg_get_userbyid(N.datdba) as "owner"
from pg_catalog.pg_database N
left join pg_catalog.pg_shdescription D on N.oid = D.objoid
order by case when datname = pg_catalog.current_database() then -1::bigint else N.oid::bigint end

select N.oid::bigint as id, N.xmin as state_number, nspname as name, D.description, pg_catalog.pg_get_userbyid(N.nspowner) as "owner"
from pg_catalog.pg_namespace N
left join pg_catalog.pg_description D on N.oid = D.objoid
order by case when nspname = pg_catalog.current_schema() then -1::bigint else N.oid::bigint end

with languages as (select oid as lang_oid, lanname as lang from pg_catalog.pg_language),
routines as (
 select proname as r_name, prolang as lang_oid, oid as r_id, xmin as r_state_number, proargnames as arg_names, proargmodes as arg_modes,
  proargtypes::int[] as in_arg_types, proallargtypes::int[] as all_arg_types,
  pg_catalog.pg_get_expr(proargdefaults, 0) as arg_defaults, provariadic as arg_variadic_id, prorettype as ret_type_id, proretset as ret_set,
  prokind as kind, provolatile as volatile_kind, proisstrict as is_strict, prosecdef as is_security_definer,
  proconfig as configuration_parameters, procost as cost, pg_catalog.pg_get_userbyid(proowner) as "owner", prorows as rows,
  proleakproof as is_leakproof, proparallel as concurrency_kind
 from pg_catalog.pg_proc
 where pronamespace = 'stock'::regnamespace and not (prokind = 'a')
  and pg_catalog.age(xmin) <= coalesce(nullif(greatest(pg_catalog.age('3'::varchar::xid), -1), -1), 2147483647))
select * from routines natural join languages

select T.relkind as table_kind, T.relname as table_name, T.oid as table_id, T.xmin as table_state_number, T.reloftype,
 T.relpersistence, (select pg_catalog.array_agg(inhparent::bigint order by inhseqno)::varchar from pg_catalog.pg_inherits where T.oid = inhrelid) as ancestors,
 T.relispartition as is_partition, pg_catalog.pg_get_partkeydef(T.oid) as partition_key, pg_catalog.pg_get_expr(T.relpartbound, T.oid) as partition_expression,
 T.relam am_id, pg_catalog.pg_get_userbyid(T.relowner) as "owner"
from pg_catalog.pg_class T
where relnamespace = 'public'::regnamespace and relkind in ('r', 'm', 'v', 'f', 'p')
order by table_kind, table_id

with schema_procs as (select prolang from pg_catalog.pg_proc),
T as (select T.oid as table_id, T.relname as table_name from pg_catalog.pg_class T where T.relnamespace = 'public'::regnamespace and T.relkind in ('r', 'm', 'v', 'f', 'p'))
select T.table_id, C.attnum as column_position, C.attname as column_name, C.xmin as column_state_number, C.atttypmod as type_mod, C.attndims as dimensions_number,
 pg_catalog.format_type(C.atttypid, C.atttypmod) as type_spec, C.atttypid as type_id, C.attnotnull as mandatory,
 pg_catalog.pg_get_expr(D.adbin, T.table_id) as column_default_expression, not C.attislocal as column_is_inherited, C.attisdropped as column_is_dropped,
 C.attidentity as identity_kind, C.attgenerated as generated
from T join pg_catalog.pg_attribute C on T.table_id = C.attrelid
left join pg_catalog.pg_attrdef D on (C.attrelid, C.attnum) = (D.adrelid, D.adnum)
where attnum > 0 and not attisdropped
order by table_id, attnum

select T.oid table_id, relkind as table_kind, C.oid::bigint con_id, C.xmin::text::bigint con_state_id, conname con_name, contype con_kind, conkey con_columns,
 conindid index_id, confrelid ref_table_id, condeferrable is_deferrable, condeferred is_init_deferred, confupdtype on_update, confdeltype on_delete,
 connoinherit no_inherit, pg_catalog.pg_get_expr(conbin, T.oid) con_expression, confkey ref_columns, conexclop::int[] excl_operators,
 array(select unnest::regoper::varchar from unnest(conexclop)) excl_operators_str
from pg_catalog.pg_constraint C join pg_catalog.pg_class T on C.conrelid = T.oid
where relkind in ('r', 'v', 'f', 'p') and relnamespace = 'stock'::regnamespace and contype in ('p', 'u', 'f', 'c', 'x') and connamespace = 'stock'::regnamespace

select T.relkind as view_kind, T.oid as view_id, pg_catalog.pg_get_viewdef(T.oid, true) as source_text
from pg_catalog.pg_class T join pg_catalog.pg_namespace N on T.relnamespace = N.oid
where N.oid = 'stock'::regnamespace and T.relkind in ('m', 'v')

select distinct on (O.id) O.id, O.name from (select oid::bigint as id, rolname as name from pg_catalog.pg_roles) O order by O.id

select R.oid::bigint as role_id, rolname as role_name, rolsuper is_super, rolinherit is_inherit, rolcreaterole can_createrole, rolcreatedb can_createdb,
 rolcanlogin can_login, rolreplication is_replication, rolconnlimit conn_limit, rolvaliduntil valid_until, rolbypassrls bypass_rls, rolconfig config, D.description
from pg_catalog.pg_roles R left join pg_catalog.pg_shdescription D on D.objoid = R.oid

select S.oid as id, srvname, srvfdw, srvtype, srvversion, srvoptions, pg_catalog.pg_get_userbyid(srvowner) from pg_catalog.pg_foreign_server S

select t.* from public.orders t limit 501
