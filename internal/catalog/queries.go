package catalog

import "strings"

// Queries are read in this order, each ordered in itself, so that equal
// contents are equal bytes. They work on PostgreSQL 13 to 18. Temporary objects
// are left out, but for those of the session that asks: the proxy's own has
// none. Stored expressions and the queries of views are read as node trees
// (pg_node_tree), which name functions and columns by number.
//
// OIDs below 16384 are given out by initdb alone (FirstNormalObjectId,
// transam.h).
var Queries = []string{
	`SELECT current_setting('server_version_num'), current_setting('server_encoding'), current_database(), current_user,
	r.rolsuper, r.rolsuper OR r.rolbypassrls, n.nspname
FROM pg_roles r LEFT JOIN pg_namespace n ON n.oid = pg_my_temp_schema()
WHERE r.rolname = current_user`,

	`SELECT oid, nspname, has_schema_privilege(oid, 'USAGE'),
	EXISTS (SELECT FROM aclexplode(nspacl) g WHERE g.grantee = 0 AND g.privilege_type = 'USAGE')
FROM pg_namespace
WHERE nspname NOT LIKE 'pg\_temp\_%' AND nspname NOT LIKE 'pg\_toast\_temp\_%' OR oid = pg_my_temp_schema()
ORDER BY oid`,

	`SELECT c.oid, c.relnamespace, c.relname, c.relkind, c.relpersistence, r.rolname, r.rolsuper OR r.rolbypassrls,
	c.relrowsecurity, c.relforcerowsecurity,
	c.relrowsecurity AND NOT c.relforcerowsecurity AND pg_has_role(c.relowner, 'USAGE'),
	c.relkind = 'v' AND EXISTS (SELECT FROM pg_options_to_table(c.reloptions) o
		WHERE o.option_name = 'security_invoker' AND o.option_value::bool),
	c.relkind = 'v' AND EXISTS (SELECT FROM pg_options_to_table(c.reloptions) o WHERE o.option_name = 'check_option')
FROM pg_class c LEFT JOIN pg_roles r ON r.oid = c.relowner
WHERE c.relpersistence <> 't' OR c.relnamespace = pg_my_temp_schema()
ORDER BY c.oid`,

	`SELECT a.attrelid, a.attname, a.atttypid, a.attgenerated <> '', a.atthasdef, a.attnum, a.attnum = ANY (i.indkey)
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
LEFT JOIN pg_index i ON i.indrelid = a.attrelid AND i.indisprimary
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind NOT IN ('i', 'I', 't')
	AND (c.relpersistence <> 't' OR c.relnamespace = pg_my_temp_schema())
ORDER BY a.attrelid, a.attnum`,

	`SELECT l.* FROM (
SELECT 'c' AS kind, inhparent AS source, inhrelid AS target, NULL AS follows FROM pg_inherits
UNION ALL
SELECT 'f', confrelid, conrelid, confdeltype IN ('c', 'n', 'd') OR confupdtype IN ('c', 'n', 'd')
FROM pg_constraint WHERE contype = 'f'
UNION ALL
SELECT 's', d.refobjid, d.objid, NULL FROM pg_depend d JOIN pg_class c ON c.oid = d.objid
WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0
	AND d.deptype IN ('a', 'i') AND c.relkind = 'S'
UNION ALL
SELECT 'i', indrelid, indexrelid, NULL FROM pg_index WHERE indrelid >= 16384
UNION ALL
SELECT DISTINCT 'd', d.relation,
	coalesce(w.ev_class, k.conrelid, a.adrelid, p.polrelid, g.tgrelid, c.oid, d.relation),
	coalesce(w.ev_class, k.conrelid, a.adrelid, p.polrelid, g.tgrelid, c.oid) IS NULL
FROM (SELECT n.classid, n.objid, CASE WHEN n.refclassid = 'pg_class'::regclass THEN n.refobjid
		ELSE coalesce(nullif(t.typrelid, 0), e.typrelid) END AS relation
	FROM pg_depend n LEFT JOIN pg_type t ON n.refclassid = 'pg_type'::regclass AND t.oid = n.refobjid
	LEFT JOIN pg_type e ON e.oid = t.typelem
	WHERE n.deptype = 'n' AND n.refobjid >= 16384 AND n.refclassid IN ('pg_class'::regclass, 'pg_type'::regclass)) d
LEFT JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid
LEFT JOIN pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid AND k.conrelid <> 0
LEFT JOIN pg_attrdef a ON d.classid = 'pg_attrdef'::regclass AND a.oid = d.objid
LEFT JOIN pg_policy p ON d.classid = 'pg_policy'::regclass AND p.oid = d.objid
LEFT JOIN pg_trigger g ON d.classid = 'pg_trigger'::regclass AND g.oid = d.objid
LEFT JOIN pg_class c ON d.classid = 'pg_class'::regclass AND c.oid = d.objid
WHERE d.relation <> 0
) l JOIN pg_class r ON r.oid = l.target
WHERE r.relpersistence <> 't' OR r.relnamespace = pg_my_temp_schema()
ORDER BY 1, 2, 3, 4`,

	`SELECT p.oid, p.pronamespace, p.proname, p.prokind, p.pronargs, p.pronargdefaults, p.provariadic <> 0, p.provolatile,
	e.extname,
	p.proacl IS NULL OR EXISTS (SELECT FROM aclexplode(p.proacl) g
		WHERE g.grantee = 0 AND g.privilege_type = 'EXECUTE'),
	p.oid < 16384 AND (EXISTS (SELECT FROM pg_cast c WHERE c.castfunc = p.oid AND c.oid < 16384)
		OR EXISTS (SELECT FROM pg_operator o WHERE o.oprcode = p.oid AND o.oid < 16384)),
	CASE WHEN p.oid >= 16384 THEN p.proargdefaults END,
	p.proretset, CASE WHEN p.oid >= 16384 THEN concat_ws(' ', p.prorettype, p.proargtypes) ELSE p.prorettype::text END
FROM pg_proc p
LEFT JOIN pg_depend d ON d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
LEFT JOIN pg_extension e ON e.oid = d.refobjid
ORDER BY p.oid`,

	`SELECT o.oprnamespace, o.oprname, n.nspname, p.proname, e.extname, o.oprleft, o.oprright
FROM pg_operator o
LEFT JOIN pg_proc p ON p.oid = o.oprcode
LEFT JOIN pg_namespace n ON n.oid = p.pronamespace
LEFT JOIN pg_depend d ON d.classid = 'pg_operator'::regclass AND d.objid = o.oid AND d.deptype = 'e'
LEFT JOIN pg_extension e ON e.oid = d.refobjid
WHERE o.oprnamespace <> 'pg_catalog'::regnamespace
ORDER BY o.oid`,

	`SELECT t.oid, t.typnamespace, t.typname, t.typtype, e.extname, t.typbasetype,
	CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0 END, t.typrelid, t.typdefaultbin,
	(t.typrelid = 0 OR c.relkind = 'c') AND m.oid IS NULL,
	t.oid IN (SELECT casttarget FROM pg_cast WHERE castcontext = 'i' AND castsource < 16384)
FROM pg_type t
LEFT JOIN pg_type m ON m.typarray = t.oid
LEFT JOIN pg_class c ON c.oid = t.typrelid
LEFT JOIN pg_depend d ON d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
LEFT JOIN pg_extension e ON e.oid = d.refobjid
JOIN pg_namespace n ON n.oid = t.typnamespace
WHERE n.nspname NOT LIKE 'pg\_temp\_%' AND n.nspname NOT LIKE 'pg\_toast\_temp\_%' OR n.oid = pg_my_temp_schema()
ORDER BY t.oid`,

	`SELECT contypid, conbin FROM pg_constraint WHERE contypid >= 16384 AND conbin IS NOT NULL ORDER BY oid`,

	`SELECT c.castsource, c.casttarget, c.castfunc, c.castcontext
FROM pg_cast c WHERE c.oid >= 16384 AND c.castfunc <> 0
ORDER BY c.oid`,

	// What writing to a relation evaluates, by kind: defaults (d) and generated
	// columns (g), CHECK constraints (c), indexes (i), partition keys (p),
	// triggers (t), rules (r), row security policies (s). For a view, its query.
	`SELECT stored.* FROM (
SELECT d.adrelid AS relation, CASE WHEN a.attgenerated = '' THEN 'd' ELSE 'g' END AS kind, d.oid, d.adnum::int AS detail,
	d.adbin::text AS tree, NULL AS more
FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
UNION ALL
SELECT conrelid, 'c', oid, 0, conbin::text, NULL FROM pg_constraint
WHERE conrelid <> 0 AND contype = 'c' AND conbin IS NOT NULL
UNION ALL
SELECT indrelid, 'i', indexrelid, 0, indexprs::text, indpred::text FROM pg_index
WHERE indexprs IS NOT NULL OR indpred IS NOT NULL
UNION ALL
SELECT partrelid, 'p', partrelid, 0, partexprs::text, NULL FROM pg_partitioned_table WHERE partexprs IS NOT NULL
UNION ALL
SELECT tgrelid, 't', oid, tgtype::int, tgqual::text, NULL FROM pg_trigger
WHERE (NOT tgisinternal OR tgparentid <> 0 AND tgconstrrelid = 0) AND tgenabled <> 'D'
UNION ALL
SELECT ev_class, 'r', oid, ascii(ev_type::text) + CASE WHEN is_instead THEN 256 ELSE 0 END,
	ev_action::text, ev_qual::text FROM pg_rewrite WHERE ev_enabled <> 'D'
UNION ALL
SELECT polrelid, 's', oid, ascii(polcmd::text) + CASE WHEN 0 = ANY (polroles)
		OR EXISTS (SELECT FROM unnest(polroles) m WHERE m <> 0 AND pg_has_role(m, 'USAGE')) THEN 256 ELSE 0 END,
	polqual::text, polwithcheck::text FROM pg_policy
) stored JOIN pg_class r ON r.oid = relation
WHERE relation >= 16384 AND (r.relpersistence <> 't' OR r.relnamespace = pg_my_temp_schema())
ORDER BY relation, kind, stored.oid`,

	// An expression in an exclusion constraint has no column.
	`SELECT c.conrelid, c.conname, a.attname
FROM pg_constraint c JOIN pg_class r ON r.oid = c.conrelid
CROSS JOIN unnest(c.conkey) k
LEFT JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k AND k > 0
WHERE c.contype IN ('p', 'u', 'x') AND c.conrelid >= 16384
	AND (r.relpersistence <> 't' OR r.relnamespace = pg_my_temp_schema())
ORDER BY c.conrelid, c.conname, k`,
}

// QueryPath is the search_path that Query must run with: no relation, type,
// function or operator but the server's own can be meant by anything in it.
// Temporary relations and types come first where the path does not place them.
const QueryPath = "pg_catalog, pg_temp"

// Query reads a snapshot in one round trip, under QueryPath. Run on a session's
// own connection it sees what that session sees, its temporary schema and its
// uncommitted changes included. Build makes a snapshot of the results, one for
// each of the Queries.
var Query = strings.Join(Queries, ";\n")

// step i reads the rows of query i.
var steps = [...]func(*builder, [][]byte){
	(*builder).server,
	(*builder).schema,
	(*builder).relation,
	(*builder).column,
	(*builder).link,
	(*builder).function,
	(*builder).operator,
	(*builder).typ,
	(*builder).domain,
	(*builder).cast,
	(*builder).stored,
	(*builder).constraint,
}
